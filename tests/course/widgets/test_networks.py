import itertools

import pytest

from wganlib.course.widgets.networks import BLOCKS, NetworkExplorer
from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator


def title(explorer):
    return explorer.figure.axes[0].texts[0].get_text()


def with_values(**values):
    explorer = NetworkExplorer()
    for name, value in values.items():
        explorer.controls[name].value = value
    return explorer


def shapes(explorer):
    return [text.get_text() for text in explorer.figure.axes[0].texts if "×" in text.get_text()]


def test_the_counts_shown_are_keras_counts():
    explorer = with_values(n_filters=16, kernel_size=3)
    assert title(explorer).startswith(
        f"{make_dcgan_generator(n_filters=16, kernel_size=3).count_params():,} parameters"
    )
    explorer.controls["network"].value = "critic"
    model = make_dcgan_discriminator(n_filters=16, kernel_size=3)
    assert title(explorer).startswith(f"{model.count_params():,} parameters")
    explorer.controls["norm"].value = "spectral"
    model = make_dcgan_discriminator(n_filters=16, kernel_size=3, norm="spectral")
    assert title(explorer).startswith(f"{model.count_params():,} parameters")


def test_each_control_changes_what_is_drawn():
    explorer = NetworkExplorer()
    for name, value in dict(
        n_filters=128, kernel_size=4, norm=None, stem=False, channels=3, size=64, n_blocks=3, network="critic"
    ).items():
        before = title(explorer)
        explorer.controls[name].value = value
        assert title(explorer) != before, name
    assert shapes(explorer)[:2] == ["64×64×3", "32×32×128"]


def test_receptive_fields_are_written_over_a_critics_maps():
    explorer = with_values(network="critic")
    sees = [text for text in shapes(explorer) if text.startswith("sees")]
    assert sees == ["sees 5×5", "sees 9×9", "sees 17×17", "sees 28×28"]


def test_a_smaller_image_takes_impossible_blocks_away():
    explorer = with_values(size=64, n_blocks=4)
    assert explorer.values["n_blocks"] == 4
    explorer.controls["size"].value = 28
    assert explorer.values["n_blocks"] == 2
    assert explorer.controls["n_blocks"].max == 2


def test_a_generator_is_not_offered_the_critics_norm():
    explorer = with_values(network="critic", norm="spectral")
    explorer.controls["network"].value = "generator"
    assert explorer.values["norm"] is None
    assert "spectral" not in dict(explorer.controls["norm"].options)
    explorer.controls["norm"].value = "layer"
    explorer.controls["network"].value = "critic"
    assert explorer.values["norm"] == "layer"


def test_the_picture_keeps_its_size_whatever_is_drawn():
    explorer = NetworkExplorer()
    sizes = {tuple(explorer.figure.get_size_inches())}
    for name, value in dict(stem=False, n_blocks=1, network="critic", size=128).items():
        explorer.controls[name].value = value
        sizes.add(tuple(explorer.figure.get_size_inches()))
    explorer.controls["n_blocks"].value = 4
    sizes.add(tuple(explorer.figure.get_size_inches()))
    assert len(sizes) == 1


@pytest.mark.slow
def test_no_position_of_the_controls_is_refused():
    explorer = NetworkExplorer()
    for network, size in itertools.product(("generator", "critic"), BLOCKS):
        explorer.controls["network"].value = network
        explorer.controls["size"].value = size
        # Most blocks and fewest filters: what must halve most often from the least.
        explorer.controls["n_blocks"].value = explorer.controls["n_blocks"].max
        explorer.controls["n_filters"].value = 16
        assert explorer._problem.value == ""
        assert f"{size}×{size}×1" in shapes(explorer)


@pytest.mark.parametrize("network", ["generator", "critic"])
def test_the_static_twin_moves_nothing(network):
    explorer = with_values(network=network)
    before = explorer.png
    still = explorer.still(n_filters=128)
    assert still.axes[0].texts[0].get_text() != title(explorer)
    assert explorer.png == before
