"""The two networks of the source, stage by stage, with the shapes and counts that the builders really have."""

from wganlib.data.digits import load_digits
from wganlib.networks.picture import plot_network
from wganlib.networks.receptive_field import receptive_fields
from wganlib.networks.stages import plan_discriminator, plan_generator


def generator():
    plan = plan_generator()
    total = sum(stage.parameters for stage in plan)
    return plot_network(
        plan,
        title=f"Generator, {total:,} parameters: the image doubles while the channels halve",
        notes=["latent z", *[""] * (len(plan) - 1), "image"],
    )


def discriminator():
    plan = plan_discriminator()
    total = sum(stage.parameters for stage in plan)
    fields = [f"sees {field.size}×{field.size}" for field in receptive_fields(plan)]
    digit = load_digits(source="sample", verbose=False)[7, :, :, 0]
    return plot_network(
        plan,
        title=f"Discriminator, {total:,} parameters: the image halves while the channels double",
        notes=["image", *fields[:-1], "sees all"],
        image=digit,
    )


FIGURES = {"generator": generator, "discriminator": discriminator}
