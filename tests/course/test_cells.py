"""Grids of numbered cells: what is written where."""

import numpy as np
from matplotlib.figure import Figure

from wganlib.course.cells import draw_cells, frame_cells


def test_numbers_stand_in_their_cells_rows_downwards():
    ax = Figure().subplots()
    cells = draw_cells(ax, [[1, 2, 3], [4, 5, 6]], left=10, top=20)
    where = {text.get_text(): (int(text.get_position()[0]), int(text.get_position()[1])) for text in ax.texts}
    assert where == {"1": (10, 19), "2": (11, 19), "3": (12, 19), "4": (10, 18), "5": (11, 18), "6": (12, 18)}
    assert len(cells.get_paths()) == 6
    np.testing.assert_allclose(cells.get_paths()[5].vertices.min(axis=0), (12, 18))


def test_show_chooses_the_numbers_and_fills_the_colours():
    ax = Figure().subplots()
    cells = draw_cells(ax, np.eye(2), fills=[["#ff0000", "#00ff00"], ["#0000ff", "#000000"]], show=np.eye(2) > 0)
    assert [text.get_text() for text in ax.texts] == ["1", "1"]
    assert cells.get_facecolor()[:3, :3].tolist() == np.eye(3).tolist()


def test_a_frame_surrounds_its_block():
    ax = Figure().subplots()
    frame = frame_cells(ax, 1, 2, 3, 4, left=10, top=20)
    assert frame.get_bbox().bounds == (12, 16, 4, 3)
