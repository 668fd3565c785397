"""Arrays that a user gives for profiles: converted, and refused with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cartpk.errors import ProfilesError
from cartpk.units import LARGEST, SMALLEST

__all__ = ["Arrays"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """Row arrays of shape (n,), `offsets` (p + 1,) and `dose` (p,), of the right types and possible as profiles."""

    time: Floats
    conc: Floats
    blq: NDArray[np.bool_]
    lloq: Floats
    offsets: NDArray[np.int64]
    dose: Floats

    @classmethod
    def of(
        cls,
        time: ArrayLike,
        conc: ArrayLike,
        offsets: ArrayLike,
        blq: ArrayLike | None,
        lloq: ArrayLike | None,
        dose: ArrayLike | None,
    ) -> Arrays:
        """Convert, or raise `ProfilesError` with all that is wrong."""
        faults: list[str] = []
        t, c = _numbers("time", time, faults), _numbers("conc", conc, faults)
        cut = _numbers("offsets", offsets, faults)
        n, p = len(t), max(len(cut) - 1, 0)
        below = _truths(blq, n, faults)
        limit = _spread("lloq", np.nan if lloq is None else lloq, n, "sample", faults)
        doses = _spread("dose", np.nan if dose is None else dose, p, "profile", faults)
        if not faults:
            faults += _row_faults(t, c, below, limit)
            if p < 1 or np.any(cut != np.floor(cut)) or cut[0] != 0 or cut[-1] != n or np.any(np.diff(cut) < 1):
                faults.append(f"offsets must be whole numbers that rise from 0 to {n}, at least one sample a profile")
            if np.any(doses <= 0) or np.any(np.isinf(doses)):
                faults.append("dose must be above 0 (NaN where there is none)")
        if faults:
            raise ProfilesError("; ".join(faults))
        return cls(t, c, below, limit, cut.astype(np.int64), doses)


def _numbers(name: str, given: ArrayLike, faults: list[str]) -> Floats:
    """`given` as a new one-dimensional array of numbers."""
    try:
        array = np.array(given, np.float64)
    except (TypeError, ValueError):
        faults.append(f"{name} is not a sequence of numbers")
        return np.empty(0)
    if array.ndim != 1:
        faults.append(f"{name} has shape {array.shape}: give a sequence of numbers")
        return np.empty(0)
    return array


def _truths(given: ArrayLike | None, n: int, faults: list[str]) -> NDArray[np.bool_]:
    if given is None:
        return np.zeros(n, bool)
    array = np.asarray(given)
    is_truth = array.dtype == np.bool_ or (array.dtype.kind in "iu" and bool(np.all((array == 0) | (array == 1))))
    if array.shape != (n,) or not is_truth:
        faults.append(f"blq must be True or False for each of the {n} samples")
        return np.zeros(n, bool)
    return array.astype(bool)


def _spread(name: str, given: ArrayLike, n: int, of: str, faults: list[str]) -> Floats:
    """One number for all, or one each."""
    try:
        array = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        faults.append(f"{name} is not a number")
        return np.full(n, np.nan)
    if array.ndim and array.shape != (n,):
        faults.append(f"{name} has shape {array.shape}: give one number, or one for each {of} ({n})")
        return np.full(n, np.nan)
    return np.broadcast_to(array, n).copy()


def _row_faults(time: Floats, conc: Floats, blq: NDArray[np.bool_], lloq: Floats) -> list[str]:
    faults = []
    if conc.shape != time.shape:
        return [f"time has {len(time)} values and conc {len(conc)}: give one value a sample"]
    lost = np.flatnonzero(~np.isfinite(time))
    if len(lost):
        faults.append(f"time is not a finite number at index {int(lost[0])}")
    bad = np.flatnonzero(~blq & ((conc < 0) | (conc > LARGEST) | ((conc > 0) & (conc < SMALLEST))))
    if len(bad):
        faults.append(
            f"conc is {conc[bad[0]]} at index {int(bad[0])}: a value is 0, or from {SMALLEST:g} to {LARGEST:g}; "
            "NaN where there is none"
        )
    if np.any((lloq < SMALLEST) | (lloq > LARGEST)):
        faults.append(f"lloq must be from {SMALLEST:g} to {LARGEST:g} (NaN where there is none)")
    return faults
