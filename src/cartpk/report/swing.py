"""How far the rules move the area to M3: one thing changed at a time in words, every combination as a small dot range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from cartpk.analysis import Analysis
from cartpk.language import say
from cartpk.report import svg
from cartpk.report.names import Subject, Subjects
from cartpk.report.numbers import DASH, aligned, day, numeral, shown
from cartpk.report.words import fill
from cartpk.rounding import fixed
from cartpk.rules import AUC_METHODS

__all__ = ["Change", "Swing", "SwingRow", "swing", "tried"]

MOST = 40
"""Subjects before only those with the widest range are shown."""
WIDTH, HEIGHT, EDGE = 420.0, 16.0, 6.0


@dataclass(frozen=True, slots=True)
class Change:
    """One rule changed alone: how many areas it is known for, and by how many percent they move."""

    words: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class SwingRow:
    """One profile: the area as analysed, the lowest and highest under any combination, the width of the change, and its picture (or words)."""

    subject: Subject
    cells: tuple[Markup, ...]
    picture: Markup
    words: str


@dataclass(frozen=True, slots=True)
class Swing:
    """The sensitivity of one assay's areas."""

    name: str
    unit: str
    days: str
    sentence: Markup
    changes: tuple[Change, ...]
    rows: tuple[SwingRow, ...]
    more: int
    axis: Markup


def _percent(value: float) -> str:
    """A change with its sign.

    >>> _percent(-3.25), _percent(0.0)
    ('−3.3', '0.0')
    """
    text = fixed(value, 1)
    if text.strip("-0.") == "":
        return "0.0"
    return f"−{text[1:]}" if text.startswith("-") else f"+{text}"


def _text(value: float) -> str:
    return DASH if math.isnan(value) else _percent(value)


def swing(analysis: Analysis, members: list[int], name: str, unit: str, subjects: Subjects) -> Swing | None:
    """The sensitivity of one stratum; None where no area to M3 is known."""
    s, rules = analysis.sensitivity, analysis.results.rules
    base = (rules.auc_method, rules.blq_name, float(rules.horizons.get("0_m3", 90.0)))
    if base not in s.settings:
        return None
    area = s.area[:, members]
    reference = area[s.settings.index(base)]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(reference > 0, 100 * (area / reference - 1), np.nan)
    if not np.any(reference > 0):
        return None
    changes = tuple(_changes(s.settings, base, change))
    known = np.flatnonzero(reference > 0)
    low, high = float(np.nanmin(change[:, known])), float(np.nanmax(change[:, known]))
    order = sorted(range(len(members)), key=lambda m: subjects.of_profile[members[m]])
    if len(order) > MOST:
        width = {
            m: float(np.ptp(change[:, m][~np.isnan(change[:, m])])) if m in set(known.tolist()) else -1.0 for m in order
        }
        widest = set(sorted(order, key=lambda m: (-width[m], m))[:MOST])
        order = [m for m in order if m in widest]
    texts = aligned([_texts(area[:, m], change[:, m], float(reference[m])) for m in order])
    rows = tuple(
        _row(members[m], cells, change[:, m], float(reference[m]), (low, high), subjects)
        for m, cells in zip(order, texts, strict=True)
    )
    sentence = _sentence(analysis, members, change, area, reference, base, subjects)
    return Swing(name, unit, day(base[2]), sentence, changes, rows, len(members) - len(rows), Markup(_axis(low, high)))


def tried(analysis: Analysis) -> str:
    """What the sensitivity is over, in a sentence."""
    methods, presets, days = (list(dict.fromkeys(part)) for part in zip(*analysis.sensitivity.settings, strict=True))
    comma = say(", ")
    return say(
        "How far the area moves with other rules: trapezoids {methods}; BLQ rules {presets}; M3 on day {days}.",
        methods=comma.join(methods),
        presets=comma.join(presets),
        days=comma.join(day(d) for d in sorted(days)),
    )


def _changes(
    settings: Sequence[tuple[str, str, float]], base: tuple[str, str, float], change: NDArray[np.float64]
) -> list[Change]:
    """Each rule changed alone, in the order method, BLQ rule, day."""
    blqs = list(dict.fromkeys(b for _, b, _ in settings))
    days = sorted({d for _, _, d in settings})
    alone = [
        *((say("Trapezoid {method}", method=m), (m, base[1], base[2])) for m in AUC_METHODS if m != base[0]),
        *((say("BLQ rule {preset}", preset=b), (base[0], b, base[2])) for b in blqs if b != base[1]),
        *((say("M3 day {day}", day=day(d)), (base[0], base[1], d)) for d in days if d != base[2]),
    ]
    texts = []
    for _, setting in alone:
        row = change[settings.index(setting)]
        row = row[~np.isnan(row)]
        numbers = (float(np.median(row)), float(row.min()), float(row.max())) if len(row) else (math.nan,) * 3
        texts.append([str(len(row)), *map(_text, numbers)])
    return [Change(words, cells) for (words, _), cells in zip(alone, aligned(texts), strict=True)]


def _sentence(
    analysis: Analysis,
    members: list[int],
    change: NDArray[np.float64],
    area: NDArray[np.float64],
    reference: NDArray[np.float64],
    base: tuple[str, str, float],
    subjects: Subjects,
) -> Markup:
    """The range in words: how far the typical subject moves, and who moves most, and why."""
    settings = analysis.sensitivity.settings
    size = np.abs(np.where(np.isnan(change), 0.0, change))
    at, who = np.unravel_index(int(np.argmax(size)), size.shape)
    largest = size.max(axis=0)[reference > 0]
    if size[at, who] < 0.05:
        return Markup(say("No combination of these rules moves any area by as much as 0.1 %."))
    differs = [
        word
        for word, mine, its in (
            (say("trapezoid {method}", method=settings[at][0]), base[0], settings[at][0]),
            (say("BLQ rule {preset}", preset=settings[at][1]), base[1], settings[at][1]),
            (say("M3 on day {day}", day=day(settings[at][2])), base[2], settings[at][2]),
        )
        if mine != its
    ]
    subject = subjects[members[who]]
    words = say(
        "Over every combination of trapezoid, BLQ rule and day of M3 the area of half of the subjects moves by at most {half} %;"
        " the largest move is {most} % ({subject}: {before} becomes {after} with {rules})."
    )
    return fill(
        words,
        half=fixed(float(np.median(largest)), 1),
        most=_percent(float(change[at, who])),
        subject=Markup('<a href="#{}"><bdi>{}</bdi></a>').format(subject.anchor, subject.id),
        before=numeral(shown(float(reference[who]))),
        after=numeral(shown(float(area[at, who]))),
        rules=say(", ").join(differs),
    )


def _texts(area: NDArray[np.float64], change: NDArray[np.float64], reference: float) -> list[str]:
    """Area as analysed, lowest, highest, width of the change in percent."""
    known, moves = area[~np.isnan(area)], change[~np.isnan(change)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (math.nan, math.nan)
    width = fixed(float(np.ptp(moves)), 1) if len(moves) else DASH
    return [shown(reference), shown(low), shown(high), width]


def _row(
    p: int,
    cells: tuple[Markup, ...],
    change: NDArray[np.float64],
    reference: float,
    limits: tuple[float, float],
    subjects: Subjects,
) -> SwingRow:
    moves = change[~np.isnan(change)]
    words = (
        say("no area under the rules of this analysis")
        if math.isnan(reference)
        else say("0 as analysed")
        if reference == 0
        else ""
    )
    return SwingRow(subjects[p], cells, Markup(_dots(moves, limits, subjects[p].level)), words)


def _place(value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return EDGE + (WIDTH - 2 * EDGE) * (value - low) / (high - low) if high > low else WIDTH / 2


def _dots(moves: NDArray[np.float64], limits: tuple[float, float], level: int) -> str:
    """The range as a thin line, every combination a small dot, the rules in force a large one."""
    if not len(moves):
        return ""
    y, zero = HEIGHT / 2, _place(0.0, limits)
    xs = sorted({round(_place(float(v), limits), 1) for v in moves})
    parts = [svg.line(zero, 0, zero, HEIGHT, "zero"), svg.line(xs[0], y, xs[-1], y, "line")]
    parts += [svg.circle(x, y, 2, "dot") for x in xs]
    parts.append(svg.circle(zero, y, 4, "dot"))
    return svg.svg(
        WIDTH,
        HEIGHT,
        say("from {low} % to {high} %", low=_percent(float(moves.min())), high=_percent(float(moves.max()))),
        parts,
        f"dots d{level}",
    )


def _axis(low: float, high: float) -> str:
    """The scale above the dot ranges."""
    places = [(v, _place(v, (low, high))) for v in (low, 0.0, high)]
    parts = [svg.text(places[1][1], 11, "0", "mid")]
    for (v, x), css in ((places[0], ""), (places[2], "end")):
        if abs(x - places[1][1]) > 36:
            parts.append(svg.text(0 if not css else WIDTH, 11, f"{_percent(v)} %", css))
    return svg.svg(WIDTH, 14, say("change of the area in percent"), parts, "dots")
