"""The values of one group: every subject a point, a box where there are enough of them; standing, or lying in a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cartpk.descriptive import describe
from cartpk.plots.colours import FILL, GREY, INK
from cartpk.plots.sheet import page_of

__all__ = ["FEWEST_OF_A_BOX", "draw_group"]

Floats = NDArray[np.float64]
FEWEST_OF_A_BOX = 5
"""Values a group needs for a box; fewer are points and a line at their median."""


def draw_group(axes: Axes, k: int, value: Floats, colours: Sequence[str], *, lying: bool = False) -> None:
    """Box or median line at place k, and every point; equal values side by side."""
    floor = (axes.get_xlim() if lying else axes.get_ylim())[0]
    log = (axes.get_xscale() if lying else axes.get_yscale()) == "log"
    along, across = (axes.hlines, axes.vlines) if lying else (axes.vlines, axes.hlines)
    there = np.isfinite(value)
    some = value[there]
    if not len(some):
        return
    stats = {n: float(v[0]) for n, v in describe(some, np.zeros(len(some), np.int64), 1).items()}
    low = {n: max(stats[n], floor) for n in ("median", "q1", "q3", "min", "max")}
    if len(some) >= FEWEST_OF_A_BOX:
        along(k, low["min"], low["max"], color=GREY, linewidth=0.8, zorder=1, label="whiskers")
        corner, sides = (k - 0.3, low["q1"]), (0.6, low["q3"] - low["q1"])
        axes.add_patch(
            Rectangle(
                corner[::-1] if lying else corner, *(sides[::-1] if lying else sides), facecolor=FILL, edgecolor=GREY,
                linewidth=0.8, zorder=2, label="box",
            )
        )  # fmt: skip
    across(low["median"], k - 0.3, k + 0.3, color=INK, linewidth=1.6, zorder=3, label="median")
    placed = np.where(some > floor, some, floor) if log else some
    beside = k + _beside(axes, placed, lying)
    for j, colour in enumerate(c for c, t in zip(colours, there, strict=True) if t):
        hidden = log and not some[j] > floor
        place = ([beside[j]], [placed[j]])
        axes.add_line(
            Line2D(
                *(place[::-1] if lying else place), linestyle="none", marker="o", markersize=4.2,
                markerfacecolor="white" if hidden else colour, markeredgecolor=colour, markeredgewidth=0.9, zorder=5,
                clip_on=False, label="zero" if hidden else "value",
            )
        )  # fmt: skip


def _beside(axes: Axes, value: Floats, lying: bool) -> Floats:
    """Sideways shifts that keep points apart: each takes the nearest place to the middle that is free."""
    nought = np.full(len(value), 0.0 if axes.get_xscale() == "linear" or not lying else 1.0)
    ends = np.column_stack([value, np.zeros(len(value))] if lying else [nought, value])
    pixels = axes.transData.transform(ends)[:, 0 if lying else 1]
    box, limits = axes.get_window_extent(), axes.get_ylim() if lying else axes.get_xlim()
    one = (box.height if lying else box.width) / abs(limits[1] - limits[0])
    size = 4.8 / 72 * page_of(axes).dpi
    step = size / one
    reach = max(1, int(0.38 / step))
    order = [0, *(sign * j for j in range(1, reach + 1) for sign in (1, -1))]
    taken: list[tuple[int, float]] = []
    shift = np.zeros(len(value))
    for j in np.argsort(pixels, kind="stable").tolist():
        near = {s for s, y in taken if abs(y - pixels[j]) < size}
        slot = next((s for s in order if s not in near), order[j % len(order)])
        taken.append((slot, float(pixels[j])))
        shift[j] = slot * step
    return shift
