"""Profile likelihoods of a fit: how much worse it becomes as one parameter is moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit import LikelihoodProfile
from cartpk.language import paragraph, say
from cartpk.plots.axes import linear_axis
from cartpk.plots.colours import GREY, NEUTRAL
from cartpk.plots.sheet import WIDTH, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import axis_number, number, plain, put

__all__ = ["profile_likelihoods"]

_COLUMNS, _HEIGHT, _LEFT, _RIGHT, _BETWEEN, _GAP, _HEAD = 3, 1.5, 0.62, 0.15, 0.5, 0.66, 0.22


@house_style()
def profile_likelihoods(profiles: Sequence[LikelihoodProfile], *, title: str = "Profile likelihoods") -> NDArray[Any]:
    """A panel a parameter: twice the loss of log-likelihood, and where it crosses the threshold of the interval.

    Args:
        profiles: of `cartpk.profile_likelihood`, one a parameter.
        title: of the figure.

    Returns:
        The Axes, one a parameter.

    Raises:
        UsageError: there is none.
    """
    if not profiles:
        raise UsageError("there is no profile likelihood to draw: make some with cartpk.profile_likelihood")
    rows = math.ceil(len(profiles) / _COLUMNS)
    page = sheet(say(title), "", rows * (_HEIGHT + _GAP), _caption(profiles))
    width = (WIDTH - _LEFT - _RIGHT - _BETWEEN * (_COLUMNS - 1)) / _COLUMNS
    drawn = np.empty(len(profiles), dtype=object)
    for k, one in enumerate(profiles):
        row, column = divmod(k, _COLUMNS)
        corner = _LEFT + column * (width + _BETWEEN), _HEAD + row * (_HEIGHT + _GAP)
        drawn[k] = page.axes(*corner, width, _HEIGHT)
        _draw(drawn[k], one, first=column == 0)
    return drawn


def _caption(profiles: Sequence[LikelihoodProfile]) -> str:
    said = []
    for one in profiles:
        low, high = (number(v) if math.isfinite(v) else say("no end") for v in (one.lower, one.upper))
        said.append(say("{name}: {best} ({low} to {high}).", name=one.name, best=number(one.best), low=low, high=high))
    return paragraph((
        say(
            "Twice the loss of log-likelihood as one parameter is moved and the others are fitted again; the interval lies"
            " where it is below the dotted threshold. Where it does not cross, the interval has no end on that side."
        ), *said,
    ))  # fmt: skip


def _draw(axes: Axes, one: LikelihoodProfile, *, first: bool) -> None:
    top = 2.5 * one.threshold
    shown = one.loss <= top * 1.5
    value, loss = one.value[shown], one.loss[shown]
    log = bool(np.all(value > 0)) and float(value.max()) > 8 * float(value.min())
    low, high = float(value.min()), float(value.max())
    linear_axis(axes, top, say("Twice the loss") if first else "")
    if log:
        axes.set_xscale("log")
    axes.set_xlim(low, high if high > low else low + 1.0)
    ticks = _ticks(*axes.get_xlim(), log=log)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter([axis_number(t) for t in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axhline(one.threshold, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    axes.add_line(Line2D(value, loss, color=NEUTRAL, linewidth=1.4, marker="o", markersize=2.4, zorder=4, label="loss"))
    for end in (one.lower, one.upper):
        if math.isfinite(end):
            axes.axvline(end, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    put(axes, 0.0, 1.05, plain(one.name), size=8.5, bold=True, transform=axes.transAxes)


def _ticks(low: float, high: float, *, log: bool) -> list[float]:
    if not log:
        return [float(t) for t in MaxNLocator(nbins=4).tick_values(low, high) if low <= t <= high]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]
    step = max(1, math.ceil(len(ticks) / 4))
    return ticks[::step]
