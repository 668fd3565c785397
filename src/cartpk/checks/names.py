"""Rules on subject ids and assay names: alike to the eye, misspelt, or like a formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from cartpk.checks.evidence import Evidence, first_rows, rows_in_words
from cartpk.checks.spelling import fold, misspellings
from cartpk.findings import Finding, quoted
from cartpk.language import Phrase, phrase
from cartpk.samples import Labels

__all__ = [
    "alike",
    "alike_assays",
    "alike_subjects",
    "formula_subjects",
    "look_alikes",
    "misspelt",
    "misspelt_assays",
    "misspelt_subjects",
]

_ASSAYS = ("flow", "pcr", "qpcr", "rtqpcr", "rt-qpcr", "dpcr", "ddpcr", "rna", "dna", "facs")
IsRare = Callable[[int, int], bool]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def alike_subjects(evidence: Evidence) -> Iterator[Finding]:
    """E-SUBJECT-ALIKE, one for each rarer spelling."""
    yield from alike(evidence, evidence.samples.subject, "E-SUBJECT-ALIKE", "subject_id")


def alike_assays(evidence: Evidence) -> Iterator[Finding]:
    """E-ASSAY-ALIKE, one for each rarer spelling."""
    yield from alike(evidence, evidence.samples.assay, "E-ASSAY-ALIKE", "assay")


def misspelt_subjects(evidence: Evidence) -> Iterator[Finding]:
    """W-SUBJECT-TYPO: one or two rows beside at least four and three times as many."""

    def is_rare(few: int, many: int) -> bool:
        return few <= 2 and many >= max(4, 3 * few)

    yield from misspelt(evidence, evidence.samples.subject, "W-SUBJECT-TYPO", "subject_id", is_rare)


def misspelt_assays(evidence: Evidence) -> Iterator[Finding]:
    """W-ASSAY-TYPO: one or two rows beside at least six, or one in twenty."""

    def is_rare(few: int, many: int) -> bool:
        return (few <= 2 and many >= 6) or few * 20 <= many

    yield from misspelt(evidence, evidence.samples.assay, "W-ASSAY-TYPO", "assay", is_rare)


def formula_subjects(evidence: Evidence) -> Iterator[Finding]:
    """N-SUBJECT-FORMULA, one a subject."""
    subject = evidence.samples.subject
    suspects = [code for code, text in enumerate(subject.levels) if text.startswith(_FORMULA)]
    if suspects:
        first = first_rows(subject.codes, len(subject.levels))
        for code in suspects:
            if first[code] >= 0:
                yield evidence.at("N-SUBJECT-FORMULA", int(first[code]), "subject_id", subject.levels[code])


def look_alikes(labels: Labels) -> Iterator[tuple[int, int]]:
    """(level, the more frequent level that looks the same, the earlier if tied), of levels that occur and are not blank."""
    groups: dict[str, list[int]] = defaultdict(list)
    counts = np.bincount(labels.codes, minlength=len(labels.levels))
    for code, text in enumerate(labels.levels):
        if counts[code] and text.strip():
            groups[fold(text)].append(code)
    several = [codes for codes in groups.values() if len(codes) > 1]
    first = first_rows(labels.codes, len(labels.levels)) if several else counts
    for codes in several:
        main = max(codes, key=lambda code: (counts[code], -first[code]))
        yield from ((code, main) for code in codes if code != main)


def alike(evidence: Evidence, labels: Labels, rule: str, column: str) -> Iterator[Finding]:
    """A finding for each rarer spelling of texts that look the same."""
    pairs = list(look_alikes(labels))
    if not pairs:
        return
    first = first_rows(labels.codes, len(labels.levels))
    for code, main in pairs:
        row, there = int(first[code]), int(first[main])
        one, other = labels.levels[code], labels.levels[main]
        message = phrase(
            "{one} looks like {other} in {place}, but {difference}.",
            one=quoted(one), other=quoted(other), place=evidence.place(there, row), difference=_difference(one, other),
        )  # fmt: skip
        yield evidence.at(rule, row, column, labels.levels[code], message)


def _difference(one: str, other: str) -> Phrase:
    """What tells two names apart that look the same."""
    if one.casefold() == other.casefold():
        return phrase("the case differs")
    if "".join(one.split()) == "".join(other.split()):
        return phrase("the spaces differ")
    odd = [c for c in dict.fromkeys(one + other) if (c in one) != (c in other)]
    if not odd:
        return phrase("the order of its characters differs")
    points = tuple(f"U+{ord(c):04X}" for c in odd[:5])
    return phrase("the characters differ ({points} in one of them only)", points=points)


def misspelt(evidence: Evidence, labels: Labels, rule: str, column: str, is_rare: IsRare) -> Iterator[Finding]:
    """A finding for each rare text that is near to a frequent one."""
    counts = np.bincount(labels.codes, minlength=len(labels.levels)).tolist()
    pairs = list(misspellings(labels.levels, counts, is_rare, _ASSAYS if column == "assay" else ()))
    if not pairs:
        return
    first = first_rows(labels.codes, len(labels.levels))
    for rare, frequent in pairs:
        message = phrase(
            "{one} ({few}) looks like a misspelling of {other} ({many}).",
            one=quoted(labels.levels[rare]), few=rows_in_words(counts[rare]),
            other=quoted(labels.levels[frequent]), many=rows_in_words(counts[frequent]),
        )  # fmt: skip
        yield evidence.at(rule, int(first[rare]), column, labels.levels[rare], message)
