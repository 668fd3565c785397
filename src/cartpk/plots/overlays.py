"""All subjects over one another: thin lines, and one strong geometric mean a group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.grouping import By
from cartpk.language import paragraph, say
from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.colours import GREY, INK
from cartpk.plots.counts import say_no_line
from cartpk.plots.curve import draw_lines, draw_symbols, heights
from cartpk.plots.groups import Doses, Groups, Panel, doses_of, group_colour, groups_of, infusion_text, panels_of
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.visits import FEWEST, Course, CourseKey, courses
from cartpk.plots.words import clauses, fit, put, width_of
from cartpk.profiles import Profiles

__all__ = ["overlay", "overlay_caption", "overlay_title"]

_LEFT, _RIGHT, _HEAD = 0.72, 0.18, 0.18


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """One panel: where it stands, the profiles in it, the groups whose geometric mean is drawn, and its headings."""

    panel: Panel
    index: NDArray[np.int64]
    groups: tuple[int, ...]
    place: tuple[int, int]
    title: str
    heading: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """Panels of one size in rows and columns, in inches."""

    columns: int
    rows: int
    height: float
    between: float
    gap: float
    heading: float

    @property
    def width(self) -> float:
        """Of one panel."""
        return (WIDTH - _LEFT - _RIGHT - self.between * (self.columns - 1)) / self.columns

    @property
    def room(self) -> float:
        """Of all rows."""
        return _HEAD + self.heading + self.rows * (self.height + self.gap) - 0.22

    def corner(self, place: tuple[int, int]) -> tuple[float, float]:
        """The upper left corner of a panel."""
        row, column = place
        return _LEFT + column * (self.width + self.between), _HEAD + self.heading + row * (self.height + self.gap)


@house_style()
def overlay(
    profiles: Profiles,
    *,
    by: By = None,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    scale: str = "log",
) -> Axes | NDArray[Any]:
    """The curves of all subjects, an assay a panel, with the geometric mean of each group.

    By dose level the groups share a panel and are told by colour; by anything else each group has a panel of its
    own, since colour means dose level.

    Args:
        profiles: whose curves.
        by: a column of the covariates, several joined by a comma, or None: one group.
        assay, matrix, infusion: what to draw; None: all.
        scale: ``log`` or ``linear``.

    Returns:
        The Axes where one panel is drawn, else an array of them.

    Raises:
        UsageError: no such column, assay, matrix or infusion; or an unknown scale.
    """
    if scale not in ("log", "linear"):
        raise UsageError(f"scale is {scale!r}, not log or linear")
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    groups, doses = groups_of(profiles, by), doses_of(profiles)
    cells, grid = _lay_out(panels, groups)
    page = sheet(
        overlay_title(groups), infusion_text(profiles, infusion), grid.room,
        overlay_caption(profiles, by=by, assay=assay, matrix=matrix, infusion=infusion), _key(doses.of(panels), groups),
    )  # fmt: skip
    means = courses(profiles, by, FEWEST)
    limits = 0.0, _last_day(profiles, panels)
    below = {(cell.place[0] - 1, cell.place[1]) for cell in cells}
    drawn = np.empty(len(cells), dtype=object)
    for k, cell in enumerate(cells):
        axes = drawn[k] = page.axes(*grid.corner(cell.place), grid.width, grid.height)
        time_axis(axes, *limits, label=cell.place not in below)
        _value_axis(axes, profiles, cell.panel, scale, first=cell.place[1] == 0 or _together(groups))
        _headings(axes, cell, grid)
        _draw_subjects(axes, profiles, cell, doses)
        without = _draw_means(axes, cell, means, groups, doses, infusion)
        say_no_line(axes, say("geometric mean"), without, len(cell.groups))
    return drawn[0] if len(drawn) == 1 else drawn


def _together(groups: Groups) -> bool:
    """Whether groups share a panel: by dose, which colour tells."""
    return groups.by_dose or len(groups) == 1


def _lay_out(panels: list[Panel], groups: Groups) -> tuple[list[_Cell], _Grid]:
    """Assays side by side; or, where each group has a panel of its own, below one another with the groups in rows."""
    if _together(groups):
        columns = min(2, len(panels))
        cells = [_Cell(p, p.members, _there(p, groups), divmod(k, columns), p.title, "") for k, p in enumerate(panels)]
        return cells, _Grid(columns, cells[-1].place[0] + 1, 2.45, 0.62, 0.62, 0.0)
    most = max(len(_there(panel, groups)) for panel in panels)
    columns = max(2, math.ceil(most / math.ceil(most / 4)))
    cells, row = [], 0
    for panel in panels:
        for k, g in enumerate(_there(panel, groups)):
            index = panel.members[groups.code[panel.members] == g]
            place = row + k // columns, k % columns
            cells.append(_Cell(panel, index, (g,), place, groups.labels[g], panel.title if k == 0 else ""))
        row = cells[-1].place[0] + 1
    return cells, _Grid(columns, row, 1.5, 0.16, 0.66, 0.2)


def _there(panel: Panel, groups: Groups) -> tuple[int, ...]:
    """The groups that have a profile in a panel."""
    return tuple(np.unique(groups.code[panel.members]).tolist())


def _headings(axes: Axes, cell: _Cell, grid: _Grid) -> None:
    n = say(" (n = {n})", n=len(cell.index))
    title = fit(cell.title or "n", 8.0, grid.width - width_of(n, 8.0, bold=True), bold=True)
    up = 1 / grid.height
    put(axes, 0.0, 1 + 0.07 * up, title + n, size=8.0, bold=True, transform=axes.transAxes)
    if cell.heading:
        put(
            axes,
            0.0,
            1 + 0.27 * up,
            fit(cell.heading, 9.0, 4.0, bold=True),
            size=9.0,
            bold=True,
            transform=axes.transAxes,
        )


def overlay_title(groups: Groups) -> str:
    """``All subjects by dose level``."""
    return say("All subjects{by}", by=groups.words)


def overlay_caption(
    profiles: Profiles, *, by: By = None, assay: str | None = None, matrix: str | None = None, infusion: int = 1
) -> str:
    """The caption of the figure that `overlay` draws with these arguments."""
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    groups = groups_of(profiles, by)
    course = infusion_text(profiles, infusion, ", infusion {n}")
    said = [say("Values of all subjects{by}{infusion}.", by=groups.words, infusion=course)]
    said += [_how_many(panel, groups) for panel in panels]
    said.append(
        say(
            "Thin lines: subjects, dashed to and from samples below the limit of quantification, which stand open at their "
            "own LLOQ. Strong lines: geometric mean of the quantifiable values at a visit, where there are at least "
            "{n} and they are at least half of the results. Samples before the infusion, excluded ones and those "
            "without a result are not drawn.",
            n=FEWEST,
        )
    )
    return paragraph(said)


def _how_many(panel: Panel, groups: Groups) -> str:
    """``flow: n = 9 (DL1 3, DL2 6).``"""
    codes, n = groups.code[panel.members], f"n = {len(panel.members)}"
    if len(groups) > 1:
        parts = clauses([f"{groups.labels[g]} {int((codes == g).sum())}" for g in _there(panel, groups)])
        n = say("{name} ({unit})", name=n, unit=parts)
    return say("{name}: {text}.", name=panel.title, text=n) if panel.title else say("{text}.", text=n)


def _last_day(profiles: Profiles, panels: list[Panel]) -> float:
    """The last sample of all; what was before the infusion is left to the subjects' own figures."""
    last = profiles.offsets[1:][np.concatenate([panel.members for panel in panels])] - 1
    return max(float(profiles.time[last].max()), 1.0)


def _value_axis(axes: Axes, profiles: Profiles, panel: Panel, scale: str, *, first: bool) -> None:
    """The same for all panels of an assay."""
    parts = [profiles[int(i)] for i in panel.members]
    y = np.concatenate([np.where(p.measured & (p.time >= 0), heights(p), np.nan) for p in parts])
    label = value_label(panel.unit) if first else ""
    if scale == "log":
        log_axis(axes, log_limits(y, head=0.06), label)
    else:
        linear_axis(axes, float(np.max(y[np.isfinite(y)], initial=0.0)), label)
    if not first:
        axes.tick_params(labelleft=False)


def _draw_subjects(axes: Axes, profiles: Profiles, cell: _Cell, doses: Doses) -> None:
    many = len(cell.index) > 15
    for i in cell.index.tolist():
        p, colour = profiles[i], doses.colour(i)
        draw_lines(axes, p, colour, width=0.6 if many else 0.8, alpha=0.45 if many else 0.7)
        draw_symbols(axes, p, colour, size=1.8 if many else 2.6, edge=0.6)


def _draw_means(
    axes: Axes, cell: _Cell, means: dict[CourseKey, Course], groups: Groups, doses: Doses, infusion: int
) -> list[str]:  # fmt: skip
    """One strong line a group, a dot where it is one visit; the groups that have none."""
    without = []
    for g in cell.groups:
        course = means.get((cell.panel.assay, cell.panel.matrix, infusion, groups.groups[g]))
        if course is None:
            without.append(groups.labels[g])
            continue
        half = course["n_quantifiable"] >= course["n"] / 2
        shown = np.isfinite(course["geo_mean"]) & (course["geo_n"] >= FEWEST) & half & (course.day >= 0)
        if not shown.any():
            without.append(groups.labels[g])
            continue
        dot = "o" if shown.sum() == 1 else ""
        colour = group_colour(groups, g, doses)
        for ink, width, name in (("white", 3.6, "casing"), (colour, 2.2, "geometric mean")):
            axes.add_line(
                Line2D(
                    course.day[shown], course["geo_mean"][shown], color=ink, linewidth=width, marker=dot, label=name,
                    zorder=6, solid_capstyle="round", solid_joinstyle="round",
                )
            )  # fmt: skip
    return without


def _key(doses: Doses, groups: Groups) -> list[KeyEntry]:
    levels = [KeyEntry(fit(name, 7.5, 3.0), colour) for name, colour in doses.key()]
    mean = KeyEntry(say("geometric mean"), GREY if groups.by_dose else INK, width=2.2)
    return [*levels, mean]
