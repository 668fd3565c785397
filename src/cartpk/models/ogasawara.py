"""A lag, doubling to a peak, then decline in two phases (Ogasawara 2021)."""

from __future__ import annotations

from typing import Any

import numpy as np

from cartpk.models.kinetic import Data, Derived, KineticModel, Parameter
from cartpk.models.phases import (
    ALPHA,
    BETA,
    CMAX,
    FB,
    LN2,
    TMAX,
    Array,
    area_of_decay,
    area_of_rise,
    fast_and_slow,
    log_fall,
)  # fmt: skip

__all__ = ["OGASAWARA"]

TLAG = Parameter("tlag", "Lag before the growth", "day", "linear", 0.0, 30.0, "growth starts before the peak")
DOUBLING = Parameter("doubling_time", "Doubling time", "day", "log", 0.05, 30.0, "from about an hour to a month")


def log_curve(
    time: Array, cmax: Any, tmax: Any, tlag: Any, doubling_time: Any, alpha: Any, fb: Any, beta: Any
) -> Array:
    """ln of C0 to Tlag, of C0 2^((t - Tlag)/DT) to Tmax, of Stein's tail after it; C0 = Cmax 2^(-(Tmax - Tlag)/DT)."""
    since = time - tmax
    rising = np.real(since) <= 0
    waited = np.where(np.real(time - tlag) < 0, tlag - tmax, since)  # in the lag the value stays at C0
    fall = log_fall(np.where(rising, 0.0, since), alpha, fb, beta)
    out: Array = np.log(cmax) + np.where(rising, LN2 / doubling_time * waited, fall)
    return out


def area(end: float, cmax: Any, tmax: Any, tlag: Any, doubling_time: Any, alpha: Any, fb: Any, beta: Any) -> Any:
    """Area from 0 to `end`."""
    rate = LN2 / doubling_time
    c0 = cmax * np.exp(-rate * (tmax - tlag))
    if end <= np.real(tlag):
        return c0 * end
    upto = end if end <= np.real(tmax) else tmax
    rise = c0 * tlag + area_of_rise(upto, cmax, rate, tmax) - area_of_rise(tlag, cmax, rate, tmax)
    if end <= np.real(tmax):
        return rise
    return rise + area_of_decay(end - tmax, cmax * (1 - fb), alpha) + area_of_decay(end - tmax, cmax * fb, beta)


def guess(data: Data) -> dict[str, float]:
    """Start from lines through rise and fall; the lag at a third of the way to the peak."""
    start = dict(fast_and_slow(data))
    rho = start.pop("rho")
    return {**start, "tlag": start["tmax"] / 3, "doubling_time": LN2 / rho}


OGASAWARA = KineticModel(
    name="ogasawara",
    label="Lag, growth, contraction and persistence",
    log_curve=log_curve,
    parameters=(CMAX, TMAX, TLAG, DOUBLING, ALPHA, FB, BETA),
    guess=guess,
    derived=(
        Derived("rho", "Growth rate", "per day", lambda doubling_time, **_: LN2 / doubling_time),
        Derived(
            "c0",
            "Value in the lag",
            "conc",
            lambda cmax, tmax, tlag, doubling_time, **_: cmax * np.exp(-LN2 * (tmax - tlag) / doubling_time),
        ),
        Derived(
            "fold_expansion",
            "Fold expansion",
            "ratio",
            lambda tmax, tlag, doubling_time, **_: np.exp(LN2 * (tmax - tlag) / doubling_time),
        ),
        Derived("alpha_half_life", "Half-life of the contraction", "day", lambda alpha, **_: LN2 / alpha),
        Derived("beta_half_life", "Half-life of the persistence", "day", lambda beta, **_: LN2 / beta),
    ),
    area=area,
    above=("alpha", "beta"),
    kinks=("tmax", "tlag"),
    equations="C0 to Tlag; C0 2^((t-Tlag)/DT) to Tmax; Cmax[(1-FB)e^(-ατ) + FB e^(-βτ)] after it; C0 = Cmax 2^(-(Tmax-Tlag)/DT)",
    source="Ogasawara 2021, Clin Pharmacokinet (lisocabtagene maraleucel)",
)
