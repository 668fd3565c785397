"""Where lines of one type break: between words, and in Chinese between any letters but before closing and after opening marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

__all__ = ["has_wide", "lines_of", "longest_piece", "pieces", "wide"]

_CLOSING = frozenset("，。、；：？！）］｝〕】》〉」』”’％…—·,.;:?!)]}%")
_OPENING = frozenset("（［｛〔【《〈「『“‘([{")


def wide(text: str) -> int:
    """How many letters a line is wide; Chinese ones count twice."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + _is_wide(c) for c in text)


def has_wide(text: str) -> bool:
    """Whether there is a Chinese letter or mark in it."""
    return not text.isascii() and any(map(_is_wide, text))


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def pieces(line: str) -> Iterator[tuple[bool, str]]:
    """What does not break, in order, each with whether a space comes before it.

    >>> [piece for _, piece in pieces("λz in（LLOQ）输注后。")]
    ['λz', 'in', '（LLOQ）', '输', '注', '后。']
    """
    for k, word in enumerate(line.split(" ")):
        for j, piece in enumerate(_unbroken(word)):
            yield k > 0 and j == 0, piece


def _unbroken(word: str) -> list[str]:
    if not has_wide(word):
        return [word]
    found = [word[0]]
    for before, letter in pairwise(word):
        may = (_is_wide(before) or _is_wide(letter)) and letter not in _CLOSING and before not in _OPENING
        if may and not unicodedata.combining(letter):
            found.append(letter)
        else:
            found[-1] += letter
    return found


def longest_piece(text: str) -> int:
    """The width of the longest piece that does not break, at least 1."""
    return max((wide(piece) for word in text.split() for piece in _unbroken(word)), default=1)


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes where it breaks between pieces, and within those that are longer than a line."""
    return sum(_lines(line, max(1, width)) if wide(line) > width else 1 for line in text.split("\n"))


def _lines(line: str, width: int) -> int:
    lines, used = 1, 0
    for spaced, piece in pieces(line):
        need = wide(piece)
        if used and used + spaced + need > width:
            lines, used = lines + 1, 0
        used += need + (spaced if used else 0)
        lines, used = lines + (max(used, 1) - 1) // width, (max(used, 1) - 1) % width + 1 if used else 0
    return lines
