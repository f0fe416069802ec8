"""The frame of every explorer, around a picture of one point."""

import io
import math

import ipywidgets as widgets
import pytest
from matplotlib.figure import Figure

from wganlib.course import widgets as all_widgets
from wganlib.course.widgets import Explorer
from wganlib.plots.figures import outside_pyplot


def draw(x, y):
    if x > 5:
        raise ValueError("x is too large.")
    figure = Figure(figsize=(2, 1))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(-1, 10), ylim=(-1, 10))
    ax.plot([x], [y], "o")
    return figure


@pytest.fixture
def explorer():
    controls = {
        "x": widgets.IntSlider(1, 0, 9, description="across"),
        "y": widgets.IntSlider(2, 0, 9, description="up"),
    }
    return Explorer(draw, controls, alt="A point")


def point(figure):
    return tuple(figure.axes[0].lines[0].get_xydata()[0])


def test_a_move_of_a_control_draws_anew_in_the_same_place(explorer):
    before, image = explorer.png, explorer.children[2]
    assert point(explorer.figure) == (1, 2)
    explorer.controls["y"].value = 7
    assert point(explorer.figure) == (1, 7) and explorer.values == {"x": 1, "y": 7}
    assert explorer.children[2] is image and explorer.png == image.value != before


def test_the_static_twin_moves_nothing(explorer):
    before = explorer.png
    assert point(explorer.still(x=3)) == (3, 2)
    assert explorer.png == before and explorer.values == {"x": 1, "y": 2}
    with pytest.raises(TypeError, match=r"No control is named \['z'\]\. The controls are \['x', 'y'\]"):
        explorer.still(z=0)


def test_what_cannot_be_drawn_is_explained_and_the_picture_stays(explorer):
    before = explorer.png
    explorer.controls["x"].value = 9
    assert "x is too large." in explorer.children[1].value and explorer.png == before
    explorer.controls["x"].value = 2
    assert explorer.children[1].value == "" and explorer.png != before


def test_without_a_kernel_it_says_how_to_move_it(explorer):
    assert repr(explorer).startswith("Explorer: to move it, run the cells above")


@pytest.mark.skipif(not widgets.IntSlider().has_trait("tooltip"), reason="ipywidgets 7 has none")
def test_controls_have_their_own_words_under_the_pointer(explorer):
    assert [control.tooltip for control in explorer.controls.values()] == ["across", "up"]


def every_explorer():
    return [getattr(all_widgets, name) for name in all_widgets.__all__ if name != "Explorer"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", every_explorer(), ids=lambda kind: kind.__name__)
def test_its_idea_is_carried_by_one_or_two_controls_in_at_most_eighty_pictures(kind):
    explorer = kind.for_site()
    named = {name: list(values) for name, values in kind.idea.items()}
    assert 1 <= len(named) <= 2 and set(named) | set(kind.held) <= set(explorer.controls)
    assert 2 <= math.prod(map(len, named.values())) <= 80
    first, last = ({name: values[end] for name, values in named.items()} for end in (0, -1))
    with outside_pyplot():
        assert as_bytes(explorer.still(**kind.held | first)) != as_bytes(explorer.still(**kind.held | last))


def as_bytes(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="raw", dpi=40)
    return buffer.getvalue()
