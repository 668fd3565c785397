"""Labels stand where nothing else is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from cartpk.plots.placing import Crowd
from cartpk.plots.sheet import sheet
from cartpk.plots.words import DPI


def panel() -> Axes:
    axes = sheet("t", "", 3.0, "c").axes(0.5, 0.1, 2.7, 2.0)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 10)
    return axes


def test_a_label_stands_beside_its_place_where_that_is_free() -> None:
    axes = panel()
    crowd = Crowd(axes)
    text = crowd.label(["Cmax 5"], tuple(crowd.inches([10], [9])[0]))
    box = text.get_window_extent().transformed(axes.transData.inverted())
    assert 10 < box.x0 < 16
    assert abs((box.y0 + box.y1) / 2 - 9) < 0.5


def test_a_label_without_a_place_stands_at_the_upper_right() -> None:
    axes = panel()
    box = Crowd(axes).label(["AUC 7"]).get_window_extent().transformed(axes.transAxes.inverted())
    assert box.x1 > 0.95
    assert box.y1 > 0.95


def test_labels_cover_neither_lines_nor_points_nor_one_another() -> None:
    axes = panel()
    crowd = Crowd(axes)
    time, value = np.linspace(0, 100, 40), 5 + 4 * np.sin(np.linspace(0, 6, 40))
    crowd.add_line(time, value)
    crowd.add_points(time, value)
    boxes = [crowd.label(["some words", "more"]).get_window_extent() for _ in range(3)]
    curve = axes.transData.transform(
        np.column_stack(
            [np.interp(np.linspace(0, 100, 2000), time, time), np.interp(np.linspace(0, 100, 2000), time, value)]
        )
    )
    for k, box in enumerate(boxes):
        assert not any(box.contains(x, y) for x, y in curve)
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_where_no_room_is_left_the_label_stands_on_white_inside() -> None:
    axes = panel()
    crowd = Crowd(axes)
    crowd.add_box(0.0, 0.0, 2.7, 2.0)
    text = crowd.label(["some words"])
    assert text.get_bbox_patch() is not None
    box = text.get_window_extent()
    inside = axes.get_window_extent()
    assert box.x0 >= inside.x0 - 2
    assert box.x1 <= inside.x1 + 0.05 * DPI


def test_an_area_is_taken_too() -> None:
    axes = panel()
    crowd = Crowd(axes)
    crowd.add_area(np.array([0.0, 100.0]), np.array([9.9, 9.9]))
    assert crowd.label(["words"]).get_bbox_patch() is not None
