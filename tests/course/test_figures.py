import pytest

import wganlib as wl
from wganlib.course import figures


def test_a_drawn_figure_is_found_in_a_checkout_and_in_the_package(monkeypatch, tmp_path):
    (tmp_path / "two.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><text>two</text></svg>', encoding="utf-8"
    )
    (tmp_path / "one.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    for places in ((tmp_path / "missing", tmp_path), (tmp_path, tmp_path / "missing")):
        monkeypatch.setattr(figures, "PLACES", places)
        assert "<text>two</text>" in wl.course.load_figure("two").data
    with pytest.raises(FileNotFoundError, match=r"no figure 'three'\. Available: one, two"):
        wl.course.load_figure("three")
    monkeypatch.setattr(figures, "PLACES", (tmp_path / "missing",))
    with pytest.raises(FileNotFoundError, match="Available: none"):
        wl.course.load_figure("one")


def test_a_figure_in_words_is_its_titles_or_else_its_axes():
    figure, axes = wl.plots.new_figure(6, 2, ncols=2)
    axes[0].set_title(r"slope at $\lambda$")
    axes[1].set_title("slope at 1")
    assert figures.describe_figure(figure) == "Figure: slope at lambda; slope at 1"
    figure.suptitle("Two slopes")
    assert figures.describe_figure(figure).startswith("Figure: Two slopes; slope")
    plain, ax = wl.plots.new_figure()
    ax.set(xlabel="step", ylabel="loss")
    assert figures.describe_figure(plain) == "Figure: loss over step"
    ax.set_title("many " * 200)
    assert len(figures.describe_figure(plain)) < 300
