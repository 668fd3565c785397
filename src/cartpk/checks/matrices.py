"""Rules on the matrix: one material under two names would cut a course in two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Evidence, Rows
from cartpk.checks.names import alike, misspelt
from cartpk.checks.spelling import fold
from cartpk.findings import Finding, quoted
from cartpk.language import phrase

__all__ = ["alike_matrices", "misspelt_matrices", "split_matrices"]

NEAR = 0.5
"""Days within which two samples of one subject are of one visit."""
_BLOOD = frozenset(
    map(fold, ("blood", "whole blood", "peripheral blood", "venous blood", "血", "血液", "全血", "外周血"))
)


def alike_matrices(evidence: Evidence) -> Iterator[Finding]:
    """E-MATRIX-ALIKE, one for each rarer spelling, and for each further word for blood in one assay."""
    yield from alike(evidence, evidence.samples.matrix, "E-MATRIX-ALIKE", "matrix")
    yield from _words_for_blood(evidence)


def _words_for_blood(evidence: Evidence) -> Iterator[Finding]:
    samples = evidence.samples
    blood = [code for code, text in enumerate(samples.matrix.levels) if fold(text) in _BLOOD]
    for assay in range(len(samples.assay.levels)) if len(blood) > 1 else ():
        of_assay = samples.assay.codes == assay
        first = {c: rows[0] for c in blood if len(rows := np.flatnonzero(of_assay & (samples.matrix.codes == c)))}
        ranked = sorted(first, key=lambda c: (-np.count_nonzero(of_assay & (samples.matrix.codes == c)), first[c]))
        for code in ranked[1:]:
            one, other = samples.matrix.levels[code], samples.matrix.levels[ranked[0]]
            if fold(one) != fold(other):
                row, there = int(first[code]), int(first[ranked[0]])
                message = f"{quoted(one)} here and {quoted(other)} in {evidence.place(there, row)} both mean blood."
                yield evidence.at("E-MATRIX-ALIKE", row, "matrix", one, message)


def misspelt_matrices(evidence: Evidence) -> Iterator[Finding]:
    """W-MATRIX-TYPO: one or two rows beside at least six, or one in twenty."""

    def is_rare(few: int, many: int) -> bool:
        return (few <= 2 and many >= 6) or few * 20 <= many

    yield from misspelt(evidence, evidence.samples.matrix, "W-MATRIX-TYPO", "matrix", is_rare)


def split_matrices(evidence: Evidence) -> Iterator[Finding]:
    """W-MATRIX-SPLIT, one for each assay and pair of matrices, at the first subject that shows it."""
    samples = evidence.samples
    rows, offsets = evidence.courses.rows, evidence.courses.offsets
    if not len(rows) or len(np.unique(samples.matrix.codes)) < 2:
        return
    of_subject: dict[tuple[int, int, int], list[Rows]] = defaultdict(list)
    for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        course = rows[start:stop][evidence.measured[rows[start:stop]]]
        if len(course):
            row = course[0]
            key = (int(samples.subject.codes[row]), int(samples.assay.codes[row]), int(samples.infusion[row]))
            of_subject[key].append(course)
    found: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for (_, assay, _), courses in of_subject.items():
        for k, one in enumerate(courses):
            for other in courses[k + 1 :]:
                if not _meet(samples.time[one], samples.time[other]):
                    pair = (assay, int(samples.matrix.codes[one[0]]), int(samples.matrix.codes[other[0]]))
                    shorter = min(one, other, key=lambda c: (len(c), -samples.time[c[0]]))
                    found[pair].append(int(shorter[0]))
    for (assay, one_code, other_code), at in found.items():
        row, levels = at[0], samples.matrix.levels
        message = phrase(
            "For {who} by {assay} no sample of {one} and {other} was taken at one time, as if one course had two names."
            if len(at) == 1
            else "For {who} by {assay} no sample of {one} and {other} was taken at one time, as if one course had two names."
            " So it is with {n} more.",
            who=evidence.who(row), assay=quoted(samples.assay.levels[assay]),
            one=quoted(levels[one_code]), other=quoted(levels[other_code]), n=len(at) - 1,
        )  # fmt: skip
        yield evidence.at("W-MATRIX-SPLIT", row, "matrix", samples.matrix[row], message)


def _meet(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether any two times lie near each other."""
    return bool(np.any(np.abs(one[:, None] - other[None, :]) <= NEAR))
