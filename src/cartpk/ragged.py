"""Flat rows cut by offsets: profile i owns rows `offsets[i]:offsets[i+1]`, never none.

A mask never removes rows: what is left out counts as 0 in a sum and -inf in a
maximum, so the same offsets serve from start to end. Rows, not values, are
passed on: -1 means none. numpy alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "at",
    "count_of",
    "counts_of",
    "first_true",
    "last_true",
    "last_true_before",
    "line_of",
    "max_of",
    "next_true_after",
    "owner_of",
    "ranges",
    "sum_of",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


def counts_of(offsets: Rows) -> Rows:
    """Rows of each profile."""
    return np.diff(offsets)


def owner_of(offsets: Rows) -> Rows:
    """The profile of each row.

    >>> owner_of(np.array([0, 2, 5]))
    array([0, 0, 1, 1, 1])
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def sum_of(values: Floats, mask: Bools | None, offsets: Rows) -> Floats:
    """Sum of each profile's values where `mask` holds.

    >>> sum_of(np.array([1., 2, 3]), np.array([True, False, True]), np.array([0, 2, 3]))
    array([1., 3.])
    """
    kept = values if mask is None else np.where(mask, values, 0.0)
    return np.add.reduceat(kept, offsets[:-1])


def count_of(mask: Bools, offsets: Rows) -> Rows:
    """How many rows of each profile `mask` holds."""
    return np.add.reduceat(mask, offsets[:-1], dtype=np.int64)


def max_of(values: Floats, mask: Bools, offsets: Rows) -> Floats:
    """Largest of each profile's values where `mask` holds; -inf where it holds nowhere."""
    return np.maximum.reduceat(np.where(mask, values, -np.inf), offsets[:-1])


def first_true(mask: Bools, offsets: Rows) -> Rows:
    """First row of each profile where `mask` holds, -1 where none.

    >>> first_true(np.array([False, True, True, False]), np.array([0, 3, 4]))
    array([ 1, -1])
    """
    rows = np.flatnonzero(mask)
    place = np.searchsorted(rows, offsets[:-1])
    return _inside(rows, place, offsets)


def last_true(mask: Bools, offsets: Rows) -> Rows:
    """Last row of each profile where `mask` holds, -1 where none.

    >>> last_true(np.array([False, True, True, False]), np.array([0, 3, 4]))
    array([ 2, -1])
    """
    rows = np.flatnonzero(mask)
    place = np.searchsorted(rows, offsets[1:]) - 1
    return _inside(rows, place, offsets)


def _inside(rows: Rows, place: Rows, offsets: Rows) -> Rows:
    """`rows[place]` where that is a row of the profile, else -1."""
    if not len(rows):
        return np.full(len(offsets) - 1, -1, np.int64)
    found = rows[np.clip(place, 0, len(rows) - 1)]
    return np.where((found >= offsets[:-1]) & (found < offsets[1:]), found, -1)


def last_true_before(mask: Bools) -> Rows:
    """For each row the last row before it, in any profile, where `mask` holds; -1 where none.

    The caller compares with the profile's first row: this looks across profiles.
    """
    found = np.empty(len(mask), np.int64)
    if len(mask):
        found[0] = -1
        np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1)[:-1], out=found[1:])
    return found


def next_true_after(mask: Bools) -> Rows:
    """For each row the next row after it, in any profile, where `mask` holds; len(mask) where none."""
    n = len(mask)
    found = np.empty(n, np.int64)
    if n:
        found[-1] = n
        found[:-1] = np.minimum.accumulate(np.where(mask, np.arange(n), n)[:0:-1])[::-1]
    return found


def at(values: NDArray[Any], rows: Rows, missing: Any = np.nan) -> NDArray[Any]:
    """`values[rows]`, with `missing` where the row is -1.

    >>> at(np.array([5., 6.]), np.array([1, -1]))
    array([ 6., nan])
    """
    return np.where(rows >= 0, values[rows], missing)


def ranges(first: Rows, last: Rows) -> tuple[Rows, Rows]:
    """The rows `first[i]..last[i]` (both included) of each i one after another, and their offsets.

    >>> ranges(np.array([3, 7]), np.array([4, 7]))
    (array([3, 4, 7]), array([0, 2, 3]))
    """
    counts = last - first + 1
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    rows = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
    return rows, offsets


def line_of(time: Floats, log_value: Floats, offsets: Rows) -> tuple[Floats, Floats]:
    """Slope and R² of the least-squares line through each profile's points (at least two, at distinct times).

    Two passes about the means, so that nothing cancels.
    """
    counts = np.diff(offsets)
    dt = time - np.repeat(np.add.reduceat(time, offsets[:-1]) / counts, counts)
    dy = log_value - np.repeat(np.add.reduceat(log_value, offsets[:-1]) / counts, counts)
    tt, ty, yy = (np.add.reduceat(x, offsets[:-1]) for x in (dt * dt, dt * dy, dy * dy))
    with np.errstate(divide="ignore", invalid="ignore"):
        return ty / tt, np.minimum(ty * ty / (tt * yy), 1.0)
