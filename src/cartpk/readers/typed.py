"""Typed cells -> text: each distinct number once, as the shortest text that gives the same number back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cartpk.input_rules import InputRules
from cartpk.readers.aliases import NUMBERS, recognise
from cartpk.readers.sheet import Column

__all__ = ["column_of_numbers", "column_of_texts", "kinds_of", "text_of_number"]

_EXACT = 1e15


def text_of_number(value: float, decimal: str = ".") -> str:
    """The shortest text that gives `value` back, whole numbers without a point.

    >>> [text_of_number(x) for x in (7.0, 0.1, 1e22, -0.0)]
    ['7', '0.1', '1e+22', '0']
    """
    if math.isfinite(value) and value == int(value) and abs(value) < _EXACT:
        return str(int(value))
    text = repr(float(value))
    return text.replace(".", ",") if decimal == "," else text


def column_of_numbers(values: NDArray[np.float64], decimal: str = ".") -> Column:
    """A column of floats, NaN standing for a blank cell."""
    distinct, codes = np.unique(values, return_inverse=True)
    texts = ["" if v != v else text_of_number(v, decimal) for v in distinct.tolist()]
    return _distinct(texts, codes.ravel().astype(np.int32))


def column_of_texts(cells: Iterable[str], n: int) -> Column:
    """A column of texts, one a row."""
    seen: dict[str, int] = {}
    codes = np.fromiter((seen.setdefault(text, len(seen)) for text in cells), np.int32, n)
    return Column(codes, tuple(seen))


def _distinct(texts: Sequence[str], codes: NDArray[np.int32]) -> Column:
    """A column whose texts may repeat, made one whose texts are distinct."""
    seen: dict[str, int] = {}
    new = np.array([seen.setdefault(text, len(seen)) for text in texts], np.int32)
    return Column(new[codes] if len(new) else codes, tuple(seen))


def kinds_of(header: Sequence[str], rules: InputRules, file: str) -> list[str]:
    """What each column is to hold: ``number``, ``date``, ``id``, ``text``, or nothing in particular."""
    found = recognise(header, rules, file, None)
    kinds = [""] * len(header)
    for name, i in found.columns.items():
        kinds[i] = "number" if name in NUMBERS else "date" if name.endswith("datetime") else "text"
    for i in found.named_covariates.values():
        kinds[i] = "text"
    if "subject_id" in found.columns:
        kinds[found.columns["subject_id"]] = "id"
    return kinds
