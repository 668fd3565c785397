"""The results: what was analysed, then a paragraph an assay, then one an assay and model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL, Stratum
from cartpk.language import counted, listed, paragraph, say
from cartpk.prose import models
from cartpk.prose.statistics import averages, median_of_days
from cartpk.prose.words import main_area, members_of, number, opening, place, plainly, tally
from cartpk.reasons import Reason
from cartpk.results import Results

__all__ = ["results"]


def results(analysis: Analysis) -> tuple[str, ...]:
    """The paragraphs of the results, in the language in force; those on models where some were fitted."""
    strata = analysis.summary.strata
    return (
        _analysed(analysis),
        *(paragraph(list(_of(analysis, stratum))) for stratum in strata),
        *(text for stratum in strata for text in models.results(analysis, stratum)),
    )


_SET_ASIDE = {
    "missing": "{count} without a result",
    "excluded": "{count} excluded by the plan",
    "duplicate": "{count} repeated",
}


def _analysed(analysis: Analysis) -> str:
    counts, n = analysis.ledger.counts(), len(analysis.samples.subjects)
    rest = [say(words, count=number(counts[name])) for name, words in _SET_ASIDE.items() if counts[name]]
    read: dict[str, object] = {"count": opening(n), "samples": len(analysis.samples), "used": counts["used"]}
    if not rest:
        return counted(
            n,
            "{count} subject with {samples} samples was read, of which {used} samples entered the analysis.",
            "{count} subjects with {samples} samples were read, of which {used} samples entered the analysis.",
            **read,
        )
    return counted(
        n,
        "{count} subject with {samples} samples was read, of which {used} samples entered the analysis; {rest} did not enter.",
        "{count} subjects with {samples} samples were read, of which {used} samples entered the analysis; {rest} did not enter.",
        rest=listed(rest), **read,
    )  # fmt: skip


def _of(analysis: Analysis, stratum: Stratum) -> Iterator[str]:
    """The sentences on one assay."""
    summary, found = analysis.summary, analysis.results
    members = members_of(found.profiles, stratum)
    yield _observed(analysis, stratum, members)
    area = main_area(found)
    for name in ("cmax", area):
        yield from averages(analysis, summary, stratum, name)
    for name in ("tmax", "tlast"):
        yield median_of_days(summary.find(name, TOTAL, stratum), name)
    still = sum(found.reason("t_blq", i) == Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE for i in members)
    yield counted(
        still,
        "At the last sample {count} subject was still quantifiable.",
        "At the last sample {count} subjects were still quantifiable.",
        count=number(still),
    )
    yield from _missing(found, members, area)


def _observed(analysis: Analysis, stratum: Stratum, members: Sequence[int]) -> str:
    """How many had samples, and how many of them a quantifiable result."""
    found, where = analysis.results, place(stratum, analysis.results.profiles)
    n = int(analysis.summary.find("cmax", TOTAL, stratum).values["N"])
    never = sum(found.reason("tmax", i) == Reason.NO_QUANTIFIABLE_SAMPLE for i in members)
    if never:
        return counted(
            n,
            "By {where}, {n} subject had samples; {never} never had a quantifiable result.",
            "By {where}, {n} subjects had samples; {never} never had a quantifiable result.",
            where=where, never=number(never),
        )  # fmt: skip
    if any(found.reason("cmax", i) for i in members):  # some have no result at all: nothing is said of all of them
        return counted(n, "By {where}, {n} subject had samples.", "By {where}, {n} subjects had samples.", where=where)
    return counted(
        n,
        "By {where}, {n} subject had samples, all with quantifiable results.",
        "By {where}, {n} subjects had samples, all with quantifiable results.",
        where=where,
    )


def _missing(found: Results, members: Sequence[int], area: str) -> Iterator[str]:
    """How many subjects have no area, and why."""
    for reason, n in tally(found.reason(area, i) for i in members).items():
        yield counted(
            n,
            "{symbol} is not given for {count} subject: {reason}.",
            "{symbol} is not given for {count} subjects: {reason}.",
            symbol=found.terms[area].symbol, count=number(n), reason=plainly(reason),
        )  # fmt: skip
