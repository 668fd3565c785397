"""The course of a group: geometric mean, mean or median by planned visit, with its interval and n under the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from cartpk.plots.counts import ROW, CountRow, draw_counts, say_no_line
from cartpk.plots.groups import Doses, Groups, Panel, doses_of, group_colour, groups_of, infusion_text, panels_of
from cartpk.plots.sheet import WIDTH, KeyEntry, Sheet, sheet
from cartpk.plots.style import house_style
from cartpk.plots.visits import FEWEST, Course, CourseKey, courses
from cartpk.plots.words import fit, put
from cartpk.profiles import Profiles

__all__ = ["STATISTICS", "mean", "mean_caption", "mean_title"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistic:
    """What a figure of means shows: columns of the summary, and how to say it."""

    title: str
    centre: str
    lower: str
    upper: str
    rule: str


STATISTICS: Mapping[str, Statistic] = {
    "geometric_mean": Statistic(
        "Geometric mean", "geo_mean", "geo_lower", "geo_upper",
        "Geometric mean of the quantifiable values and its 95 % confidence interval (t distribution on logarithms); "
        "visits where more than half of the results are below the limit of quantification are left out.",
    ),
    "mean": Statistic(
        "Mean", "mean", "sd", "sd",
        "Arithmetic mean and standard deviation, with results below the limit of quantification as 0; not calculated "
        "where they are more than half.",
    ),
    "median": Statistic(
        "Median", "median", "q1", "q3",
        "Median and quartiles, with results below the limit of quantification as 0; on a logarithmic "
        "axis only where more than half of them are at or above it.",
    ),
}  # fmt: skip
"""Name -> what is drawn; each comes from the summary of values by visit."""

_PANEL, _LEFT, _INCHES = 2.2, 1.45, WIDTH - 1.65
_SHADES = ("#1a1a1a", "#999999", "#4d4d4d", "#808080", "#333333", "#666666")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One group in one panel: what is drawn, and n of every visit."""

    label: str
    colour: str
    marker: str
    index: NDArray[np.int64]
    day: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    n: Floats
    n_quantifiable: Floats


@house_style()
def mean(
    profiles: Profiles,
    *,
    by: By = None,
    statistic: str = "geometric_mean",
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    scale: str = "log",
) -> Axes | NDArray[Any]:
    """The course of each group by planned visit: one statistic with its interval, and n under the axis.

    Dose levels are told by colour, other groups by their symbols and shades of grey, since colour means dose level.

    Args:
        profiles: whose values.
        by: a column of the covariates, several joined by a comma, or None: one group.
        statistic: ``geometric_mean`` (95 % confidence interval), ``mean`` (standard deviation), ``median`` (quartiles).
        assay, matrix, infusion: what to draw; None: all.
        scale: ``log`` or ``linear``.

    Returns:
        The Axes where one panel is drawn, else an array of them.

    Raises:
        UsageError: an unknown column, statistic, scale, assay, matrix or infusion.
    """
    if statistic not in STATISTICS:
        raise UsageError(f"statistic is {statistic!r}, not one of {', '.join(STATISTICS)}")
    if scale not in ("log", "linear"):
        raise UsageError(f"scale is {scale!r}, not log or linear")
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    groups, doses = groups_of(profiles, by), doses_of(profiles)
    found = courses(profiles, by, FEWEST)
    blocks = [(panel, _lines(panel, found, groups, doses, (statistic, infusion, scale == "log"))) for panel in panels]
    heights = [0.22 + _PANEL + 0.46 + ROW * (len(lines) + 1) + 0.12 for _, lines in blocks]
    page = sheet(
        mean_title(groups, statistic), infusion_text(profiles, infusion), sum(heights),
        mean_caption(profiles, by=by, statistic=statistic, infusion=infusion), _key(blocks, groups, doses),
    )  # fmt: skip
    last = max((float(line.day.max(initial=1.0)) for _, lines in blocks for line in lines), default=1.0)
    drawn = np.empty(len(blocks), dtype=object)
    down = 0.0
    for k, (panel, lines) in enumerate(blocks):
        name = say(STATISTICS[statistic].title).lower()
        drawn[k] = _draw_block(page, profiles, panel, lines, (down, last), scale, name)
        down += heights[k]
    return drawn[0] if len(drawn) == 1 else drawn


def mean_title(groups: Groups, statistic: str) -> str:
    """``Geometric mean by dose level``."""
    return say(STATISTICS[statistic].title) + groups.words


def mean_caption(profiles: Profiles, *, by: By = None, statistic: str = "geometric_mean", infusion: int = 1) -> str:
    """The caption of the figure that `mean` draws with these arguments."""
    groups = groups_of(profiles, by)
    of = infusion_text(profiles, infusion, " after infusion {n}")
    few = "Fewer than {n} values give no quartiles." if statistic == "median" else "Fewer than {n} values give neither."
    return paragraph((
        say("Values by planned visit{by}{infusion}.", by=groups.words, infusion=of),
        say(STATISTICS[statistic].rule),
        say(few, n=FEWEST),
        say(
            "Small symbols: the subjects' values, open where below the limit, at their own LLOQ. Bars reach at most a factor of "
            "ten beyond what else is drawn. Under the axis: samples at or above the limit of quantification / samples with a "
            "result. Groups are set a little apart for reading; visits before the infusion are not shown."
        ),
    ))  # fmt: skip


def _lines(
    panel: Panel, found: Mapping[CourseKey, Course], groups: Groups, doses: Doses, asked: tuple[str, int, bool]
) -> list[_Line]:  # fmt: skip
    """The groups of a panel; where colour cannot tell them, symbols and greys do."""
    lines, (statistic, infusion, log) = [], asked
    for g in np.unique(groups.code[panel.members]).tolist():
        course = found.get((panel.assay, panel.matrix, infusion, groups.groups[g]))
        if course is not None:
            plain_look = groups.by_dose or len(groups) == 1
            colour = group_colour(groups, g, doses) if plain_look else _SHADES[g % len(_SHADES)]
            marker = "o" if plain_look else _MARKERS[g % len(_MARKERS)]
            index = panel.members[groups.code[panel.members] == g]
            lines.append(_line(course, groups.labels[g], (colour, marker), index, statistic, log))
    return lines


def _line(
    course: Course, label: str, look: tuple[str, str], index: NDArray[np.int64], statistic: str, log: bool
) -> _Line:
    chosen = STATISTICS[statistic]
    after = course.day >= 0
    centre = course[chosen.centre].copy()
    half = course["n"] / 2
    if statistic == "geometric_mean":
        centre[course["n_quantifiable"] < half] = np.nan
    if statistic == "median" and log:
        centre[course["n_quantifiable"] <= half] = np.nan
    spread = statistic == "mean"
    lower = centre - course["sd"] if spread else course[chosen.lower]
    upper = centre + course["sd"] if spread else course[chosen.upper]
    return _Line(
        label, *look, index, course.day[after], centre[after], lower[after], upper[after], course["n"][after],
        course["n_quantifiable"][after],
    )  # fmt: skip


def _key(blocks: Sequence[tuple[Panel, list[_Line]]], groups: Groups, doses: Doses) -> list[KeyEntry]:
    if len(groups) == 1 and not groups.by_dose:
        return []
    names = dict(zip(doses.levels, doses.names, strict=True)) if groups.by_dose else {}
    looks = {line.label: (line.colour, line.marker) for _, lines in blocks for line in lines}
    return [KeyEntry(fit(names.get(t, t), 7.5, 3.0), c, marker=m) for t, (c, m) in looks.items()]


def _draw_block(
    page: Sheet, profiles: Profiles, panel: Panel, lines: list[_Line], place: tuple[float, float], scale: str, name: str
) -> Axes:  # fmt: skip
    """One assay `place[0]` inches down, its days up to `place[1]`."""
    down, last = place
    axes = page.axes(_LEFT, down + 0.22, _INCHES, _PANEL)
    time_axis(axes, 0.0, last, label=False)
    put(axes, -0.1 / _INCHES, -0.15 / _PANEL, say("Days after infusion"), ha="right", transform=axes.transAxes)
    _value_axis(axes, profiles, panel, lines, scale)
    put(
        axes,
        0.0,
        1 + 0.07 / _PANEL,
        fit(panel.title, 8.5, 5.5, bold=True),
        size=8.5,
        bold=True,
        transform=axes.transAxes,
    )
    step = 0.055 * last * 1.05 / _INCHES
    for k, line in enumerate(lines):
        shift = (k - (len(lines) - 1) / 2) * step
        _draw_values(axes, profiles, line, shift)
        _draw_line(axes, line, shift)
    say_no_line(axes, name, [line.label for line in lines if not np.isfinite(line.centre).any()], len(lines))
    counted = [CountRow(line.label, line.colour, line.marker, line.day, line.n_quantifiable, line.n) for line in lines]
    draw_counts(axes, counted, _LEFT - 0.2)
    return axes


def _draw_values(axes: Axes, profiles: Profiles, line: _Line, shift: float) -> None:
    """The subjects' own values, small."""
    rows = _rows(profiles, line.index)
    y = np.where(profiles.blq[rows], profiles.lloq[rows], profiles.conc[rows])
    x = np.where(np.isnan(profiles.time_nominal[rows]), profiles.time[rows], profiles.time_nominal[rows]) + shift
    for below in (False, True):
        some = (profiles.blq[rows] == below) & np.isfinite(y)
        axes.add_line(
            Line2D(
                x[some], y[some], linestyle="none", marker="o", markersize=2.2, color=line.colour, markeredgewidth=0.5,
                markerfacecolor="white" if below else line.colour, alpha=0.55, zorder=2,
                label="values below the limit" if below else "values",
            )
        )  # fmt: skip


def _rows(profiles: Profiles, index: NDArray[np.int64]) -> NDArray[np.int64]:
    """The measured rows after the infusion of some profiles."""
    rows = np.concatenate([np.arange(*profiles.offsets[[i, i + 1]]) for i in index.tolist()])
    after: NDArray[np.int64] = rows[profiles.measured[rows] & (profiles.time[rows] >= 0)]
    return after


def _value_axis(axes: Axes, profiles: Profiles, panel: Panel, lines: list[_Line], scale: str) -> None:
    """Room for values and bars, of which those that go further than a factor of ten beyond the rest end at the edge."""
    rows = _rows(profiles, panel.members)
    drawn = [np.where(profiles.blq[rows], profiles.lloq[rows], profiles.conc[rows]), *(line.centre for line in lines)]
    y = np.concatenate(drawn)
    y = y[np.isfinite(y) & (y > 0)]
    low, high = (float(y.min()) / 10, float(y.max()) * 10) if len(y) else (0.1, 10.0)
    bars = np.concatenate(
        [part[np.isfinite(line.centre)] for line in lines for part in (line.lower, line.upper)] or [y]
    )
    if scale == "log":
        log_axis(
            axes,
            log_limits(np.concatenate([y, bars[np.isfinite(bars)].clip(low, high)]), 0.05),
            value_label(panel.unit),
        )
    else:
        linear_axis(
            axes, min(float(np.max([*y, *bars[np.isfinite(bars)]], initial=0.0)), high), value_label(panel.unit)
        )


def _draw_line(axes: Axes, line: _Line, shift: float) -> None:
    low, high = axes.get_ylim()
    shown = np.isfinite(line.centre) & (line.centre > low if axes.get_yscale() == "log" else True)
    x, y = line.day[shown] + shift, line.centre[shown]
    axes.add_line(Line2D(x, y, color=line.colour, linewidth=1.6, marker="", label=line.label, zorder=4))
    barred = np.isfinite(line.lower[shown]) & np.isfinite(line.upper[shown])
    ends = np.column_stack([line.lower[shown], line.upper[shown]])[barred].clip(low, high)
    if len(ends):
        axes.vlines(x[barred], ends[:, 0], ends[:, 1], color=line.colour, linewidth=0.9, label="interval", zorder=3)
    axes.add_line(
        Line2D(x, y, linestyle="none", marker=line.marker, markersize=4.6, color=line.colour, label="visits", zorder=5)
    )
