"""The words of the figures of chapter 04 lie inside the picture, and apart."""

import pytest
from drawings import original_gan as drawing


@pytest.mark.parametrize("name", drawing.FIGURES)
def test_the_words_lie_inside_the_picture_and_apart(name):
    figure = drawing.FIGURES[name]()
    figure.draw_without_rendering()
    (ax,) = figure.axes
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    page = figure.bbox
    for words, box in boxes.items():
        assert box.x0 >= page.x0 and box.x1 <= page.x1 and box.y0 >= page.y0 and box.y1 <= page.y1, words
    everything = list(ax.texts)
    for index, one in enumerate(everything):
        for other in everything[index + 1 :]:
            apart = not one.get_window_extent().overlaps(other.get_window_extent())
            assert apart, (one.get_text(), other.get_text())
