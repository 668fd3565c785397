"""A column of text as codes beside its distinct texts, which are sorted as people sort them: `Labels`.

A million rows stay small, and comparing two rows is comparing two integers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

__all__ = ["Labels", "natural_key"]

IntArray = NDArray[np.int64]

_DIGITS = re.compile(r"[0-9]+")
_SHAPE = str.maketrans("123456789", "000000000")


def natural_key(text: str) -> str:
    """The key that puts ``S2`` before ``S10``: runs of ASCII digits compare as numbers, a text before what it begins.

    >>> sorted(["S10", "S2", "S", "s1"], key=natural_key)
    ['S', 'S2', 'S10', 's1']
    """
    return f"{_DIGITS.sub(_by_size, text)}\0{text}"


def _by_size(digits: re.Match[str]) -> str:
    """A run of digits so that a greater number is a greater text: its length comes first."""
    number = digits[0].lstrip("0")
    return f"\1{len(number):07d}{number}"


def _natural_order(levels: Sequence[str]) -> list[int]:
    """The places of `levels` in natural order; where only digits of the same places differ it is the plain order."""
    if len(set(map(str.translate, levels, repeat(_SHAPE)))) == 1:
        return sorted(range(len(levels)), key=levels.__getitem__)
    keys = list(map(natural_key, levels))
    return sorted(range(len(levels)), key=keys.__getitem__)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A column of text: `levels[codes[i]]` is the text of row i.

    `levels` are distinct and in natural order, so sorting codes sorts texts.
    """

    codes: NDArray[np.int32]
    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        self.codes.flags.writeable = False

    @classmethod
    def of(cls, texts: Sequence[str]) -> Labels:
        """Labels of a list of texts."""
        codes: dict[str, int] = {}
        raw = np.fromiter((codes.setdefault(t, len(codes)) for t in texts), np.int32, len(texts))
        return cls.of_codes(raw, tuple(codes))

    @classmethod
    def of_codes(cls, codes: NDArray[np.int32], levels: Sequence[str]) -> Labels:
        """Labels of codes into distinct levels in any order; levels nobody uses are kept."""
        order = _natural_order(levels)
        rank = np.empty(len(levels), np.int32)
        rank[order] = np.arange(len(levels), dtype=np.int32)
        return cls(rank[codes], tuple(levels[i] for i in order))

    @classmethod
    def constant(cls, text: str, n: int) -> Labels:
        """The same text `n` times."""
        return cls(np.zeros(n, np.int32), (text,))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.levels[int(self.codes[row])]

    def take(self, rows: IntArray | slice) -> Labels:
        """The labels of some rows, with the same levels."""
        return Labels(self.codes[rows], self.levels)

    def texts(self) -> list[str]:
        """The texts themselves, one a row."""
        levels = self.levels
        return [levels[c] for c in self.codes.tolist()]
