"""The two axes every curve shares: days after the infusion, and the assay's value."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT, MarkerStyle
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from cartpk.language import say
from cartpk.plots.colours import GREY
from cartpk.plots.sheet import page_of
from cartpk.plots.words import SMALL, SMALLEST, axis_number, decade, font, plain, width_of
from cartpk.units import UNITS, pretty

__all__ = ["label_x", "label_y", "linear_axis", "log_axis", "log_limits", "time_axis", "unit_label", "value_label"]

VISITS = (
    0, 28, 90, 360, 14, 180, 56, 7, 270, -28, -14, -7, 720, 540, 1080, 1440, 1800,
    2160, 2520, 2880, 3240, 3600,
)  # fmt: skip
"""Days people know, the most telling first: a tick gives way to those before it."""
EARLY = (21, 42)
"""Days that help where the axis ends before day 60; and `EARLIEST` where it ends by day 14."""
EARLIEST = (3, 10, 5, 1, 2, 4)

_WORDS = {"cells": "CAR-T cells ({unit})", "copies": "CAR transgene ({unit})", "percent": "CAR-T cells ({unit})"}


def value_label(unit: str) -> str:
    """The name of the value axis.

    >>> value_label("cells/uL"), value_label("copies/ug gDNA")
    ('CAR-T cells (cells/µL)', 'CAR transgene (copies/µg gDNA)')
    """
    known = UNITS.get(unit)
    if known is not None:
        return say(_WORDS[known.kind], unit=known.pretty)
    return plain(say("Value ({unit})", unit=pretty(unit)) if unit else say("Value"))


def unit_label(unit: str) -> str:
    """The unit alone, for a value axis that has no room for more.

    >>> unit_label("cells/uL"), unit_label("")
    ('cells/µL', 'Value')
    """
    known = UNITS.get(unit)
    return known.pretty if known is not None else plain(pretty(unit) if unit else say("Value"))


def label_x(axes: Axes, text: str) -> None:
    """Name the axis below."""
    axes.set_xlabel(text, labelpad=3, fontproperties=font(text=text), fontsize=SMALL)


def label_y(axes: Axes, text: str) -> None:
    """Name the axis at the left."""
    axes.set_ylabel(text, labelpad=4, fontproperties=font(text=text), fontsize=SMALL)


def time_axis(axes: Axes, low: float, high: float, *, label: bool = True, tick_labels: bool = True) -> None:
    """Days after the infusion from `low` to `high`, with ticks at visits people know."""
    reach = max(high - low, 1.0)
    axes.set_xlim(low - 0.025 * reach, high + 0.025 * reach)
    first, last = axes.get_xlim()
    inches = axes.get_position().width * page_of(axes).get_size_inches()[0]
    chosen = _ticks(first, last, inches)
    axes.xaxis.set_major_locator(FixedLocator(chosen))
    axes.xaxis.set_major_formatter(FixedFormatter([_day(t) if tick_labels else "" for t in chosen]))
    axes.xaxis.set_minor_locator(NullLocator())
    if label:
        label_x(axes, say("Days after infusion"))


def _day(t: float) -> str:
    return f"{t:g}".replace("-", "−")


def _ticks(low: float, high: float, inches: float) -> list[float]:
    """Of `VISITS` those inside, each with room for its label."""
    per_day = inches / (high - low)
    chosen: list[float] = []
    more = range(3960, 21961, 360) if high >= 60 else EARLY if high > 15 else EARLIEST
    days = (*VISITS, *more)
    for day in days:
        if low <= day <= high and all(
            abs(day - other) * per_day > (width_of(_day(day), SMALLEST) + width_of(_day(other), SMALLEST)) / 2 + 0.07
            for other in chosen
        ):
            chosen.append(float(day))
    return sorted(chosen)


def linear_axis(axes: Axes, top: float, label: str = "", *, lying: bool = False) -> None:
    """Values from 0 to a little above `top`, upwards, or to the right where they are `lying`."""
    end = top * 1.12 if top > 0 else 1.0
    (axes.set_xlim if lying else axes.set_ylim)(0.0, end)
    axis = axes.xaxis if lying else axes.yaxis
    ticks = MaxNLocator(nbins=3 if lying else 5, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, end)
    ticks = [t for t in ticks if 0 <= t <= end]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([axis_number(t) for t in ticks]))
    axis.set_minor_locator(NullLocator())
    if label:
        label_y(axes, label)


def log_limits(values: NDArray[np.float64], head: float = 0.14) -> tuple[float, float]:
    """Limits that hold the positive `values` with room above, at least two decades' ticks inside."""
    some = values[np.isfinite(values) & (values > 0)]
    if not len(some):
        return 0.1, 10.0
    low, high = math.log10(float(some.min())) - 0.18, math.log10(float(some.max()))
    high += max(0.1, head * (high - low))
    if math.floor(high) - math.ceil(low) < 1:
        low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    return 10.0 ** max(low, -300.0), 10.0 ** min(high, 300.0)


def log_axis(axes: Axes, limits: tuple[float, float], label: str = "", *, lying: bool = False) -> None:
    """A logarithmic axis with ticks at decades, labelled 10³; upwards, or to the right where it is `lying`."""
    (axes.set_xscale if lying else axes.set_yscale)("log")
    (axes.set_xlim if lying else axes.set_ylim)(*limits)
    axis = axes.xaxis if lying else axes.yaxis
    low, high = (math.log10(v) for v in limits)
    powers = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    step = max(1, math.ceil(len(powers) / (5 if lying else 8)))
    axis.set_major_locator(FixedLocator([10.0**p for p in powers]))
    axis.set_major_formatter(FixedFormatter([decade(p) if p % step == 0 else "" for p in powers]))
    axis.set_minor_locator(NullLocator())
    if high - low <= 6:
        minor = [k * 10.0**p for p in range(math.floor(low), math.ceil(high)) for k in range(2, 10)]
        _draw_minor_ticks(axes, [v for v in minor if limits[0] <= v <= limits[1]], lying)
    if label:
        label_y(axes, label)


def _draw_minor_ticks(axes: Axes, values: list[float], lying: bool) -> None:
    """Ticks between the decades as one artist: matplotlib's own are slow in such numbers."""
    edge = [0.0] * len(values)
    axes.add_line(
        Line2D(
            values if lying else edge, edge if lying else values, linestyle="none",
            marker=MarkerStyle(TICKDOWN if lying else TICKLEFT), markersize=1.6, markeredgewidth=0.5, color=GREY,
            transform=axes.get_xaxis_transform() if lying else axes.get_yaxis_transform(), clip_on=False,
            label="minor ticks",
        )
    )  # fmt: skip
