"""What a reader should know before trusting a number: findings by kind, decisions, assumptions and gaps, each with who."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cartpk.analysis import Analysis
from cartpk.findings import Finding
from cartpk.language import Phrase, counted, say, told
from cartpk.reasons import Reason
from cartpk.report.names import Subjects, Who, listed
from cartpk.report.numbers import day
from cartpk.report.person import MARKS
from cartpk.results import Results
from cartpk.rounding import exact
from cartpk.rulebook import RULEBOOK
from cartpk.samples import Exclusion

__all__ = ["Kind", "Remark", "assumptions", "decisions", "gaps", "kinds"]

MOST = 10
"""Findings of a kind before the rest are counted; all of them are in findings.csv."""


@dataclass(frozen=True, slots=True)
class Kind:
    """All findings of one rule."""

    rule: str
    severity: str
    count: int
    sentence: str
    remedy: str
    items: tuple[tuple[str, tuple[str, ...]], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence and whom it is about."""

    mark: str
    sentence: str
    about: str
    who: Sequence[Who]
    more: int


def kinds(findings: Iterable[Finding]) -> list[Kind]:
    """Findings grouped by rule, in the order they have: the most severe first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    return [_kind(rule, some) for rule, some in groups.items()]


def _kind(rule: str, some: list[Finding]) -> Kind:
    book = RULEBOOK[rule]
    items = tuple((_place(f), _own_words(f, book.sentence, book.remedy)) for f in some[:MOST])
    more = max(0, len(some) - MOST)
    return Kind(rule, some[0].severity, len(some), say(book.sentence), say(book.remedy), items, more)


def _place(finding: Finding) -> str:
    if finding.row is None:
        return finding.file
    return (
        say("{file} row {row}", file=finding.file, row=finding.row)
        if finding.file
        else say("row {row}", row=finding.row)
    )


def _own_words(finding: Finding, sentence: str, remedy: str) -> tuple[str, ...]:
    """What a finding says beyond its rule: whom, the value, its own message."""
    message = finding.message
    if isinstance(message, Phrase):
        own = message.values["message"]
        message = own if isinstance(own, str) else str(own)
    else:
        message = message.removesuffix(remedy).strip()
    said = "" if message == sentence else told(message)
    words = [finding.subject_id, say("“{value}”", value=finding.value) if finding.value else "", said]
    return tuple(w for w in words if w)


def decisions(analysis: Analysis) -> list[str]:
    """What the analyst decided beyond the rules: exclusions, terminal points, units, limits."""
    plan, rules = analysis.plan, analysis.results.rules
    words = [
        say(
            _BY_HAND[bool(p.times)],
            subject=p.subject_id,
            assay=p.assay,
            days=_days(p.times or p.drop_times),
            reason=p.reason,
        )
        for p in rules.lambda_z_points
    ]
    words += [
        _exclusion(e, int((analysis.ledger.exclusion == n).sum())) for n, e in enumerate(analysis.samples.exclusions)
    ]
    words += [told(c) for c in analysis.samples.conversions]
    words += [
        say("The LLOQ of {assay} is {limit} by the plan, where the file gives none.", assay=assay, limit=exact(limit))
        for assay, limit in sorted(plan.input.lloq.items())
    ]
    if plan.input.blq_words:
        words.append(say("Also taken as below the limit: {words}.", words=say(", ").join(plan.input.blq_words)))
    if plan.input.infusion_day == 1:
        words.append(say("The file calls the day of infusion day 1; here it is day 0."))
    return words


_BY_HAND = {
    True: "Terminal points of {subject} ({assay}) chosen by hand (days {days}): {reason}.",
    False: "Terminal points of {subject} ({assay}) left out by hand (days {days}): {reason}.",
}


def _days(times: Iterable[float]) -> str:
    return say(", ").join(map(day, times))


def _exclusion(exclusion: Exclusion, n: int) -> str:
    what = [
        exclusion.subject_id or "",
        exclusion.assay or "",
        exclusion.matrix or "",
        "" if exclusion.infusion is None else say("infusion {n}", n=exclusion.infusion),
        "" if exclusion.time is None else say("day {day}", day=day(exclusion.time)),
        "" if exclusion.row is None else say("row {row}", row=exclusion.row),
        exclusion.file or "",
    ]
    some = say(", ").join(w for w in what if w) or say("everything")
    rows = counted(n, "{n} row", "{n} rows")
    return say("Excluded: {what} ({rows}): {reason}.", what=some, rows=rows, reason=told(exclusion.reason))


def assumptions(results: Results, subjects: Subjects) -> list[Remark]:
    """Each flag that some number has, in words, with the parameters and the subjects."""
    remarks = []
    for flag, mark in MARKS.items():
        hit: dict[int, None] = {}
        names = []
        for name, flags in results.flags.items():
            some = [
                i for i, f in enumerate(flags.tolist()) if f & int(flag) and not math.isnan(results.values[name][i])
            ]
            if some and results.terms[name].unit_kind not in ("percent", "area/dose", "conc/dose"):
                names.append(name)
                hit.update(dict.fromkeys(some))
        if hit:
            about = _symbols(results, names)
            remarks.append(Remark(mark, say(flag.sentence), about, *listed(subjects, results.profiles, hit)))
    return remarks


def _symbols(results: Results, names: Iterable[str]) -> str:
    some = set(names)
    return say(", ").join(say(t.symbol) for n, t in results.terms.items() if n in some)


def gaps(results: Results, subjects: Subjects) -> list[Remark]:
    """Why the parameters that people ask for are missing, with whom."""
    asked = ["cmax", "tmax", "tlast", *(f"auc_{h}" for h in results.rules.horizons), "half_life"]
    found: dict[Reason, tuple[list[str], dict[int, None]]] = {}
    for name in asked:
        for i, code in enumerate(results.reasons[name].tolist()):
            if code:
                names, hit = found.setdefault(Reason(code), ([], {}))
                names.append(name)
                hit[i] = None
    return [
        Remark("", say(reason.sentence), _symbols(results, names), *listed(subjects, results.profiles, hit))
        for reason, (names, hit) in sorted(found.items())
    ]
