"""n under the axis: a small table whose columns stand as near to their visits as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cartpk.language import say
from cartpk.plots.colours import GREY, PALE
from cartpk.plots.sheet import page_of
from cartpk.plots.visits import FEWEST
from cartpk.plots.words import SMALLEST, clauses, day, fit, put, shorten, width_of, wrap

__all__ = ["ROW", "CountRow", "draw_counts", "say_no_line", "spread"]

Floats = NDArray[np.float64]
ROW = 0.15
"""Inches a row."""
_FIRST = 0.50
_LEADER = (0.20, 0.38)


class CountRow(NamedTuple):
    """One group: of each visit the samples at or above the limit, and those with a result."""

    label: str
    colour: str
    marker: str
    day: Floats
    quantifiable: Floats
    n: Floats


def draw_counts(axes: Axes, rows: Sequence[CountRow], room: float) -> None:
    """A row a group under the axis, ``quantifiable/n`` at each visit; `room` inches are left of the axes for names."""
    visits = np.unique(np.concatenate([*(row.day for row in rows), np.empty(0)]))
    if not len(visits):
        return
    width, height = axes.get_position().size * page_of(axes).get_size_inches()
    texts = [
        {float(d): f"{q:.0f}/{n:.0f}" for d, q, n in zip(row.day, row.quantifiable, row.n, strict=True)} for row in rows
    ]
    heading, widths = say("n ≥ LLOQ / n, day"), _widths(visits, texts)
    if widths.sum() > width:
        heading, texts = say("n ≥ LLOQ, day"), [{d: t.partition("/")[0] for d, t in row.items()} for row in texts]
        widths = _widths(visits, texts)
    low, high = axes.get_xlim()
    on_axis = (visits - low) / (high - low)
    places = spread(on_axis * width, widths, width) / width
    _connect(axes, on_axis, places, height)
    down = [-(_FIRST + ROW * k) / height for k in range(len(rows) + 1)]
    put(axes, -0.1 / width, down[0], heading, colour=GREY, ha="right", transform=axes.transAxes)
    for x, visit in zip(places.tolist(), visits.tolist(), strict=True):
        put(axes, x, down[0], day(visit), colour=GREY, ha="center", transform=axes.transAxes)
        for y, cells in zip(down[1:], texts, strict=True):
            put(axes, x, y, cells.get(visit, ""), ha="center", transform=axes.transAxes)
    for y, row in zip(down[1:], rows, strict=True):
        name = fit(row.label, SMALLEST, room - 0.12)
        put(axes, -0.1 / width, y, name, ha="right", transform=axes.transAxes)
        axes.add_line(
            Line2D(
                [-(0.17 + width_of(name, SMALLEST)) / width], [y + 0.035 / height], linestyle="none", marker=row.marker,
                markersize=3.6, color=row.colour, transform=axes.transAxes, clip_on=False, label="key",
            )
        )  # fmt: skip


def say_no_line(axes: Axes, name: str, without: Sequence[str], n: int) -> None:
    """In the upper right corner, which of `n` groups have no line, and why if none has: the caption has the rule."""
    if not without:
        return
    inches = axes.get_position().width * page_of(axes).get_size_inches()[0]
    if len(without) == n:
        text = say(
            "No {name}: fewer than {n} quantifiable values at each visit, or fewer than half", name=name, n=FEWEST
        )
    else:
        who = clauses([shorten(t, 24) for t in without[:3]])
        whose = "No {name}: {groups} and {n} more" if len(without) > 3 else "No {name}: {groups}"
        text = say(whose, name=name, groups=who, n=len(without) - 3)
    lines = "\n".join(wrap(text, SMALLEST, min(0.62 * inches, 2.2)))
    put(axes, 1.0, 0.99, lines, colour=GREY, ha="right", va="top", transform=axes.transAxes)


def _connect(axes: Axes, on_axis: Floats, places: Floats, height: float) -> None:
    """A fine line from each visit on the axis to its column."""
    gap = np.full(len(places), np.nan)
    x = np.column_stack([on_axis, places, gap]).ravel()
    y = np.tile([-_LEADER[0] / height, -_LEADER[1] / height, np.nan], len(places))
    axes.add_line(
        Line2D(
            x, y, color=PALE, linewidth=0.5, linestyle="-", marker="", transform=axes.transAxes, clip_on=False,
            label="connectors", zorder=1,
        )
    )  # fmt: skip


def _widths(visits: Floats, texts: Sequence[dict[float, str]]) -> Floats:
    """What each column needs, in inches."""
    return np.array(
        [
            max(width_of(t, SMALLEST) for t in (day(v), *(row.get(v, "") for row in texts))) + 0.08
            for v in visits.tolist()
        ]
    )


def spread(places: Floats, widths: Floats, room: float) -> Floats:
    """Places moved apart as little as need be (in least squares), so that columns of these widths do not overlap.

    >>> spread(np.array([0.0, 0.1, 3.0]), np.array([0.4, 0.4, 0.4]), 5.0).round(2).tolist()
    [0.2, 0.6, 3.0]
    """
    offset = np.concatenate([[0.0], np.cumsum((widths[:-1] + widths[1:]) / 2)])
    blocks: list[tuple[float, int]] = []  # (mean, how many), rising: the pool of adjacent violators
    for wish in (places - offset).tolist():
        blocks.append((wish, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (b, m), (a, n) = blocks.pop(), blocks.pop()
            blocks.append(((a * n + b * m) / (n + m), n + m))
    lowest, highest = widths[0] / 2, max(widths[0] / 2, room + 0.1 - widths[-1] / 2 - offset[-1])
    found: Floats = np.concatenate([np.full(n, middle) for middle, n in blocks]).clip(lowest, highest) + offset
    return found
