"""Parameters by group: every subject a point; a box where there are enough of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cartpk.descriptive import describe
from cartpk.errors import UsageError
from cartpk.grouping import By
from cartpk.plots.axes import linear_axis, log_axis, log_limits
from cartpk.plots.colours import FILL, GREY, INK
from cartpk.plots.groups import Doses, Groups, Panel, doses_of, groups_of, infusion_text, panels_of
from cartpk.plots.sheet import WIDTH, KeyEntry, page_of, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import SMALLEST, fit, plain, put, width_of
from cartpk.results import Results
from cartpk.units import pretty

__all__ = ["default_parameters", "parameters", "parameters_caption", "parameters_title"]

Floats = NDArray[np.float64]
_FEWEST = 5
"""Values a group needs for a box; fewer are points and a line at their median."""
_LEFT, _RIGHT, _BETWEEN, _HEIGHT = 0.55, 0.12, 0.52, 1.65
_LONGEST, _SLANT = 1.2, 35
"""Inches and degrees of a group's name, where it does not fit under its points."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """One panel: a parameter of an assay, its values (NaN where missing) of each group's profiles."""

    panel: Panel
    name: str
    title: str
    unit: str
    groups: tuple[tuple[str, NDArray[np.int64], Floats], ...]
    log: bool


@house_style()
def parameters(
    results: Results,
    *,
    by: By = None,
    names: Sequence[str] | None = None,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
) -> Axes | NDArray[Any]:
    """Parameters by group: all points, with box and median where a group has enough.

    Args:
        results: of `cartpk.nca.nca`.
        by: a column of the covariates, several joined by a comma, or None: one group.
        names: the parameters; None: Cmax, Tmax and the areas to each horizon.
        assay, matrix, infusion: what to draw; None: all.

    Returns:
        The Axes where one panel is drawn, else an array of them, shape (assays, parameters).

    Raises:
        UsageError: an unknown parameter, column, assay, matrix or infusion.
    """
    profiles = results.profiles
    names = _checked(results, names)
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    groups, doses = groups_of(profiles, by), doses_of(profiles)
    names_below = _Names.of([groups.labels[g] for g in range(len(groups))], len(names))
    lines_each = -(-len(names) // names_below.in_a_row)
    row_height = 0.30 + _HEIGHT + 0.34 + names_below.depth
    page = sheet(
        parameters_title(groups), infusion_text(profiles, infusion), len(panels) * (0.22 + lines_each * row_height),
        parameters_caption(results, by=by, names=names, assay=assay, matrix=matrix, infusion=infusion), _key(doses.of(panels)),
    )  # fmt: skip
    logs = {name: any(_is_wide(results, panel, name) for panel in panels) for name in names}
    drawn = np.empty((len(panels), len(names)), dtype=object)
    for row, panel in enumerate(panels):
        down = row * (0.22 + lines_each * row_height)
        page.put(names_below.left, down + 0.12, fit(panel.title, 9.0, 5.0, bold=True), size=9.0, bold=True)
        for column, name in enumerate(names):
            line, place = divmod(column, names_below.in_a_row)
            left, top = names_below.left + place * (names_below.width + _BETWEEN), down + 0.52 + line * row_height
            axes = drawn[row, column] = page.axes(left, top, names_below.width, _HEIGHT)
            _draw_cell(axes, _cell(results, panel, groups, name, logs[name]), doses, names_below)
    return drawn[0, 0] if drawn.size == 1 else drawn


@dataclass(frozen=True, slots=True)
class _Names:
    """How the groups are named under a panel `width` inches wide, `in_a_row` of them: level, or slanted where they are long."""

    in_a_row: int
    width: float
    left: float
    slanted: bool
    depth: float

    @classmethod
    def of(cls, labels: Sequence[str], n_panels: int) -> _Names:
        """As many panels a row as the groups leave room for."""
        in_a_row = min(4 if len(labels) <= 5 else 2 if len(labels) <= 12 else 1, n_panels)
        between = _BETWEEN * (in_a_row - 1)
        widest = max(width_of(plain(t), SMALLEST) for t in labels)
        slanted = widest > (WIDTH - _LEFT - _RIGHT - between) / in_a_row / (len(labels) + 0.2) - 0.04
        left = _LEFT + 0.3 if slanted else _LEFT
        width = (WIDTH - left - _RIGHT - between) / in_a_row
        sine = math.sin(math.radians(_SLANT))
        return cls(in_a_row, width, left, slanted, 0.12 + min(widest, _LONGEST) * sine if slanted else 0.14)


def _checked(results: Results, names: Sequence[str] | None) -> tuple[str, ...]:
    names = default_parameters(results) if names is None else tuple(names)
    unknown = [name for name in names if name not in results.values]
    if unknown or not names:
        raise UsageError(
            f"no parameter {', '.join(map(repr, unknown)) or 'is named'}; there are: {', '.join(results.values)}"
        )
    return names


def default_parameters(results: Results) -> tuple[str, ...]:
    """Cmax, Tmax and the area to each horizon."""
    return "cmax", "tmax", *(f"auc_{horizon}" for horizon in results.rules.horizons)


def parameters_title(groups: Groups) -> str:
    """``Parameters by dose level``."""
    return f"Parameters{groups.words}"


def parameters_caption(
    results: Results, *, by: By = None, names: Sequence[str] | None = None, assay: str | None = None,
    matrix: str | None = None, infusion: int = 1,
) -> str:  # fmt: skip
    """The caption of the figure that `parameters` draws with these arguments, with the reason of each missing value."""
    profiles, names = results.profiles, _checked(results, names)
    groups = groups_of(profiles, by)
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    symbols = ", ".join(results.terms[name].symbol for name in names)
    said = [
        f"{symbols}{groups.words}{infusion_text(profiles, infusion, ', infusion {}')}. A point is a subject; the line is the median; "
        f"a box (quartiles, whiskers to the extremes) where a group has at least {_FEWEST} values. n: values under each group. "
        "Open symbols on the axis: 0, where nothing was ever quantifiable, on a logarithmic axis."
    ]
    missing = [text for panel in panels for name in names if (text := _missing(results, panel, name))]
    said += [f"Missing: {'; '.join(missing)}."] if missing else []
    return " ".join([*said, *results.rules.sentences()[:2]])


def _missing(results: Results, panel: Panel, name: str) -> str:
    """``flow Tmax of S06 (No sample ...)``: who has no value and why, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for i in panel.members[np.isnan(results[name][panel.members])].tolist():
        by_reason.setdefault(results.reason(name, i).sentence.rstrip("."), []).append(
            results.profiles.keys[i].subject_id
        )
    where = f"{panel.title} {results.terms[name].symbol}".strip()
    texts = []
    for reason, ids in by_reason.items():
        who = ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
        texts.append(f"{where} of {who} ({reason[0].lower()}{reason[1:]})")
    return "; ".join(texts)


def _is_wide(results: Results, panel: Panel, name: str) -> bool:
    """Whether the values of one assay ask for a logarithmic axis, which all assays then have."""
    values = results[name][panel.members]
    positive = values[values > 0]
    return (
        results.terms[name].average == "geometric" and len(positive) > 1 and bool(positive.max() > 5 * positive.min())
    )


def _cell(results: Results, panel: Panel, groups: Groups, name: str, log: bool) -> _Cell:
    term = results.terms[name]
    parts = []
    for g in np.unique(groups.code[panel.members]).tolist():
        index = panel.members[groups.code[panel.members] == g]
        parts.append((groups.labels[g], index, results[name][index]))
    return _Cell(panel, name, term.symbol, pretty(results.unit(name, int(panel.members[0]))), tuple(parts), log)


def _key(doses: Doses) -> list[KeyEntry]:
    return [KeyEntry(fit(t, 7.5, 3.0), colour, marker="o", line="none") for t, colour in doses.key()]


def _draw_cell(axes: Axes, cell: _Cell, doses: Doses, names: _Names) -> None:
    values = np.concatenate([v for _, _, v in cell.groups])
    if cell.log:
        log_axis(axes, log_limits(values, head=0.08))
    else:
        linear_axis(axes, float(np.max(values[np.isfinite(values)], initial=0.0)))
    axes.set_xlim(-0.6, len(cell.groups) - 0.4)
    axes.tick_params(bottom=False, labelbottom=False)
    put(axes, 0.0, 1 + 0.18 / _HEIGHT, cell.title, size=8.0, bold=True, transform=axes.transAxes)
    put(
        axes,
        0.0,
        1 + 0.06 / _HEIGHT,
        fit(cell.unit, SMALLEST, names.width + 0.4),
        colour=GREY,
        transform=axes.transAxes,
    )
    for k, (label, index, value) in enumerate(cell.groups):
        _draw_group(axes, k, value, [doses.colour(i) for i in index.tolist()])
        _name_group(axes, k, label, int(np.isfinite(value).sum()), names)


def _name_group(axes: Axes, k: int, label: str, n: int, names: _Names) -> None:
    """n under the axis, the group's name below it."""
    below = axes.get_xaxis_transform()
    put(axes, k, -0.13 / _HEIGHT, f"n {n}" if k == 0 else f"{n}", colour=GREY, ha="center", transform=below)
    text = fit(label, SMALLEST, _LONGEST if names.slanted else 2.0)
    if names.slanted:
        put(
            axes, k + 0.12, -0.19 / _HEIGHT, text, ha="right", va="top", rotation=_SLANT, rotation_mode="anchor",
            transform=below,
        )  # fmt: skip
    else:
        put(axes, k, -0.26 / _HEIGHT, text, ha="center", transform=below)


def _draw_group(axes: Axes, k: int, value: Floats, colours: list[str]) -> None:
    """Box or median line, and every point; equal values side by side."""
    floor = axes.get_ylim()[0]
    log = axes.get_yscale() == "log"
    there = np.isfinite(value)
    some = value[there]
    if not len(some):
        return
    stats = {n: float(v[0]) for n, v in describe(some, np.zeros(len(some), np.int64), 1).items()}
    low = {n: max(stats[n], floor) for n in ("median", "q1", "q3", "min", "max")}
    if len(some) >= _FEWEST:
        axes.vlines(k, low["min"], low["max"], color=GREY, linewidth=0.8, zorder=1, label="whiskers")
        axes.add_patch(
            Rectangle(
                (k - 0.3, low["q1"]), 0.6, low["q3"] - low["q1"], facecolor=FILL, edgecolor=GREY, linewidth=0.8, zorder=2,
                label="box",
            )
        )  # fmt: skip
    axes.hlines(low["median"], k - 0.3, k + 0.3, color=INK, linewidth=1.6, zorder=3, label="median")
    placed = np.where(some > floor, some, floor) if log else some
    x = k + _beside(axes, placed)
    for j, colour in enumerate(c for c, t in zip(colours, there, strict=True) if t):
        hidden = log and not some[j] > floor
        axes.add_line(
            Line2D(
                [x[j]], [placed[j]], linestyle="none", marker="o", markersize=4.2, markerfacecolor="white" if hidden else colour,
                markeredgecolor=colour, markeredgewidth=0.9, zorder=5, clip_on=False, label="zero" if hidden else "value",
            )
        )  # fmt: skip


def _beside(axes: Axes, value: Floats) -> Floats:
    """Sideways shifts that keep points apart: each takes the nearest place to the middle that is free."""
    pixels = axes.transData.transform(np.column_stack([np.zeros(len(value)), value]))[:, 1]
    one = (axes.transData.transform((1.0, axes.get_ylim()[1])) - axes.transData.transform((0.0, axes.get_ylim()[1])))[0]
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
