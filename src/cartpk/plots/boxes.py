"""Parameters by group: every subject a point; a box where there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.grouping import By
from cartpk.language import paragraph, say, uncapital, unstopped
from cartpk.plots.axes import linear_axis, log_axis, log_limits
from cartpk.plots.colours import GREY
from cartpk.plots.groups import Doses, Groups, Panel, doses_of, groups_of, infusion_text, panels_of
from cartpk.plots.points import FEWEST_OF_A_BOX, draw_group
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import SMALLEST, fit, plain, put, width_of
from cartpk.results import Results
from cartpk.units import pretty

__all__ = ["default_parameters", "parameters", "parameters_caption", "parameters_title"]

Floats = NDArray[np.float64]
_LEFT, _RIGHT, _BETWEEN, _HEIGHT = 0.55, 0.12, 0.52, 1.65
_LONGEST, _PITCH, _FOR_N = 1.75, 0.24, 0.34
"""Inches of a group's name, where it does not fit under its points, of its row, and of n after the row."""


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
    grid = _Grid.of(groups.labels, len(names))
    lines = -(-len(names) // grid.in_a_row)
    heights = [grid.height(len(np.unique(groups.code[panel.members]))) for panel in panels]
    rooms = [0.22 + lines * (0.30 + height + grid.below) for height in heights]
    page = sheet(
        parameters_title(groups), infusion_text(profiles, infusion), sum(rooms),
        parameters_caption(results, by=by, names=names, assay=assay, matrix=matrix, infusion=infusion), _key(doses.of(panels)),
    )  # fmt: skip
    logs = {name: any(_is_wide(results, panel, name) for panel in panels) for name in names}
    drawn = np.empty((len(panels), len(names)), dtype=object)
    down = 0.0
    for row, panel in enumerate(panels):
        page.put(
            _LEFT if grid.lying else grid.left, down + 0.12, fit(panel.title, 9.0, 5.0, bold=True), size=9.0, bold=True
        )
        for column, name in enumerate(names):
            line, place = divmod(column, grid.in_a_row)
            left = grid.left + place * (grid.width + grid.between)
            top = down + 0.52 + line * (0.30 + heights[row] + grid.below)
            axes = drawn[row, column] = page.axes(left, top, grid.width, heights[row])
            _draw_cell(axes, _cell(results, panel, groups, name, logs[name]), doses, grid, first=place == 0)
        down += rooms[row]
    return drawn[0, 0] if drawn.size == 1 else drawn


@dataclass(frozen=True, slots=True)
class _Grid:
    """Panels `width` inches wide, `in_a_row` of them: groups beside one another, or below where their names are long."""

    lying: bool
    in_a_row: int
    width: float
    left: float
    between: float

    @classmethod
    def of(cls, labels: Sequence[str], n_panels: int) -> _Grid:
        """As many panels a row as the groups leave room for."""
        in_a_row = min(4 if len(labels) <= 5 else 2 if len(labels) <= 12 else 1, n_panels)
        widest = max(width_of(plain(t), SMALLEST) for t in labels)
        width = (WIDTH - _LEFT - _RIGHT - _BETWEEN * (in_a_row - 1)) / in_a_row
        if widest <= width / (len(labels) + 0.2) - 0.04:
            return cls(False, in_a_row, width, _LEFT, _BETWEEN)
        in_a_row = min(4, n_panels)
        left = 0.2 + min(widest, _LONGEST)
        return cls(True, in_a_row, (WIDTH - left - _RIGHT) / in_a_row - _FOR_N, left, _FOR_N)

    def height(self, n_groups: int) -> float:
        """Of a panel with so many groups, in inches."""
        return n_groups * _PITCH + 0.06 if self.lying else _HEIGHT

    @property
    def below(self) -> float:
        """Inches for what stands under a panel."""
        return 0.40 if self.lying else 0.48


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
    return say("Parameters{by}", by=groups.words)


def parameters_caption(
    results: Results, *, by: By = None, names: Sequence[str] | None = None, assay: str | None = None,
    matrix: str | None = None, infusion: int = 1,
) -> str:  # fmt: skip
    """The caption of the figure that `parameters` draws with these arguments, with the reason of each missing value."""
    profiles, names = results.profiles, _checked(results, names)
    groups = groups_of(profiles, by)
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    symbols = say(", ").join(say(results.terms[name].symbol) for name in names)
    said = [
        say(
            "{symbols}{by}{infusion}. A point is a subject; the line is the median; "
            "a box (quartiles, whiskers to the extremes) where a group has at least {n} values. n: values of each group. "
            "Open symbols on the axis: 0, where nothing was ever quantifiable, on a logarithmic axis.",
            symbols=symbols, by=groups.words, infusion=infusion_text(profiles, infusion, ", infusion {n}"), n=FEWEST_OF_A_BOX,
        )
    ]  # fmt: skip
    missing = [text for panel in panels for name in names if (text := _missing(results, panel, name))]
    said += [say("Missing: {texts}.", texts=say("; ").join(missing))] if missing else []
    return paragraph([*said, *(say(rule) for rule in results.rules.sentences()[:2])])


def _missing(results: Results, panel: Panel, name: str) -> str:
    """``flow Tmax of S06 (No sample ...)``: who has no value and why, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for i in panel.members[np.isnan(results[name][panel.members])].tolist():
        by_reason.setdefault(say(results.reason(name, i).sentence), []).append(results.profiles.keys[i].subject_id)
    what = f"{panel.title} {say(results.terms[name].symbol)}".strip()
    texts = []
    for reason, ids in by_reason.items():
        who = say(", ").join(ids[:6])
        who = say("{ids} and {n} more", ids=who, n=len(ids) - 6) if len(ids) > 6 else who
        texts.append(say("{what} of {who} ({reason})", what=what, who=who, reason=uncapital(unstopped(reason))))
    return say("; ").join(texts)


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
    return _Cell(panel, name, say(term.symbol), pretty(results.unit(name, int(panel.members[0]))), tuple(parts), log)


def _key(doses: Doses) -> list[KeyEntry]:
    return [KeyEntry(fit(t, 7.5, 3.0), colour, marker="o", line="none") for t, colour in doses.key()]


def _draw_cell(axes: Axes, cell: _Cell, doses: Doses, grid: _Grid, *, first: bool) -> None:
    values = np.concatenate([v for _, _, v in cell.groups])
    if cell.log:
        log_axis(axes, log_limits(values, head=0.08), lying=grid.lying)
    else:
        linear_axis(axes, float(np.max(values[np.isfinite(values)], initial=0.0)), lying=grid.lying)
    if grid.lying:
        axes.set_ylim(len(cell.groups) - 0.5, -0.5)
        axes.tick_params(left=False, labelleft=False)
    else:
        axes.set_xlim(-0.6, len(cell.groups) - 0.4)
        axes.tick_params(bottom=False, labelbottom=False)
    up = 1 / grid.height(len(cell.groups))
    title = fit(cell.title, 8.0, grid.width + grid.between - 0.05, bold=True)
    put(axes, 0.0, 1 + 0.18 * up, title, size=8.0, bold=True, transform=axes.transAxes)
    unit = fit(cell.unit, SMALLEST, grid.width + (0.05 if grid.lying else 0.4))
    put(axes, 0.0, 1 + 0.06 * up, unit, colour=GREY, transform=axes.transAxes)
    for k, (label, index, value) in enumerate(cell.groups):
        draw_group(axes, k, value, [doses.colour(i) for i in index.tolist()], lying=grid.lying)
        n = int(np.isfinite(value).sum())
        if grid.lying:
            _name_row(axes, k, label if first else "", n, grid)
        else:
            _name_column(axes, k, label, n)


def _name_column(axes: Axes, k: int, label: str, n: int) -> None:
    """n under the axis, the group's name below it."""
    below = axes.get_xaxis_transform()
    put(axes, k, -0.13 / _HEIGHT, f"n {n}" if k == 0 else f"{n}", colour=GREY, ha="center", transform=below)
    put(axes, k, -0.26 / _HEIGHT, fit(label, SMALLEST, 2.0), ha="center", transform=below)


def _name_row(axes: Axes, k: int, label: str, n: int, grid: _Grid) -> None:
    """The group's name before the axis, n after it."""
    beside = axes.get_yaxis_transform()
    text = f"n {n}" if k == 0 else f"{n}"
    put(axes, 1 + 0.24 / grid.width, k, text, colour=GREY, ha="right", va="center", transform=beside)
    put(axes, -0.06 / grid.width, k, fit(label, SMALLEST, _LONGEST), ha="right", va="center", transform=beside)
