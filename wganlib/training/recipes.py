"""The settings that turn a budget into a training: networks, optimisers, n_critic, batch, moving average, epochs."""

import json
from dataclasses import asdict, dataclass, replace

import keras
import numpy as np

from wganlib._arguments import check_choice, check_count, check_flag, check_number, check_seed
from wganlib.networks.dcgan import NORMS, check_image_size, make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.projection import make_class_generator, make_projection_critic
from wganlib.training.augmentation import check_augmentations
from wganlib.training.conditional import ConditionalWGANGP
from wganlib.training.fused_adam import FusedAdam
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import WGANGP


@dataclass(frozen=True)
class Recipe:
    """A WGAN-GP for images, as numbers. `build` makes the compiled trainer; `asdict` and `to_json` record it.

    The fields are the arguments of the builders (`make_dcgan_generator`, `make_dcgan_discriminator`), of `WGANGP`, of
    Adam (with decay=True the learning rates fall linearly to a fiftieth), and of the training:
    `steps` generator updates, each after n_critic critic updates on batch_size real images; an epoch is one pass over
    the images, or steps_per_epoch steps where that is less. Callbacks are called at every steps_per_execution-th step.

    The numbers of filters are those for 28×28 pixels, with two blocks. n_blocks=None takes as many as leave a smallest
    map whose shorter side has 4 to 7 pixels. Each block more doubles the generator's filters, so that its last block
    keeps as many. z_size is that of grey images; for colour z is three times as long. resize is for pictures with
    plain colours, as drawings have them; the digits are trained without it.

    Raises:
        ValueError: a setting out of its range, on building the recipe.
    """

    name: str
    z_size: int
    generator_filters: int
    critic_filters: int
    critic_hidden_units: int | None
    kernel_size: int
    stem: bool
    generator_norm: str | None
    dropout: float
    n_critic: int
    gp_weight: float
    gp_every: int
    learning_rate: float
    critic_learning_rate: float
    beta_1: float
    beta_2: float
    ema_decay: float | None
    decay: bool
    batch_size: int
    steps: int
    steps_per_epoch: int | None
    steps_per_execution: int = 1
    n_blocks: int | None = None
    augment: tuple = ()
    resize: bool = False

    def __post_init__(self):
        counts = (
            "z_size",
            "generator_filters",
            "critic_filters",
            "kernel_size",
            "n_critic",
            "gp_every",
            "batch_size",
            "steps",
            "steps_per_execution",
        )
        for name in counts:
            check_count(name, getattr(self, name))
        for name in ("steps_per_epoch", "critic_hidden_units", "n_blocks"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name))
        for name in ("stem", "decay", "resize"):
            check_flag(name, getattr(self, name))
        check_choice("generator_norm", self.generator_norm, NORMS)
        check_augmentations(self.augment, (28, 28, 1))
        check_number("gp_weight", self.gp_weight, at_least=0)
        for name in ("learning_rate", "critic_learning_rate"):
            check_number(name, getattr(self, name), above=0)
        for name in ("dropout", "beta_1", "beta_2", *(["ema_decay"] if self.ema_decay is not None else [])):
            check_number(name, getattr(self, name), at_least=0, below=1)

    def epochs(self, images):
        """How many epochs the steps make on this many images, at least 1."""
        check_count("images", images)
        return max(1, round(self.steps / self._epoch_length(images)))

    def in_whole_epochs(self, images):
        """This recipe with the steps that its epochs make on this many images, at most `steps` of them an epoch."""
        length = min(self._epoch_length(check_count("images", images)), self.steps)
        return replace(self, steps=length * max(1, round(self.steps / length)), steps_per_epoch=length)

    def batches(self, images, trainer, labels=None):
        """`wganlib.batches` with this batch size and epoch length; labels are for a conditional trainer."""
        count = (np.shape(images) or (0,))[0]
        return batches(images, trainer, self.batch_size, labels=labels, steps_per_epoch=self._epoch_length(count))

    def _epoch_length(self, images):
        one_pass = max(1, images // (self.n_critic * self.batch_size))
        return one_pass if self.steps_per_epoch is None else min(one_pass, self.steps_per_epoch)

    def networks(self, images=(28, 28, 1), n_classes=None):
        """The untrained (generator, critic).

        Args:
            images: (n, height, width, channels), or their size (height, width, channels).
            n_classes: None, or the classes of a conditional pair: the generator's z has an entry more for each of them.

        Raises:
            ValueError: a size that cannot be halved as often as it takes; the message names one that can.
        """
        n_classes = None if n_classes is None else check_count("n_classes", n_classes, 2)
        image_size = images.shape[1:] if len(getattr(images, "shape", ())) == 4 else images
        n_blocks = self.n_blocks or fitting_blocks(image_size)
        shared = {"n_blocks": n_blocks, "kernel_size": self.kernel_size, "stem": self.stem}
        generator_filters = self.generator_filters * 2**n_blocks // 4
        z_size = self.z_size * image_size[-1] + (n_classes or 0)
        generator = make_dcgan_generator(
            z_size, image_size, generator_filters, norm=self.generator_norm, resize=self.resize, **shared
        )
        critic = make_dcgan_discriminator(
            image_size,
            self.critic_filters,
            norm=None,
            dropout=self.dropout,
            hidden_units=self.critic_hidden_units,
            **shared,
        )
        if n_classes is None:
            return generator, critic
        return make_class_generator(generator, n_classes), make_projection_critic(critic, n_classes)

    def build(self, images=(28, 28, 1), seed=0, n_classes=None):
        """A compiled `WGANGP` with these settings, or with n_classes a `ConditionalWGANGP`.

        Args:
            images: (n, height, width, channels), or their size (height, width, channels).
            seed: of the weights and of every draw.
            n_classes: None, or how many classes the images have.

        Raises:
            ValueError: what `networks` refuses.
        """
        seed = check_seed("seed", seed)
        keras.utils.set_random_seed(seed)
        kind = WGANGP if n_classes is None else ConditionalWGANGP
        trainer = kind(
            *self.networks(images, n_classes),
            n_critic=self.n_critic,
            gp_weight=self.gp_weight,
            gp_every=self.gp_every,
            ema_decay=self.ema_decay,
            augment=self.augment,
            seed=seed,
        )
        trainer.compile(
            generator_optimizer=self._optimizer(self.learning_rate, self.steps),
            critic_optimizer=self._optimizer(self.critic_learning_rate, self.steps * self.n_critic),
            jit_compile="auto" if self.steps >= WORTH_COMPILING else False,
            steps_per_execution=self.steps_per_execution,
        )
        return trainer

    def _optimizer(self, rate, updates):
        if self.decay:
            rate = keras.optimizers.schedules.PolynomialDecay(rate, updates, rate / 50)
        return FusedAdam(rate, beta_1=self.beta_1, beta_2=self.beta_2)

    def to_json(self):
        """The settings as JSON text."""
        return json.dumps(asdict(self), indent=2)


def fitting_blocks(image_size):
    """How often an image is halved until its shorter side has 4 to 7 pixels: 2 for 28, 3 for 32, 4 for 64, 5 for 128.

    Args:
        image_size: (height, width, channels), at least 4×4.
    """
    height, width, _ = check_image_size("images", image_size)
    return max(1, (min(height, width) // 4).bit_length() - 1)


WORTH_COMPILING = 500  # steps; fewer are done sooner than XLA has compiled one
# Fast on a CPU, and found by experiment (benchmarks/time_to_quality.py): no stride-1 layers at full size, kernels that
# the stride divides, a Dense layer with which the critic weighs the whole image, one critic update at twice the
# generator's rate instead of several, small batches, and the penalty on a quarter of each.
LAPTOP = Recipe(
    name="laptop",
    z_size=20,
    generator_filters=64,
    critic_filters=32,
    critic_hidden_units=128,
    kernel_size=4,
    stem=False,
    generator_norm="batch",
    dropout=0.0,
    n_critic=1,
    gp_weight=10.0,
    gp_every=4,
    learning_rate=2e-3,
    critic_learning_rate=4e-3,
    beta_1=0.0,
    beta_2=0.9,
    ema_decay=0.995,
    decay=True,
    batch_size=32,
    steps=6_240,
    steps_per_epoch=312,  # one pass over the shipped sample
)
# The laptop recipe before that search: where benchmarks/time_to_quality.py starts, and the settings of comparisons that
# were made with it.
FIRST_LAPTOP = replace(
    LAPTOP,
    name="first settings",
    critic_hidden_units=None,
    n_critic=2,
    gp_every=1,
    critic_learning_rate=2e-3,
    ema_decay=0.99,
    batch_size=64,
    steps=1_560,
    steps_per_epoch=78,
)
# For pictures, which differ more than digits do, a generator twice as wide, for three quarters more arithmetic. What
# the width is worth is open (benchmarks/own_images.py, benchmarks/named_samples.py). It doubles its maps by
# interpolation: no checkerboard on plain colours.
PICTURES = replace(LAPTOP, name="pictures", generator_filters=128, resize=True)
# The laptop recipe's settings for networks twice as wide, until digits are near the real ones
# (benchmarks/time_to_quality.py). A step is eight times the laptop's arithmetic, which a GPU takes better than more
# steps.
FULL = replace(
    LAPTOP,
    name="full",
    generator_filters=128,
    critic_filters=64,
    critic_hidden_units=256,
    batch_size=64,
    learning_rate=1.5e-3,
    critic_learning_rate=3e-3,
    ema_decay=0.998,
    decay=False,
    steps=9_370,
    steps_per_epoch=None,
)
# The sources' networks and batch for their 100 epochs of 60,000 images, with the settings of arXiv 1704.00028.
SOURCES = Recipe(
    name="sources",
    z_size=20,
    generator_filters=128,
    critic_filters=64,
    critic_hidden_units=None,
    kernel_size=5,
    stem=True,
    generator_norm="batch",
    dropout=0.0,
    n_critic=5,
    gp_weight=10.0,
    gp_every=1,
    learning_rate=1e-4,
    critic_learning_rate=1e-4,
    beta_1=0.0,
    beta_2=0.9,
    ema_decay=0.999,
    decay=False,
    batch_size=128,
    steps=9_300,
    steps_per_epoch=None,
)
# A few steps of the smallest networks: proves that everything runs, and draws nothing.
SMOKE = replace(
    LAPTOP,
    name="smoke",
    generator_filters=8,
    critic_filters=4,
    critic_hidden_units=8,
    batch_size=8,
    steps=12,
    steps_per_epoch=4,
)


RECIPES = {known.name: known for known in (SMOKE, LAPTOP, PICTURES, FULL, SOURCES)}


def recipe(name):
    """The recipe of a name.

    Args:
        name: that of a budget, "smoke" (a few steps, for tests), "laptop" (minutes on a CPU) or "full" (the best
            digits, for a GPU or an hour of a CPU); "pictures" (minutes to an hour on a CPU, for pictures of one's own);
            or "sources" (article 004's networks and length with the settings of arXiv 1704.00028, for whoever wants to
            repeat them: seventy times the arithmetic of "full").

    Returns:
        A `Recipe`; `dataclasses.replace` changes single settings.

    Raises:
        ValueError: another name.
    """
    return RECIPES[check_choice("name", name, tuple(RECIPES))]
