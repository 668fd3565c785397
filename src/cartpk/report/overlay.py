"""All subjects of an assay on one logarithmic panel, with the geometric mean by visit and its confidence limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from cartpk.language import say
from cartpk.report import svg
from cartpk.report.course import Course
from cartpk.report.curves import Window, axes
from cartpk.report.scales import Panel, day_axis, log_axis
from cartpk.rounding import exact, grouped

__all__ = ["VisitMean", "overlay"]

WIDTH, HEIGHT = 540.0, 420.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 10.0, 28.0, 74.0
MANY = 40
"""Subjects from which on their lines are fainter."""


@dataclass(frozen=True, slots=True)
class VisitMean:
    """One planned visit: samples with a result, those at or above the LLOQ, the geometric mean of these and its limits."""

    day: float
    n: int
    n_quantifiable: int
    mean: float
    lower: float
    upper: float

    @property
    def shown(self) -> bool:
        """Whether the mean stands for the visit: where more than half are below the limit it does not."""
        return not math.isnan(self.mean) and 2 * self.n_quantifiable >= self.n


def overlay(courses: Sequence[tuple[Course, int, int]], visits: Sequence[VisitMean], window: Window, title: str) -> str:
    """The picture; `courses` are (course, dose level, number of its subject)."""
    x, x_ticks = day_axis(window.first_day, window.last_day, LEFT, WIDTH - RIGHT, gap=24)
    means = [v for m in visits if m.shown for v in (m.lower, m.upper) if v > 0]
    y, y_ticks = log_axis((*window.values, *means), window.limits, HEIGHT - BOTTOM, TOP)
    panel = Panel(x, y, x_ticks, y_ticks)
    parts = [
        axes(panel, title),
        *_limits(window, panel),
        *(_subject(course, level, number, panel) for course, level, number in courses),
        *_mean(visits, panel),
        *_counts(visits, panel),
    ]
    label = say("All subjects: {title}, logarithmic axis", title=title)
    return svg.svg(WIDTH, HEIGHT, label, parts, "all many" if len(courses) > MANY else "all")


def _limits(window: Window, panel: Panel) -> Iterator[str]:
    """The limits met in the study, each a thin dashed line; the lowest one is named."""
    for i, limit in enumerate(sorted(window.limits)):
        y = panel.y(limit)
        yield svg.line(panel.x.start, y, panel.x.end, y, "lloq")
        if i == 0:
            named = say(", ").join(grouped(exact(v)) for v in sorted(window.limits))
            yield svg.text(panel.x.end, y + 13, say("LLOQ {limit}", limit=named), "end")


def _subject(course: Course, level: int, number: int, panel: Panel) -> str:
    """One subject's line, which leads to the subject's section."""
    points: list[tuple[float, float]] = []
    marks: list[str] = []
    runs = [points]
    for r, t in enumerate(course.time.tolist()):
        if course.missing[r] or course.excluded[r] or t < panel.x.low:
            continue
        if course.blq[r] or course.conc[r] <= 0:
            if course.blq[r] and not math.isnan(limit := float(course.lloq[r])):
                marks.append(svg.circle(*panel.at(t, limit), 2, "open"))
            if points:
                runs.append(points := [])
            continue
        points.append(panel.at(t, float(course.conc[r])))
    marks += [svg.circle(*run[0], 2, "dot") for run in runs if len(run) == 1]
    who = escape(course.profiles.keys[course.i].subject_id)
    drawn = "".join(svg.path(run, "line") for run in runs) + "".join(marks)
    return (
        f'<a href="#s-{number:04d}" tabindex="-1" class="who d{level}" data-p="{course.i}">'
        f"<title>{who}</title>{drawn}</a>"
    )


def _mean(visits: Sequence[VisitMean], panel: Panel) -> Iterator[str]:
    some = [v for v in visits if v.shown]
    points = [panel.at(v.day, v.mean) for v in some]
    yield svg.path(points, "mean")
    for v, (x, y) in zip(some, points, strict=True):
        if not math.isnan(v.lower):
            yield svg.line(x, panel.at(v.day, v.lower)[1], x, panel.at(v.day, v.upper)[1], "ci")
        yield svg.circle(x, y, 3, "ink")


def _counts(visits: Sequence[VisitMean], panel: Panel) -> Iterator[str]:
    """Under the axis, at visits that have room: samples at or above the LLOQ, and samples with a result."""
    if not visits:
        return
    y = panel.y.start
    yield svg.text(2, y + 52, say("≥ LLOQ"))
    yield svg.text(2, y + 66, say("of n"))
    last = panel.x.start - 30
    ticked = {label for _, label in panel.x_ticks}
    for v in sorted(visits, key=lambda v: (f"{v.day:g}" not in ticked, v.day)):
        x = panel.x(v.day)
        if f"{v.day:g}" in ticked and x - last >= 18:
            last = x
            yield svg.text(x, y + 52, f"{v.n_quantifiable}", "mid")
            yield svg.text(x, y + 66, f"{v.n}", "mid")
