"""Labels where there is room: what is drawn is told to a `Crowd`, which then finds free places.

All places are inches from the lower left corner of the axes, so sizes of text
and distances on the page compare directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from numpy.typing import NDArray

from cartpk.plots.colours import GREY, INK
from cartpk.plots.sheet import page_of
from cartpk.plots.words import SMALLEST, put, width_of

__all__ = ["Crowd"]

_LEADING = 1.25
_PAD = 0.035
_STEP = 0.04

Points = NDArray[np.float64]


class Crowd:
    """What is already drawn on some axes, and room for more."""

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        figure = page_of(axes)
        width, height = figure.get_size_inches()
        place = axes.get_position()
        self._origin = np.array([place.x0 * width, place.y0 * height])
        self.size = np.array([place.width * width, place.height * height])
        self._dpi = figure.dpi
        self._points: list[Points] = []

    def inches(self, time: Sequence[float] | Points, value: Sequence[float] | Points) -> Points:
        """Places of data; what lies below the axes (or nowhere on a log scale) stands on their floor."""
        floor = self._axes.get_ylim()[0]
        y = np.maximum(np.nan_to_num(np.asarray(value, np.float64), nan=floor), floor)
        pixels = self._axes.transData.transform(np.column_stack([np.asarray(time, np.float64), y]))
        placed: Points = np.asarray(pixels) / self._dpi - self._origin
        return placed

    def add_line(self, time: Sequence[float] | Points, value: Sequence[float] | Points) -> None:
        """A line through data: every place on it is taken."""
        corners = self.inches(time, value)
        for a, b in pairwise(corners):
            n = max(2, int(np.hypot(*(b - a)) / _STEP) + 2)
            self._points.append(a + (b - a) * np.linspace(0.0, 1.0, n)[:, None])

    def add_area(self, time: Points, value: Points) -> None:
        """The area between a line and the axis."""
        for share in np.linspace(0.1, 1.0, 10):
            self.add_line(time, share * value)

    def add_points(self, time: Sequence[float] | Points, value: Sequence[float] | Points) -> None:
        """Symbols, of about 5 points."""
        if len(time):
            places = self.inches(time, value)
            self._points.extend(
                places + np.array(shift) for shift in ((0, 0), (0.03, 0), (-0.03, 0), (0, 0.03), (0, -0.03))
            )

    def add_box(self, left: float, low: float, width: float, height: float) -> None:
        """A box that is taken."""
        x, y = np.meshgrid(np.arange(left, left + width, _STEP), np.arange(low, low + height, _STEP))
        self._points.append(np.column_stack([x.ravel(), y.ravel()]))

    def label(
        self, lines: Sequence[str], near: tuple[float, float] | None = None, *, colour: str = INK, leader: bool = False
    ) -> Text:
        """Set `lines` (plain text) near a place, else at the upper right, where nothing is.

        Where no room is left they stand where they cover least, on white.
        """
        width = max(width_of(line, SMALLEST) for line in lines)
        height = len(lines) * SMALLEST * _LEADING / 72
        taken = np.concatenate(self._points) if self._points else np.empty((0, 2))
        least, best = 1e9, (0.05, 0.05)
        for left, low in self._places(width, height, near):
            covered = self._covered(left, low, width, height, taken)
            if covered < least:
                least, best = covered, (left, low)
            if not covered:
                break
        self.add_box(*best, width, height)
        text = self._set(lines, *best, width, height, near if leader else None, colour)
        if least:
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1})
        return text

    def _places(self, width: float, height: float, near: tuple[float, float] | None) -> Iterator[tuple[float, float]]:
        if near is not None:
            x, y = near
            for gap in (0.09, 0.16, 0.26, 0.4):
                yield x + gap, y - height / 2
                yield x + gap, y
                yield x + gap * 0.7, y + gap * 0.5
                yield x - width / 2, y + gap
                yield x - gap - width, y - height / 2
                yield x - gap - width, y
                yield x + gap, y - height
        across, up = self.size
        grid = [(left, low) for low in np.arange(up - height, 0, -0.08) for left in np.arange(across - width, 0, -0.12)]
        yield from sorted(grid, key=lambda spot: -0.7 * spot[0] - spot[1])  # upper right first, rather down than left

    def _covered(self, left: float, low: float, width: float, height: float, taken: Points) -> float:
        """How much a label there would cover; infinite where it would leave the axes."""
        across, up = self.size
        if left < 0.02 or low < 0.04 or left + width > across + 0.02 or low + height > up + 0.06:
            return np.inf
        x, y = taken[:, 0], taken[:, 1]
        inside = (x > left - _PAD) & (x < left + width + _PAD) & (y > low - _PAD) & (y < low + height + _PAD)
        return float(np.count_nonzero(inside))

    def _set(
        self, lines: Sequence[str], left: float, low: float, width: float, height: float,
        near: tuple[float, float] | None, colour: str,
    ) -> Text:  # fmt: skip
        across, up = self.size
        if near is not None:
            edge = np.clip(near, (left, low), (left + width, low + height))
            if np.hypot(*(edge - np.array(near))) > 0.2 and np.hypot(*(edge - np.array(near))) < 0.9:
                self._axes.plot(
                    [near[0] / across, edge[0] / across], [near[1] / up, edge[1] / up], color=GREY, linewidth=0.5,
                    linestyle="-", marker="", transform=self._axes.transAxes, zorder=3, label="leader",
                )  # fmt: skip
        return put(
            self._axes, left / across, (low + height) / up, "\n".join(lines), colour=colour, va="top",
            linespacing=_LEADING, transform=self._axes.transAxes,
        )  # fmt: skip
