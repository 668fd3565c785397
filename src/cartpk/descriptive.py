"""Descriptive statistics of flat values sorted into cells, all cells at once; numpy alone.

Means are of exact sums and squares are summed in ascending order, so the order
of the input does not move a digit; equal values have a standard deviation of
exactly 0.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["describe"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Bools = NDArray[np.bool_]


def describe(
    values: Floats, cell: Codes, n_cells: int, min_n: int = 3, logarithmic: Bools | None = None
) -> dict[str, Floats]:
    """Statistics of the values of each cell, shape (n_cells,) each, NaN where not estimable.

    Args:
        values: finite numbers, shape (n,), in any order.
        cell: the cell of each value, shape (n,), from 0 to n_cells - 1; a cell may be empty.
        n_cells: how many cells there are.
        min_n: with fewer values only n, median, min and max are given.
        logarithmic: which values the geometric statistics are over, shape (n,); those above 0 where None.

    Returns:
        n, mean, sd, cv_pct (100 SD/mean), geo_n, geo_mean, geo_lower and geo_upper (95 % confidence limits of the
        geometric mean, by Student's t on logarithms), geo_cv_pct (100 sqrt(exp(s²)-1), s the SD of the logarithms),
        median, q1, q3 (SAS definition 5: the averaged inverted distribution function), min, max.

    >>> found = describe(np.array([1.0, 2.0, 4.0, 8.0]), np.zeros(4, np.int64), 1)
    >>> [round(float(found[name][0]), 4) for name in ("mean", "geo_mean", "q1", "q3")]
    [3.75, 2.8284, 1.5, 6.0]
    """
    order = np.lexsort((values, cell))
    v, c = values[order], cell[order]
    positive = v > 0 if logarithmic is None else logarithmic[order] & (v > 0)
    n = np.bincount(c, minlength=n_cells)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = {"n": n.astype(np.float64)}
        found |= _arithmetic(v, c, n, min_n)
        found |= _geometric(v[positive], c[positive], n_cells, min_n)
        found |= _ranks(v, n, min_n)
    for name, column in found.items():
        found[name] = np.where(np.isfinite(column), column, np.nan)
    return found


def _arithmetic(v: Floats, c: Codes, n: Codes, min_n: int) -> dict[str, Floats]:
    mean, sd = _mean_and_sd(v, c, n)
    enough = n >= min_n
    cv = np.where(mean > 0, 100 * sd / mean, np.nan)
    return {
        "mean": np.where(enough, mean, np.nan),
        "sd": np.where(enough, sd, np.nan),
        "cv_pct": np.where(enough, cv, np.nan),
    }


def _geometric(v: Floats, c: Codes, n_cells: int, min_n: int) -> dict[str, Floats]:
    n = np.bincount(c, minlength=n_cells)
    first = _first(v, n)  # logarithms are taken of ratios to it: equal values give it back to the last digit
    log_ratio, sd = _mean_and_sd(np.log(v) - np.log(first)[c], c, n)
    half = _t975(n) * sd / np.sqrt(n)
    enough = n >= min_n
    columns = {
        "geo_mean": first * np.exp(log_ratio),
        "geo_lower": first * np.exp(log_ratio - half),
        "geo_upper": first * np.exp(log_ratio + half),
        "geo_cv_pct": 100 * np.sqrt(np.expm1(sd**2)),
    }
    return {"geo_n": n.astype(np.float64)} | {name: np.where(enough, x, np.nan) for name, x in columns.items()}


def _ranks(v: Floats, n: Codes, min_n: int) -> dict[str, Floats]:
    enough = n >= min_n
    return {
        "median": _quantile(v, n, 0.5),
        "q1": np.where(enough, _quantile(v, n, 0.25), np.nan),
        "q3": np.where(enough, _quantile(v, n, 0.75), np.nan),
        "min": _first(v, n),
        "max": _pick(v, np.cumsum(n) - 1, n),
    }


def _mean_and_sd(x: Floats, c: Codes, n: Codes) -> tuple[Floats, Floats]:
    """Mean (of the exact sum) and SD (n - 1) of each cell of sorted values; equal values have that mean and no SD."""
    ends = np.cumsum(n)
    total = np.array([_sum(x[a:b].tolist()) for a, b in zip((ends - n).tolist(), ends.tolist(), strict=True)])
    mean = total / n
    squares = np.bincount(c, weights=(x - mean[c]) ** 2, minlength=len(n))
    sd = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    low, high = _first(x, n), _pick(x, ends - 1, n)
    equal = (low == high) & (n > 1)
    return np.where(equal, low, mean), np.where(equal, 0.0, sd)


def _sum(values: list[float]) -> float:
    """The sum rounded once, so that a mean of 3.95 is not 3.9499999999999997; infinite where it overflows."""
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf


def _quantile(v: Floats, n: Codes, p: float) -> Floats:
    """SAS definition 5 of sorted values: the mean of ranks np and np + 1 where np is whole, else rank ceil(np)."""
    place = n * p
    below = np.floor(place).astype(np.int64)
    start = np.cumsum(n) - n
    upper = _pick(v, start + below, n)
    lower = _pick(v, start + below - (place == below), n)
    return lower * 0.5 + upper * 0.5  # halving is exact


def _first(v: Floats, n: Codes) -> Floats:
    return _pick(v, np.cumsum(n) - n, n)


def _pick(v: Floats, rows: Codes, n: Codes) -> Floats:
    """`v[rows]`, NaN for a cell that is empty."""
    found = np.full(len(n), np.nan)
    found[n > 0] = v[rows[n > 0]]
    return found


def _t975(n: Codes) -> Floats:
    """Student's t at 97.5 %, n - 1 degrees of freedom; NaN below two values."""
    from scipy.special import stdtrit

    degrees = np.where(n > 1, n - 1.0, np.nan)
    return np.asarray(stdtrit(degrees, 0.975), np.float64)
