"""What the cell of a result says: a number, below the limit, missing, or a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.cells import BLANK, Decimal, fold, number_fault, numbers_of
from cartpk.samples import State

__all__ = ["BLQ_WORDS", "LIMIT_WORDS", "ULOQ_WORDS", "Reported", "reported_of"]

BLQ_WORDS = (
    "BLQ", "BQL", "BLOQ", "BLLOQ", "BELOW LLOQ", "BELOW LOQ", "BELOW LIMIT OF QUANTIFICATION", "BELOW THE LIMIT OF QUANTIFICATION",
    "BELOW LOWER LIMIT OF QUANTIFICATION", "BELOW THE LOWER LIMIT OF QUANTIFICATION", "NQ", "NOT QUANTIFIABLE",
    "ND", "N.D.", "NOT DETECTED", "NOT DETECTABLE", "UNDETECTED", "UNDETECTABLE", "TND", "TARGET NOT DETECTED",
    "BLD", "BDL", "BLOD", "BELOW LOD", "NEG", "NEGATIVE",
    "未检出", "未检测到", "阴性", "低于定量下限", "低于定量限", "低于检测下限", "低于检测限",
)  # fmt: skip
"""Words that mean below the limit of quantification, whatever their case."""

LIMIT_WORDS = ("LLOQ", "LOQ", "LLQ", "LOD", "LLOD", "LIMIT", "定量下限", "检测下限")
"""Words that may follow ``<``."""

ULOQ_WORDS = ("ULOQ", "ALQ", "AQL", "AULOQ", "ABOVE ULOQ", "ABOVE THE UPPER LIMIT OF QUANTIFICATION", "高于定量上限")
"""Words that mean above the upper limit."""

_BLQ = frozenset(map(fold, BLQ_WORDS))
_LIMIT = frozenset(map(fold, LIMIT_WORDS))
_ULOQ = frozenset(map(fold, ULOQ_WORDS))
_WORD_AND_LIMIT = re.compile(r"([^<＜()（）]+)[(（]?\s*[<＜]\s*([^<＜()（）]+)[)）]?")


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """Distinct texts of a result, understood.

    `state[k]` is a `State`; `value[k]` the number (NaN unless it is one); `limit[k]` the limit
    that the text names (NaN where none); `fault[k]` the id of a rule, or ``""``.
    """

    state: NDArray[np.int8]
    value: NDArray[np.float64]
    limit: NDArray[np.float64]
    fault: tuple[str, ...]


def reported_of(texts: Sequence[str], decimal: Decimal, blq_words: Iterable[str] = ()) -> Reported:
    """Each text understood; `blq_words` are the plan's, beside the known ones.

    >>> reported_of(["12.5", "<50", "BLQ", ""], ".").state.tolist()
    [0, 1, 1, 2]
    """
    own_words = frozenset(map(fold, blq_words))
    numbers = numbers_of(texts, decimal)
    state = np.zeros(len(texts), np.int8)
    limit = np.full(len(texts), np.nan)
    fault = [""] * len(texts)
    for k in np.flatnonzero(np.isnan(numbers.value)).tolist():
        state[k], limit[k], fault[k] = _word(texts[k].strip(), numbers.fault[k], decimal, own_words)
    return Reported(state, numbers.value, limit, tuple(fault))


def _word(text: str, fault: str, decimal: Decimal, own_words: frozenset[str]) -> tuple[State, float, str]:
    """State, limit and fault of a text that is not a number."""
    folded = fold(text)
    if folded in own_words or folded in _BLQ:
        return State.BLQ, np.nan, ""
    if fault == BLANK:
        return State.MISSING, np.nan, ""
    if text[0] in "<＜":
        return _below(text[1:].strip(), decimal)
    if text[0] in ">＞≥" or folded in _ULOQ:
        return State.UNREADABLE, np.nan, "E-VALUE-ULOQ"
    pair = _WORD_AND_LIMIT.fullmatch(text)
    if pair and fold(pair[1]) in _BLQ | own_words:
        return _below(pair[2].strip(), decimal)
    if fault == "E-NUMBER-NOT-A-NUMBER" and not any(c.isdigit() for c in text):
        fault = "E-BLQ-WORD"
    return State.UNREADABLE, np.nan, fault


def _below(limit: str, decimal: Decimal) -> tuple[State, float, str]:
    """State, limit and fault of a text that says: below `limit`."""
    if fold(limit) in _LIMIT:
        return State.BLQ, np.nan, ""
    fault = number_fault(limit, decimal)
    if fault == BLANK or (fault == "E-NUMBER-NOT-A-NUMBER" and not any(c.isdigit() for c in limit)):
        return State.UNREADABLE, np.nan, "E-BLQ-WORD"
    if fault:
        return State.UNREADABLE, np.nan, fault
    number = float(limit.replace(",", "."))
    return (State.BLQ, number, "") if number > 0 else (State.UNREADABLE, np.nan, "E-LLOQ-NOT-POSITIVE")
