"""When two names look the same, and when one looks like a misspelling of another.

Numbered ids are the hard case: S01 and S02 are two people, S01 and SO1
probably one. So digits are never edited, only confused with letters.
Nothing here compares all names with all: names meet under shared keys.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["Misspelling", "fold", "misspellings"]

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТХІЈЅаеорсхуіјѕ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABEKMHOPCTXIJSaeopcxyijs" "ABEZHIKMNOPTYXo",
)  # fmt: skip
_UNSEEN = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", *map(chr, range(0xFE00, 0xFE10))}
_CONFUSED = str.maketrans("oil", "011")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_LONGEST_WORD = 32


def fold(text: str) -> str:
    """`text` without what the eye does not see: width, case, spaces, invisible characters, kinds of dash.

    >>> fold("Ｓ\\u200b 01") == fold("s01")
    True
    """
    if text.isascii() and text.isprintable() and " " not in text:
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES).casefold()
    return "".join(_seen(c) for c in plain)


def _seen(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Pd" or char == "\u2212":
        return "-"
    return "" if kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or char in _UNSEEN else char


class Misspelling(NamedTuple):
    """A rare name (its place among the names) and the frequent one that it is near to."""

    rare: int
    frequent: int


def misspellings(
    names: Sequence[str],
    counts: Sequence[int],
    is_rare: Callable[[int, int], bool],
    correct: Collection[str] = (),
) -> Iterator[Misspelling]:
    """The rare names that look like a frequent one; at most one for each, names that look the same left out.

    Args:
        names: distinct names; `counts`: rows of each.
        is_rare: whether a name with so many rows (first) is rare beside one with so many (second).
        correct: folded names that are never misspelt.
    """
    most = max(counts, default=0)
    rare = {i for i, n in enumerate(counts) if n and is_rare(n, most)}
    if not rare:
        return
    parsed = [_Parsed.of(fold(name)) for name in names]
    near: dict[int, int] = {}
    for pairs in (_confused(parsed, rare), _edited(parsed, counts, rare)):
        for few, many in pairs:
            known = parsed[few].folded in correct and parsed[many].folded in correct
            if not known and is_rare(counts[few], counts[many]) and parsed[few].folded != parsed[many].folded:
                best = near.get(few)
                if best is None or (counts[many], -many) > (counts[best], -best):
                    near[few] = many
    yield from (Misspelling(few, many) for few, many in sorted(near.items()))


class _Parsed(NamedTuple):
    """A folded name cut into words and numbers; separators are left out."""

    folded: str
    tokens: tuple[str, ...]

    @classmethod
    def of(cls, folded: str) -> _Parsed:
        return cls(folded, tuple(_TOKEN.findall(folded)))

    @property
    def skeleton(self) -> Hashable:
        """O and 0, l and I and 1 as one; where there is a number, no separators and no leading zeros."""
        plain = self.folded.translate(_CONFUSED)
        tokens = _TOKEN.findall(plain)
        numbered = any(t.isdigit() for t in tokens)
        return tuple(t.lstrip("0") if t.isdigit() else t for t in tokens) if numbered else plain

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(t for t in self.tokens if not t.isdigit())

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(t if t.isdigit() else "" for t in self.tokens)


def _confused(parsed: Sequence[_Parsed], rare: Collection[int]) -> Iterator[tuple[int, int]]:
    """(rare, other) names of one skeleton."""
    of_rare: dict[Hashable, list[int]] = defaultdict(list)
    for i in rare:
        of_rare[parsed[i].skeleton].append(i)
    for many, name in enumerate(parsed):
        yield from ((few, many) for few in of_rare.get(name.skeleton, ()) if few != many)


def _edited(parsed: Sequence[_Parsed], counts: Sequence[int], rare: Collection[int]) -> Iterator[tuple[int, int]]:
    """(rare, other) names with the same numbers and one edit in one word.

    A word pattern that a further name with more rows has is no slip but a system: CARTB-01 beside CARTB-02.
    """
    most: dict[tuple[str, ...], int] = defaultdict(int)
    of_rare: dict[Hashable, list[int]] = defaultdict(list)
    for i, name in enumerate(parsed):
        most[name.words] = max(most[name.words], counts[i])
    for i in rare:
        if most[parsed[i].words] <= counts[i]:
            for key in _nearby(parsed[i]):
                of_rare[key].append(i)
    if not of_rare:
        return
    numbers = {parsed[i].numbers for i in rare}
    for many, name in enumerate(parsed):
        if name.numbers not in numbers:
            continue
        for few in {few for key in _nearby(name) for few in of_rare.get(key, ())}:
            if few != many and _one_edit_apart(parsed[few].tokens, name.tokens):
                yield few, many


def _nearby(name: _Parsed) -> Iterator[Hashable]:
    """Keys that two names share where one word differs by an edit: each word less one letter, and the whole."""
    yield hash(name.tokens)
    for place, word in enumerate(name.tokens):
        if word.isdigit() or not 2 <= len(word) <= _LONGEST_WORD:
            continue
        for i in range(len(word)):
            yield hash((*name.tokens[:place], word[:i] + word[i + 1 :], *name.tokens[place + 1 :]))


def _one_edit_apart(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether they differ in one word of three letters or more, by a letter added, lost, changed or two swapped."""
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differing) != 1:
        return False
    a, b = sorted(differing[0], key=len)
    if a.isdigit() or b.isdigit() or len(b) < 3:
        return False
    i = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]
