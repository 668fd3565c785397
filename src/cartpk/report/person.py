"""A subject's section: who it is, and for each profile the curves, the parameters, their notes and the samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from cartpk.analysis import Analysis
from cartpk.language import counted, paragraph, say, told
from cartpk.profiles import Profiles
from cartpk.reasons import Flag, Reason
from cartpk.report.answer import answer_terms
from cartpk.report.course import Course
from cartpk.report.curves import Window, axis_title, curve_pair
from cartpk.report.fits import ModelsView, models_of
from cartpk.report.names import Subject, assay_name
from cartpk.report.numbers import DASH, Aligned, day, dose, numeral, shown, unit_words, width_class
from cartpk.results import Results
from cartpk.rounding import exact
from cartpk.rules import BLQ_POSITIONS
from cartpk.samples import Samples, Status
from cartpk.tables.words import level_with_column
from cartpk.terms import Term

__all__ = [
    "MARKS",
    "Note",
    "Person",
    "ProfileView",
    "Row",
    "Sample",
    "caption",
    "number_cell",
    "number_of",
    "person",
    "repeats",
]

MARKS = {flag: chr(ord("a") + n) for n, flag in enumerate(f for f in Flag if f)}
"""One letter a flag, the same on the whole page."""

_PHASES = ("expansion", "contraction", "after_peak_course", "reexpansion_start", "reexpansion")
_STAND_INS = {"lloq": "LLOQ", "lloq/2": "LLOQ/2", "missing": "left out"}
_FAMILIES = ("Peak and persistence", "Exposure", "By dose", "Terminal decline", "Expansion and contraction")


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter: its place, name and unit, the cell, and whether it is one of the answers."""

    k: int
    name: str
    unit: str
    cell: Markup
    key: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A line under a table: a mark (or a dash), whom it is about, and the sentence."""

    mark: str
    about: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample as listed."""

    day: str
    visit: str
    reported: str
    lloq: str
    used: Markup
    note: str
    row: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One profile of a subject."""

    p: int
    name: str
    unit: str
    level: int
    curves: Markup
    caption: str
    families: tuple[tuple[str, str, tuple[Row, ...]], ...]
    notes: tuple[Note, ...]
    samples: tuple[Sample, ...]
    models: ModelsView | None


@dataclass(frozen=True, slots=True)
class Person:
    """One subject's section."""

    subject: Subject
    facts: tuple[str, ...]
    profiles: tuple[ProfileView, ...]


def person(
    analysis: Analysis,
    subject: Subject,
    courses: Sequence[Course],
    windows: Sequence[Window],
    repeated: dict[int, list[str]],
) -> Person:
    """The section of one subject; `windows` has one a profile, `repeated` the rows that say a sample again."""
    views = tuple(_profile(analysis, subject, courses[i], windows[i], repeated) for i in subject.profiles)
    return Person(subject, _facts(analysis.profiles, subject), views)


def _facts(profiles: Profiles, subject: Subject) -> tuple[str, ...]:
    """Covariates in words, dose first."""
    i = subject.profiles[0]
    facts = []
    if subject.dose_level:
        facts.append(subject.dose_level)
    if not math.isnan(profiles.dose[i]):
        facts.append(f"{dose(float(profiles.dose[i]))} {profiles.dose_unit[i]}".strip())
    for name, labels in profiles.covariates.items():
        if name not in ("dose", "dose_unit", "dose_level") and labels[i].strip():
            facts.append(level_with_column(name, labels[i]))
    return tuple(facts)


def _profile(
    analysis: Analysis, subject: Subject, course: Course, window: Window, repeated: dict[int, list[str]]
) -> ProfileView:
    i, profiles = course.i, analysis.profiles
    key = profiles.keys[i]
    name = assay_name(key.assay, key.matrix, key.infusion, profiles)
    unit = unit_words(profiles.unit[i])
    who = say("Subject {number}, {assay}", number=subject.number, assay=name)
    curves = curve_pair(course, subject.level, window, axis_title(profiles.unit[i]), who)
    families = _families(analysis, i)
    return ProfileView(
        i,
        name,
        unit,
        subject.level,
        Markup(curves),
        caption(course, name, unit),
        families,
        _notes(analysis.results, i),
        tuple(_samples(course, analysis.samples, repeated)),
        models_of(analysis, course, subject.level, window, who) if analysis.fits else None,
    )


def caption(course: Course, name: str, unit: str) -> str:
    """What a figure shows, so that it stands alone."""
    n = len(course.time)
    below, without, out = (
        int(x.sum()) for x in (course.blq & ~course.excluded, course.missing & ~course.excluded, course.excluded)
    )
    some = [say("{n} below the LLOQ (open)", n=below)]
    some += [say("{n} without a result", n=without)] if without else []
    some += [say("{n} excluded (crossed out)", n=out)] if out else []
    head = say("{name}, {unit}", name=name, unit=unit) if unit else name
    samples = counted(n, "{n} sample, {some}", "{n} samples, {some}", some=say(", ").join(some))
    words = [say("{assay}: {samples}.", assay=head, samples=samples)]
    horizon, days = course.horizon()
    if horizon:
        term = course.results.terms[f"auc_{horizon}"]
        area = course.value(term.name)
        symbol = say(term.symbol)
        if math.isnan(area):
            why = sentence_of(course.results, term.name, course.i)
            words.append(say("{area} is missing: {why}", area=symbol, why=why))
        elif area > 0:
            words.append(say("Shaded: {area}; the dotted line is day {day}.", area=symbol, day=day(days)))
    reasons = sorted({int(e) for e in course.profiles.excluded[course.rows] if e >= 0})
    words += [say("Excluded: {reason}.", reason=told(course.profiles.exclusion_reasons[e])) for e in reasons]
    early = int(((course.time < -30) & ~course.missing).sum())
    words += [say("{n} earlier than day −30 not drawn.", n=early)] if early else []
    return paragraph(words)


def sentence_of(results: Results, name: str, i: int) -> str:
    """Why a value is missing; where sampling is too short, to which day it went."""
    reason = results.reason(name, i)
    if reason != Reason.SAMPLING_ENDS_BEFORE_HORIZON:
        return say(reason.sentence)
    p = results.profiles
    rows = slice(int(p.offsets[i]), int(p.offsets[i + 1]))
    last = p.time[rows][p.measured[rows]]
    why = say(reason.sentence)
    return say("{reason} Followed to day {day}.", reason=why, day=day(float(last[-1]))) if len(last) else why


def _family(term: Term) -> int:
    if term.rows == "lambda_z":
        return 3
    if term.rows in _PHASES:
        return 4
    if term.unit_kind in ("area/dose", "conc/dose"):
        return 2
    return 1 if term.unit_kind in ("area", "percent") else 0


@lru_cache(maxsize=256)
def marks_of(flags: int) -> str:
    """The letters of the flags that hold.

    >>> marks_of(int(Flag.INTERPOLATED | Flag.EXTRAPOLATED))
    'dg'
    """
    return "".join(letter for flag, letter in MARKS.items() if flags & flag)


def number_of(results: Results, name: str, i: int) -> Aligned:
    """A number (or a dash) of one profile, with its marks."""
    flags = results.flags.get(name)
    marks = "" if flags is None else marks_of(int(flags[i]))
    return Aligned(shown(float(results.values[name][i]), results.terms[name].unit_kind), marks)


def number_cell(results: Results, name: str, i: int, css: str = "") -> Markup:
    """The same, ready to be pointed at; a dash knows its reason."""
    reason = int(results.reasons[name][i])
    known = f' data-w="{reason}"' if reason else ""
    return Markup(f"<button{known}>{number_of(results, name, i).html(css)}</button>")


def _families(analysis: Analysis, i: int) -> tuple[tuple[str, str, tuple[Row, ...]], ...]:
    """Every parameter of a profile, in families: (title, class of its numbers, rows)."""
    results, answers = analysis.results, answer_terms(analysis)
    rows: list[list[Row]] = [[] for _ in _FAMILIES]
    numbers: list[list[Aligned]] = [[] for _ in _FAMILIES]
    for k, (name, term) in enumerate(results.terms.items()):
        family = _family(term)
        unit = "" if term.unit_kind == "percent" and "%" in term.symbol else unit_words(results.unit(name, i))
        numbers[family].append(number_of(results, name, i))
        rows[family].append(Row(k, say(term.symbol), unit, number_cell(results, name, i), name in answers))
    parts = zip(map(say, _FAMILIES), map(width_class, numbers), map(tuple, rows), strict=True)
    return tuple(part for part in parts if part[2])


def _notes(results: Results, i: int) -> tuple[Note, ...]:
    """The marks used in a profile's tables, and the reasons of its dashes, each once."""
    used = 0
    missing: dict[str, list[str]] = {}
    for name, term in results.terms.items():
        used |= int(results.flags[name][i]) if name in results.flags else 0
        if math.isnan(results.values[name][i]):
            missing.setdefault(sentence_of(results, name, i), []).append(say(term.symbol))
    marks = [Note(letter, "", say(flag.sentence)) for flag, letter in MARKS.items() if used & flag]
    return (*marks, *(Note(DASH, say(", ").join(names), sentence) for sentence, names in missing.items()))


def repeats(samples: Samples, ledger_status: Sequence[int], ledger_kept: Sequence[int]) -> dict[int, list[str]]:
    """Sample row -> the rows that say it again and are counted in its place."""
    found: dict[int, list[str]] = {}
    for row, (status, kept) in enumerate(zip(ledger_status, ledger_kept, strict=True)):
        if status == Status.DUPLICATE:
            found.setdefault(kept, []).append(str(int(samples.record[row])))
    return found


def _samples(course: Course, samples: Samples, repeated: dict[int, list[str]]) -> list[Sample]:
    """The listing: as reported, as used, and what became of each."""
    p, rules = course.profiles, course.results.rules
    listing = []
    for local, row in enumerate(range(course.rows.start, course.rows.stop)):
        used, lloq, nominal = float(course.used[local]), float(p.lloq[row]), float(p.time_nominal[row])
        note = []
        if course.excluded[local]:
            note.append(say("excluded: {reason}", reason=told(p.exclusion_reasons[p.excluded[row]])))
        elif course.missing[local]:
            note.append(say("no result"))
        elif course.blq[local]:
            rule = rules.blq_rules[BLQ_POSITIONS[int(course.position[local])]]
            words = say(_STAND_INS[rule]) if isinstance(rule, str) else day(float(rule))
            place = course.position_word(local)
            known = not math.isnan(used) or rule == "missing"
            note.append(say("BLQ, {position}: {used}", position=place, used=words) if known else say("BLQ"))
        again = repeated.get(int(p.sample[row]), [])
        note += [say("said again in row {rows}, counted once", rows=say(", ").join(again))] if again else []
        visit = (
            p.visit[row] if p.visit[row].strip() else "" if math.isnan(nominal) else say("day {day}", day=day(nominal))
        )
        record = str(int(p.record[row])) if len(p.files) == 1 else f"{p.files[p.file[row]]}:{int(p.record[row])}"
        listing.append(
            Sample(
                day(float(p.time[row])),
                visit,
                str(samples.reported[p.sample[row]]),
                exact(lloq),
                numeral(exact(used)),
                say("; ").join(note),
                record,
            )
        )
    return listing
