"""The two panels of one profile, linear and logarithmic: what was measured solid, what is assumed dashed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import east_asian_width

import numpy as np

from cartpk.language import say
from cartpk.report import svg
from cartpk.report.course import Course, Span
from cartpk.report.numbers import day, shown, unit_words
from cartpk.report.scales import Panel, day_axis, linear_axis, log_axis
from cartpk.rounding import exact, grouped
from cartpk.tables.words import matrix_words
from cartpk.units import UNITS

__all__ = ["Window", "axes", "axis_title", "curve_pair", "limit_line", "sample_marks"]

WIDTH, HEIGHT = 450.0, 270.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 8.0, 26.0, 38.0

Point = tuple[float, float]

_MEASURED = {"cells": "CAR-T cells", "copies": "CAR transgene", "percent": "CAR-T cells"}
"""What a unit of each kind measures."""


@dataclass(frozen=True, slots=True)
class Window:
    """What all panels of an assay share: the days, and the values and limits that a logarithmic axis must hold."""

    first_day: float
    last_day: float
    values: tuple[float, ...]
    limits: tuple[float, ...]


def axis_title(unit: str, matrix: str = "") -> str:
    """What stands on the value axis.

    >>> axis_title("cells/uL")
    'CAR-T cells (cells/µL)'
    """
    known = UNITS.get(unit)
    what = say(_MEASURED.get(known.kind if known else "", "Value"))
    if matrix:
        what = say("{measured}, {matrix}", measured=what, matrix=matrix_words(matrix))
    return say("{measured} ({unit})", measured=what, unit=unit_words(unit)) if unit else what


def axes(panel: Panel, title: str) -> str:
    """The two axes, their ticks and names."""
    x0, x1, y0, y1 = panel.x.start, panel.x.end, panel.y.start, panel.y.end
    ticks = "".join(f"M{svg.coordinate(x)} {svg.coordinate(y0)}v4" for x, _ in panel.x_ticks)
    ticks += "".join(f"M{svg.coordinate(x0)} {svg.coordinate(y)}h{-4 if label else -2}" for y, label in panel.y_ticks)
    frame = f"M{svg.coordinate(x0)} {svg.coordinate(y1)}V{svg.coordinate(y0)}H{svg.coordinate(x1)}"
    return svg.group(
        "ax",
        [
            f'<path d="{frame}{ticks}"/>',
            svg.group("xt", [svg.text(x, y0 + 16, label) for x, label in panel.x_ticks]),
            svg.group("yt", [svg.text(x0 - 7, y + 4, label) for y, label in panel.y_ticks if label]),
            svg.text(2, 12, title),
            svg.text((x0 + x1) / 2, y0 + 33, say("Days after infusion"), "mid"),
        ],
    )


def curve_pair(course: Course, level: int, window: Window, title: str, who: str) -> str:
    """The linear and the logarithmic panel of a profile."""
    x0, x1, y0, y1 = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP
    x, x_ticks = day_axis(window.first_day, window.last_day, x0, x1)
    top = max((v for v in (*course.conc.tolist(), *course.lloq.tolist()) if not math.isnan(v)), default=1.0)
    linear = Panel(x, (scale := linear_axis(top, y0, y1))[0], x_ticks, scale[1])
    log = Panel(x, (scale := log_axis(window.values, window.limits, y0, y1))[0], x_ticks, scale[1])
    return "".join(
        svg.svg(
            WIDTH,
            HEIGHT,
            say(
                "{who}: {title}, logarithmic axis" if panel.log else "{who}: {title}, linear axis", who=who, title=title
            ),
            [axes(panel, title), svg.group(f"d{level}", _drawn(course, panel))],
        )
        for panel in (linear, log)
    )


def _drawn(course: Course, panel: Panel) -> Iterator[str]:
    spans = course.spans()
    if not panel.log:
        yield from _area(course, panel, spans)
    yield limit_line(course, panel)
    yield from _lines(course, panel, spans)
    if panel.log:
        yield _terminal(course, panel, spans)
    yield from sample_marks(course, panel)
    yield _bracket(course, panel)
    if not panel.log:
        yield _peak(course, panel, spans)


def _bent(panel: Panel, span: Span) -> list[Point]:
    """The places of a span: an exponential is bent on linear axes, straight on logarithmic ones."""
    (t0, c0), (t1, c1) = span.start, span.end
    if not span.curved or panel.log:
        return [panel.at(t0, c0), panel.at(t1, c1)]
    parts = np.linspace(0.0, 1.0, 9).tolist()
    return [panel.at(t0 + f * (t1 - t0), c0 * (c1 / c0) ** f) for f in parts]


def _cut(span: Span, at_day: float) -> tuple[Span, Span]:
    """A span in two, at a day inside it."""
    (t0, c0), (t1, c1) = span.start, span.end
    f = (at_day - t0) / (t1 - t0)
    value = c0 * (c1 / c0) ** f if span.curved else c0 + f * (c1 - c0)
    place = (at_day, value)
    return replace(span, end=place), replace(span, start=place)


def _area(course: Course, panel: Panel, spans: list[Span]) -> Iterator[str]:
    """The area to the horizon as a light fill; the piece that interpolation or extrapolation gave is hatched."""
    name, days = course.horizon()
    if not name or not course.value(f"auc_{name}") > 0:
        return
    whole: list[Span] = []
    part: list[Span] = []
    for span in spans:
        if span.end[0] <= days:
            whole.append(span)
        elif span.start[0] < days:
            part.append(_cut(span, days)[0])
    if course.extrapolated():
        tlast, rate = course.value("tlast"), course.value("lambda_z")
        start = (tlast, course.value("clast"))
        whole = [s for s in whole if s.end[0] <= tlast]
        part = [Span(start, (days, start[1] * math.exp(-rate * (days - tlast))), True, True, False)]
    for css, pieces in (("fill", whole), ("hatch", part)):
        points = [p for s in pieces for p in _bent(panel, s)]
        if points:
            floor = panel.y(0.0)
            yield svg.polygon([(points[0][0], floor), *points, (points[-1][0], floor)], css)
            if css == "hatch" and course.extrapolated():
                yield svg.path(points, "line dash")
    if days <= panel.x.high:
        x = panel.x(days)
        yield svg.line(x, panel.y.start, x, panel.y.end, "hor")


def limit_line(course: Course, panel: Panel) -> str:
    """The LLOQ as a thin dashed step line, named at its end where there is room."""
    known = [(float(t), float(v)) for t, v in zip(course.time, course.lloq, strict=True) if v > 0 and t >= panel.x.low]
    if not known:
        return ""
    points = [(panel.x.start, panel.y(known[0][1]))]
    for (t0, v0), (t1, v1) in pairwise(known):
        if v1 != v0:
            x = panel.x((t0 + t1) / 2)
            points += [(x, panel.y(v0)), (x, panel.y(v1))]
    points.append((panel.x.end, panel.y(known[-1][1])))
    drawn = svg.path(points, "lloq")
    if panel.log:
        drawn += svg.text(
            panel.x.end, points[-1][1] + 13, say("LLOQ {limit}", limit=grouped(exact(known[-1][1]))), "end"
        )
    return drawn


def _height(course: Course, row: int) -> float:
    """Where a sample's mark stands: its value, or its own limit where it is below that."""
    if course.blq[row]:
        limit = float(course.lloq[row])
        return 0.0 if math.isnan(limit) else limit
    return float(course.conc[row])


def _lines(course: Course, panel: Panel, spans: list[Span]) -> Iterator[str]:
    """Solid between measured numbers, dashed where an end is assumed; on a log axis to the open mark, never to a false zero."""
    height = {float(t): _height(course, r) for r, t in enumerate(course.time) if not math.isnan(course.used[r])}
    for dashed, css in ((False, "line"), (True, "line dash")):
        runs: list[list[Point]] = []
        for span in spans:
            if span.dashed != dashed:
                continue
            if panel.log:
                if span.unknown or 0.0 in (ends := [height.get(t, c) or c for t, c in (span.start, span.end)]):
                    continue
                points = [panel.at(t, v) for (t, _), v in zip((span.start, span.end), ends, strict=True)]
            else:
                points = _bent(panel, span)
            if runs and runs[-1][-1] == points[0]:
                runs[-1] += points[1:]
            else:
                runs.append(points)
        yield from (svg.path(run, css) for run in runs)


def sample_marks(course: Course, panel: Panel) -> Iterator[str]:
    """One mark a sample: filled, open where below the limit, crossed out where excluded."""
    for r, t in enumerate(course.time.tolist()):
        if t < panel.x.low or course.missing[r]:
            continue
        value = _height(course, r)
        x, y = panel.at(t, value)
        if course.excluded[r]:
            yield svg.cross(x, y, 4, "out", r)
        elif course.blq[r] or (panel.log and value <= 0):
            yield svg.circle(x, y, 3.5, "open", r)
        else:
            yield svg.circle(x, y, 3.5, "dot", r)


def _bracket(course: Course, panel: Panel) -> str:
    """The samples beside the peak, between which the true one lies, as a short bar on the axis."""
    low, high = course.value("tmax_lower"), course.value("tmax_upper")
    if math.isnan(low) or math.isnan(high):
        return ""
    y = panel.y.start
    return svg.line(panel.x(max(low, panel.x.low)), y, panel.x(high), y, "bracket")


def _peak(course: Course, panel: Panel, spans: list[Span]) -> str:
    """Cmax and Tmax beside the peak; where nothing was quantifiable, that."""
    cmax, tmax = course.value("cmax"), course.value("tmax")
    if math.isnan(tmax):
        never = cmax == 0.0
        return (
            svg.text(
                (panel.x.start + panel.x.end) / 2, (panel.y.start + panel.y.end) / 2, say("Never quantifiable"), "mid"
            )
            if never
            else ""
        )
    x, y = panel.at(tmax, cmax)
    return _label(
        say("Cmax {value}, day {day}", value=grouped(shown(cmax)), day=day(tmax)),
        [(x + 8, y + 1, ""), (x - 8, y + 1, "end"), (x + 8, y - 7, "")],
        panel,
        spans,
    )


def _terminal(course: Course, panel: Panel, spans: list[Span]) -> str:
    """The line of λz through its points, with half-life and adjusted R² beside it."""
    first, last, half = course.value("lambda_z_lower"), course.value("lambda_z_upper"), course.value("half_life")
    if math.isnan(half) or math.isnan(first) or last <= first:
        return ""
    rate = math.log(2) / half
    level = _fitted_level(course, rate)
    (x0, y0), (x1, y1) = (panel.at(t, math.exp(level - rate * t)) for t in (first, last))
    words = say("t½ {half} d, R²adj {r2}", half=shown(half), r2=shown(course.value("r2adj")))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    places = [
        (x + 6, y - 8, ""),
        (x + 6, y - 22, ""),
        (x1 + 8, y1 - 6, ""),
        (x0 + 10, y0 - 14, ""),
        (panel.x.end, y1 - 16, "end"),
        (panel.x.end, panel.y.end + 9, "end"),
    ]
    return svg.line(x0, y0, x1, y1, "lz") + _label(words, places, panel, spans)


def _label(words: str, places: list[tuple[float, float, str]], panel: Panel, spans: list[Span]) -> str:
    """The words at the first place where they are inside the panel and clear of the curve (the last one otherwise)."""
    width = sum(12.0 if east_asian_width(c) in "WF" else 6.9 for c in words)
    curve = [p for span in spans for p in _between(panel, span)]
    for x, y, css in places:
        left, right = (x - width, x) if css else (x, x + width)
        inside = left >= panel.x.start + 3 and right <= panel.x.end + 6 and y - 10 >= panel.y.end - 4
        if inside and not any(left - 5 < px < right + 5 and y - 14 < py < y + 6 for px, py in curve):
            return svg.text(x, y, words, css)
    x, y, css = places[-1]
    return svg.text(x, y, words, css)


def _between(panel: Panel, span: Span) -> list[Point]:
    """Places along a span, close enough to see whether words would touch it."""
    low = panel.y.low if panel.log else 0.0
    (x0, y0), (x1, y1) = (panel.at(t, max(c, low)) for t, c in (span.start, span.end))
    return [(x0 + f * (x1 - x0), y0 + f * (y1 - y0)) for f in np.linspace(0.0, 1.0, 15).tolist()]


def _fitted_level(course: Course, rate: float) -> float:
    """ln of the terminal line at time 0: it goes through the mean of its points."""
    rows = course.local_rows("lambda_z")
    return float(np.mean(np.log(course.conc[rows]) + rate * course.time[rows]))
