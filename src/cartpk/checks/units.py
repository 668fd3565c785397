"""Rules on units: given, one an assay, and of a kind that the assay can measure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Evidence, blank_levels, rows_in_words, spread
from cartpk.findings import Finding, quoted
from cartpk.units import UNITS

__all__ = ["mixed_units", "units_missing", "units_that_do_not_fit"]

_CYTOMETRY = re.compile(r"flow|facs|cytomet|流式")
_PCR = re.compile(r"pcr")


def units_missing(evidence: Evidence) -> Iterator[Finding]:
    """E-UNIT-MISSING, one a row; not for a file whose column is missing, which the reader says once."""
    samples = evidence.samples
    bare = evidence.result & spread(blank_levels(samples.unit), samples.unit)
    for file in np.unique(samples.file[bare]).tolist():
        if evidence.reported_before("E-COLUMN-MISSING", file):
            bare &= samples.file != file
    for row in np.flatnonzero(bare).tolist():
        yield evidence.at("E-UNIT-MISSING", row, "unit")


def mixed_units(evidence: Evidence) -> Iterator[Finding]:
    """E-UNIT-MIXED, one for each unit of an assay beside its most frequent one."""
    samples = evidence.samples
    counts = _rows_by_assay_and_unit(evidence)
    for assay in np.flatnonzero((counts > 0).sum(axis=1) > 1).tolist():
        main = int(counts[assay].argmax())
        by_count = np.argsort(-counts[assay], kind="stable")[: np.count_nonzero(counts[assay])].tolist()
        met = ", ".join(f"{samples.unit.levels[u]} in {rows_in_words(counts[assay, u])}" for u in by_count)
        for unit in np.flatnonzero(counts[assay]).tolist():
            if unit != main:
                row = _first_row(evidence, assay, unit)
                message = f"The assay {quoted(samples.assay.levels[assay])} has more than one unit: {met}."
                yield evidence.at("E-UNIT-MIXED", row, "unit", samples.unit.levels[unit], message)


def units_that_do_not_fit(evidence: Evidence) -> Iterator[Finding]:
    """E-UNIT-ASSAY, one for each assay and unit."""
    samples = evidence.samples
    counts = _rows_by_assay_and_unit(evidence)
    for assay, unit in np.argwhere(counts > 0).tolist():
        wrong, name = UNITS[samples.unit.levels[unit]].kind, samples.assay.levels[assay]
        if wrong == _never_measured_by(name):
            message = f"The assay {quoted(name)} does not measure {wrong} ({rows_in_words(counts[assay, unit])})."
            yield evidence.at(
                "E-UNIT-ASSAY",
                _first_row(evidence, assay, unit),
                "unit",
                UNITS[samples.unit.levels[unit]].name,
                message,
            )


def _never_measured_by(assay: str) -> str:
    """The kind of unit that an assay of this name never has, or ""."""
    name = unicodedata.normalize("NFKC", assay).casefold()
    if _CYTOMETRY.search(name):
        return "copies"
    return "cells" if _PCR.search(name) else ""


def _rows_by_assay_and_unit(evidence: Evidence) -> NDArray[np.int64]:
    """How many rows, not excluded, each assay has in each known unit."""
    samples = evidence.samples
    shape = len(samples.assay.levels), len(samples.unit.levels)
    known = np.array([name in UNITS for name in samples.unit.levels], bool)
    pairs = samples.assay.codes.astype(np.int64) * shape[1] + samples.unit.codes
    counts = np.bincount(pairs[~evidence.excluded], minlength=shape[0] * shape[1]).reshape(shape)
    return np.where(known, counts, 0)


def _first_row(evidence: Evidence, assay: int, unit: int) -> int:
    samples = evidence.samples
    here = (samples.assay.codes == assay) & (samples.unit.codes == unit) & ~evidence.excluded
    return int(np.flatnonzero(here)[0])
