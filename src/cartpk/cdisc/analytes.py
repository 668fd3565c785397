"""What was measured, in the words of the standards: the code and name of each assay, its domain, its ADaM parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from cartpk.cdisc.vocabulary import said
from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import RulesError
from cartpk.labels import Labels
from cartpk.samples import Samples
from cartpk.units import find_unit

__all__ = ["Analyte", "analytes_of", "distinct"]

_NAMES = {"cells": "CAR-T Cells", "copies": "CAR Transgene", "percent": "CAR-T Cell Percentage", "": "CAR-T Analyte"}
_CODES = {"cells": "FLOW", "copies": "PCR", "percent": "FLOWPCT", "": "ASSAY"}
_NO_CODES = ("", "OTHER", "MULTIPLE")
"""What no test may be called: its name has to say what was measured."""
_METHODS = {"flow": "FLOW CYTOMETRY", "qpcr": "QUANTITATIVE PCR", "ddpcr": "DROPLET DIGITAL PCR"}


@dataclass(frozen=True, slots=True)
class Analyte:
    """One assay in one matrix.

    Attributes:
        assay, matrix: as in the samples; `unit` of its results.
        domain: ``PC`` or ``CP``.
        testcd, test: short name (at most 8 letters) and name (at most 40), one pair an assay.
        method: of the assays whose name says it, else ``""``.
        spec: the matrix for the data sets.
        paramcd, param: one pair an assay and matrix.
    """

    assay: str
    matrix: str
    unit: str
    domain: str
    testcd: str
    test: str
    method: str
    spec: str
    paramcd: str
    param: str


def analytes_of(samples: Samples, rules: CdiscRules) -> dict[tuple[str, str], Analyte]:
    """The analytes of some samples by assay and matrix.

    Raises:
        RulesError: `[cdisc.values]` gives two assays or two matrices one text.
    """
    assays = {a: _said_once(a, rules, "assay") for a in _met(samples.assay)}
    specs = {m: _said_once(m, rules, "matrix").upper() for m in _met(samples.matrix)}
    _refuse_merged(assays, "assay")
    _refuse_merged(specs, "matrix")
    units = _units(samples)
    kinds = {a: _kind(next((u for (b, _), u in units.items() if a == b and u), "")) for a in assays}
    codes = dict(zip(assays, distinct(_code(text, kinds[a]) for a, text in assays.items()), strict=True))
    paramcds = distinct(codes[a] for a, _ in units)
    found = {}
    for (assay, matrix), paramcd in zip(units, paramcds, strict=True):
        kind, unit = kinds[assay], units[assay, matrix]
        test = f"{_NAMES[kind]} by {codes[assay]}"
        found[assay, matrix] = Analyte(
            assay=assay,
            matrix=matrix,
            unit=unit,
            domain=rules.flow_domain if kind in ("cells", "percent") else "PC",
            testcd=codes[assay],
            test=test,
            method=_METHODS.get(assay.lower(), ""),
            spec=specs[matrix],
            paramcd=paramcd,
            param=f"{test}, {specs[matrix]} ({unit})" if unit else f"{test}, {specs[matrix]}",
        )
    return found


def distinct(codes: Iterable[str]) -> list[str]:
    """The codes, a number put to the end of one that is there already, at most 8 letters.

    >>> distinct(["QPCR", "FLOW", "QPCR"])
    ['QPCR', 'FLOW', 'QPCR2']
    """
    taken: dict[str, None] = {}
    for code in codes:
        new, n = code, 1
        while new in taken:
            n += 1
            new = f"{code[: 8 - len(str(n))]}{n}"
        taken[new] = None
    return list(taken)


def _code(text: str, kind: str) -> str:
    """A short name from the laboratory's: its ASCII letters and digits, capital, beginning with a letter."""
    letters = re.sub(r"^[0-9]+", "", re.sub(r"[^A-Z0-9]", "", text.upper(), flags=re.ASCII))
    return _CODES[kind] if letters in _NO_CODES else letters[:8]


def _kind(unit: str) -> str:
    known = find_unit(unit)
    return known.kind if known else ""


def _met(labels: Labels) -> list[str]:
    return [labels.levels[c] for c in np.unique(labels.codes).tolist()]


def _units(samples: Samples) -> dict[tuple[str, str], str]:
    """The unit of each assay and matrix, in their order; the checks have refused an assay with two."""
    found: dict[tuple[str, str], str] = {}
    for assay in samples.assays:
        key = (assay.name, assay.matrix)
        found[key] = found.get(key, "").strip() or assay.unit
    return found


def _said_once(text: str, rules: CdiscRules, column: str) -> str:
    return said([text], rules.values.get(column, {}))[0]


def _refuse_merged(texts: Mapping[str, str], column: str) -> None:
    by_text: dict[str, list[str]] = {}
    for given, text in texts.items():
        by_text.setdefault(text, []).append(given)
    merged = [f"{', '.join(map(repr, g))} become {text!r}" for text, g in by_text.items() if len(g) > 1]
    if merged:
        raise RulesError(f"{column}: {'; '.join(merged)}; give each a text of its own in [cdisc.values]")
