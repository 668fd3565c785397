"""Rules on single values: sign, limits, and what a unit can mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.amounts import number_of
from cartpk.checks.evidence import Evidence
from cartpk.findings import Finding
from cartpk.language import phrase
from cartpk.samples import State
from cartpk.units import UNITS, Unit

__all__ = [
    "COPIES_PER_UG",
    "blq_without_lloq",
    "missing_values",
    "negative_values",
    "numbers_below_lloq",
    "values_above_what_the_unit_can_mean",
]

COPIES_PER_UG = 1e6 / 6.6
"""Diploid cells, so copies at one a cell, in a microgram of DNA: 6.6 pg a cell."""
_MOST_CELLS_PER_UL = 1e5  # the white count of an extreme leukocytosis
_MOST_COPIES_PER_CELL = 10.0


def negative_values(evidence: Evidence) -> Iterator[Finding]:
    """E-VALUE-NEGATIVE."""
    yield from evidence.at_values("E-VALUE-NEGATIVE", _numbers(evidence) & (evidence.samples.value < 0))


def missing_values(evidence: Evidence) -> Iterator[Finding]:
    """W-VALUE-MISSING, one a row."""
    missing = (evidence.samples.state == State.MISSING) & ~evidence.excluded
    yield from evidence.at_values("W-VALUE-MISSING", missing)


def numbers_below_lloq(evidence: Evidence) -> Iterator[Finding]:
    """W-VALUE-BELOW-LLOQ, one a row."""
    samples = evidence.samples
    below = _numbers(evidence) & (samples.value >= 0) & (samples.value < samples.lloq)
    for row in np.flatnonzero(below).tolist():
        message = phrase(
            "The number is below its sample's LLOQ of {limit} and is treated as BLQ.", limit=f"{samples.lloq[row]:.10g}"
        )
        yield evidence.at("W-VALUE-BELOW-LLOQ", row, "value", str(samples.reported[row]), message)


def blq_without_lloq(evidence: Evidence) -> Iterator[Finding]:
    """E-BLQ-NO-LLOQ, one a row."""
    samples = evidence.samples
    bare = (samples.state == State.BLQ) & np.isnan(samples.lloq) & ~evidence.excluded
    yield from evidence.at_values("E-BLQ-NO-LLOQ", bare)


def values_above_what_the_unit_can_mean(evidence: Evidence) -> Iterator[Finding]:
    """W-VALUE-IMPLAUSIBLE, one a row."""
    samples = evidence.samples
    units = [UNITS.get(name) for name in samples.unit.levels]
    most = np.array([_most(unit) for unit in units], np.float64)
    by_vcn = np.array([unit is not None and unit.name in ("copies/ug gDNA", "copies/mL") for unit in units], bool)
    if not len(units):
        return
    high = _numbers(evidence) & (samples.value > most[samples.unit.codes])
    if not high.any():
        return
    vcn = _vector_copy_number(evidence)
    factor = np.where(by_vcn[samples.unit.codes], vcn, 1.0)
    for row in np.flatnonzero(high & (samples.value > most[samples.unit.codes] * factor)).tolist():
        limit, unit = most[samples.unit.codes[row]] * factor[row], samples.unit[row]
        message = phrase(
            "{value} {unit} is above {limit} {unit}, the most that the unit can mean at a vector copy number of {vcn}"
            " (column vcn, 1 where it is not given)."
            if by_vcn[samples.unit.codes[row]]
            else "{value} {unit} is above {limit} {unit}, the most that the unit can mean.",
            value=f"{samples.value[row]:.10g}", unit=unit, limit=f"{limit:.0f}", vcn=f"{factor[row]:.10g}",
        )  # fmt: skip
        yield evidence.at("W-VALUE-IMPLAUSIBLE", row, "value", str(samples.reported[row]), message)


def _numbers(evidence: Evidence) -> NDArray[np.bool_]:
    numbers: NDArray[np.bool_] = evidence.result & (evidence.samples.state == State.NUMBER)
    return numbers


def _most(unit: Unit | None) -> float:
    """The largest value a unit can mean, at one copy a cell; infinite for a unit that is not known."""
    if unit is None:
        return np.inf
    return {
        "cells per volume": _MOST_CELLS_PER_UL / unit.scale,
        "copies per DNA": COPIES_PER_UG,
        "copies per volume": _MOST_CELLS_PER_UL * 1e3,
        "copies per cell": _MOST_COPIES_PER_CELL,
        "percent": 100.0,
    }.get(unit.family, np.inf)


def _vector_copy_number(evidence: Evidence) -> NDArray[np.float64]:
    """The vector copy number of each row from a column `vcn`, 1 where it is not a number of at least 1."""
    samples = evidence.samples
    for name, labels in (*samples.covariates.items(), *samples.extra.items()):
        if name.strip().casefold() == "vcn":
            levels = np.array([number_of(text) for text in labels.levels], np.float64)
            given: NDArray[np.float64] = levels[labels.codes]
            return np.where(given >= 1, given, 1.0)
    return np.ones(len(samples))
