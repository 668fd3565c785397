"""The samples of one profile: measured ones joined, those below the limit open at their own limit, excluded ones crossed out."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cartpk.plots.colours import GREY, PALE
from cartpk.plots.words import axis_number, put
from cartpk.profiles import Profiles

__all__ = ["draw_excluded", "draw_limit", "draw_lines", "draw_symbols", "heights", "limit_steps"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def heights(p: Profiles) -> Floats:
    """Where each row stands on the value axis: its value, its own LLOQ where BLQ; NaN where neither is known."""
    return np.where(p.blq, p.lloq, p.conc)


def draw_lines(axes: Axes, p: Profiles, colour: str, *, width: float = 1.3, alpha: float = 1.0) -> None:
    """Solid between neighbouring quantifiable samples, dashed to and from one below the limit."""
    floor = axes.get_ylim()[0]
    rows = np.flatnonzero(p.measured)
    y = heights(p)[rows]
    off = ~(y > floor) if axes.get_yscale() == "log" else np.isnan(y)  # a zero has no place on a log axis
    y = np.where(off, floor, y)
    unknown = p.blq[rows] | (off & (axes.get_yscale() == "log"))
    solid = ~unknown[:-1] & ~unknown[1:]
    dashed = unknown[:-1] ^ unknown[1:]
    whole: tuple[float, tuple[int, ...]] = (0.0, ())
    for which, dashes, thick, name in (
        (solid, whole, width, "measured"),
        (dashed, (0.0, (3, 2)), width * 0.7, "towards BLQ"),
    ):
        if which.any():
            axes.add_line(
                Line2D(
                    *_segments(p.time[rows], y, which), color=colour, linestyle=dashes if dashes[1] else "-", linewidth=thick, marker="",
                    alpha=alpha, label=name, zorder=3, solid_capstyle="round", solid_joinstyle="round",
                )
            )  # fmt: skip


def _segments(x: Floats, y: Floats, which: Bools) -> tuple[Floats, Floats]:
    """The chosen segments as one broken line; neighbours that are both chosen stay joined."""
    xs: list[float] = []
    ys: list[float] = []
    for k in np.flatnonzero(which).tolist():
        if not (k and which[k - 1]):
            xs += [np.nan, float(x[k])] if xs else [float(x[k])]
            ys += [np.nan, float(y[k])] if ys else [float(y[k])]
        xs.append(float(x[k + 1]))
        ys.append(float(y[k + 1]))
    return np.array(xs), np.array(ys)


def draw_symbols(axes: Axes, p: Profiles, colour: str, *, size: float = 4.4, edge: float = 1.0) -> None:
    """Quantifiable samples filled, those below the limit open; what a log axis cannot show stands on its floor."""
    floor, log = axes.get_ylim()[0], axes.get_yscale() == "log"
    measured, y = p.measured & (p.time >= axes.get_xlim()[0]), heights(p)
    quant = measured & ~p.blq & (p.conc > (0 if log else -1))
    below = measured & p.blq
    placed = np.where(np.isnan(y) | (y < floor), floor, y)
    _symbols(axes, p.time[quant], p.conc[quant], "o", colour, colour, size, edge, "quantifiable")
    _symbols(axes, p.time[below], placed[below], "o", "white", colour, size, edge, "below the limit")
    zero = measured & ~p.blq & (p.conc == 0)
    if log:
        _symbols(axes, p.time[zero], np.full(zero.sum(), floor), "v", "white", colour, size, edge, "measured 0")


def draw_excluded(axes: Axes, p: Profiles, *, size: float = 4.4) -> None:
    """Excluded samples, grey and crossed out, where they would stand; on the axis where they have no result."""
    floor, y = axes.get_ylim()[0], heights(p)
    out = (p.excluded >= 0) & (p.time >= axes.get_xlim()[0])
    placed = np.where(np.isnan(y) | (y < floor), floor, y)[out]
    _symbols(axes, p.time[out], placed, "o", "white", PALE, size, 1.0, "excluded")
    _symbols(axes, p.time[out], placed, "x", GREY, GREY, size * 1.5, 1.0, "crossed out")


def _symbols(
    axes: Axes, x: Floats, y: Floats, marker: str, face: str, colour: str, size: float, edge: float, name: str
) -> None:  # fmt: skip
    if len(x):
        axes.add_line(
            Line2D(
                x, y, linestyle="none", marker=marker, markersize=size, markerfacecolor=face, markeredgecolor=colour,
                markeredgewidth=edge, label=name, zorder=5, clip_on=False,
            )
        )  # fmt: skip


def limit_steps(p: Profiles, low: float, high: float) -> tuple[Floats, Floats]:
    """The LLOQ from `low` to `high`: each sample's own, changing half way between samples; empty where none is known."""
    known = np.flatnonzero(~np.isnan(p.lloq))
    if not len(known):
        return np.empty(0), np.empty(0)
    limit, time = p.lloq[known], p.time[known]
    change = np.flatnonzero(np.diff(limit) != 0)
    cuts = (time[change] + time[change + 1]) / 2
    x = np.concatenate([[low], np.repeat(cuts, 2), [high]])
    return x, np.repeat(limit[np.append(change, len(limit) - 1)], 2)


def draw_limit(axes: Axes, p: Profiles, *, named: bool = True) -> None:
    """The LLOQ as a thin dashed step line, named at its end."""
    low, high = axes.get_xlim()
    x, y = limit_steps(p, low, high)
    if not len(x):
        return
    axes.add_line(Line2D(x, y, color=GREY, linewidth=0.8, linestyle=(0, (4, 2.5)), marker="", label="LLOQ", zorder=2))
    if named:
        put(
            axes, 1.01, float(y[-1]), f"LLOQ {axis_number(float(y[-1]))}", colour=GREY, va="center",
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
