"""Growth to a peak, then decline in two phases (Stein 2019), and the same as a system of effector and memory cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cartpk.models.kinetic import Data, Derived, KineticModel
from cartpk.models.phases import (
    ALPHA,
    BETA,
    CMAX,
    FB,
    FOLDX,
    LN2,
    TMAX,
    Array,
    area_of_decay,
    area_of_rise,
    fast_and_slow,
    log_fall,
)  # fmt: skip

__all__ = ["EFFECTOR_MEMORY", "STEIN"]

SOURCE = "Stein 2019, CPT Pharmacometrics Syst Pharmacol 8:285 (tisagenlecleucel)"


def log_curve(time: Array, foldx: Any, tmax: Any, cmax: Any, alpha: Any, fb: Any, beta: Any) -> Array:
    """ln of the growth to Tmax at rate ln(foldx)/Tmax, of Cmax ((1-FB) e^(-alpha tau) + FB e^(-beta tau)) after it."""
    since = time - tmax
    rising = np.real(since) <= 0
    after = np.where(rising, 0.0, since)
    out: Array = np.log(cmax) + np.where(rising, np.log(foldx) / tmax * since, log_fall(after, alpha, fb, beta))
    return out


def area(end: float, foldx: Any, tmax: Any, cmax: Any, alpha: Any, fb: Any, beta: Any) -> Any:
    """Area from 0 to `end`."""
    rho = np.log(foldx) / tmax
    if end <= np.real(tmax):
        return area_of_rise(end, cmax, rho, tmax)
    falling = area_of_decay(end - tmax, cmax * (1 - fb), alpha) + area_of_decay(end - tmax, cmax * fb, beta)
    return area_of_rise(tmax, cmax, rho, tmax) + falling


def log_curve_by_ode(time: Array, foldx: Any, tmax: Any, cmax: Any, alpha: Any, fb: Any, beta: Any) -> Array:
    """ln(E + M), solved as differential equations: an independent way to `log_curve`.

    dE/dt = rho E and M = 0 to Tmax; then dE/dt = -alpha E and dM/dt = k E - beta M with k = FB (alpha - beta). They are
    solved for s = ln(E + M) and the share r = M/(E + M), which neither overflow nor vanish:
    ds/dt = (k - alpha)(1 - r) - beta r and dr/dt = k (1 - r) - beta r - r ds/dt.
    """
    time = np.asarray(time, float)
    rho, k = np.log(foldx) / tmax, fb * (alpha - beta)

    def falling(_: float, y: Array) -> list[float]:
        slope = (k - alpha) * (1 - y[1]) - beta * y[1]
        return [slope, k * (1 - y[1]) - beta * y[1] - y[1] * slope]

    out = np.empty(len(time))
    rising = time <= tmax
    out[rising] = _solve(lambda t, y: [rho, 0.0], -np.log(foldx), time[rising])
    out[~rising] = _solve(falling, 0.0, time[~rising] - tmax)
    return out + float(np.log(cmax))


def _solve(rates: Callable[[float, Array], list[float]], start: float, time: Array) -> Array:
    """s at `time` >= 0 from s = `start` and r = 0, to about 1e-10."""
    from scipy.integrate import solve_ivp

    at, place = np.unique(time, return_inverse=True)
    if not len(at):
        return np.empty(0)
    end = max(float(at[-1]), 1e-9)
    solved = solve_ivp(rates, (0.0, end), (start, 0.0), method="LSODA", t_eval=at, rtol=1e-12, atol=1e-13)
    log_sum: Array = solved.y[0][place]
    return log_sum


def guess(data: Data) -> dict[str, float]:
    """Start from lines through rise and fall, and the level after day 28."""
    start = dict(fast_and_slow(data))
    rho = start.pop("rho")
    return {**start, "foldx": float(np.exp(np.clip(rho * start["tmax"], 1.0, 18.0)))}


_PARAMETERS = (FOLDX, TMAX, CMAX, ALPHA, FB, BETA)
_DERIVED = (
    Derived("rho", "Growth rate", "per day", lambda foldx, tmax, **_: np.log(foldx) / tmax),
    Derived("doubling_time", "Doubling time", "day", lambda foldx, tmax, **_: LN2 * tmax / np.log(foldx)),
    Derived("r0", "Value at time 0", "conc", lambda cmax, foldx, **_: cmax / foldx),
    Derived("alpha_half_life", "Half-life of the contraction", "day", lambda alpha, **_: LN2 / alpha),
    Derived("beta_half_life", "Half-life of the persistence", "day", lambda beta, **_: LN2 / beta),
)

STEIN = KineticModel(
    name="stein",
    label="Growth, contraction and persistence",
    log_curve=log_curve,
    parameters=_PARAMETERS,
    guess=guess,
    derived=_DERIVED,
    area=area,
    kinks=("tmax",),
    above=("alpha", "beta"),
    equations="(Cmax/foldx) e^(ρt) to Tmax with ρ = ln(foldx)/Tmax, then Cmax[(1-FB)e^(-ατ) + FB e^(-βτ)], τ = t-Tmax",
    source=SOURCE,
)

EFFECTOR_MEMORY = KineticModel(
    name="effector-memory",
    label="Effector and memory cells, as differential equations",
    log_curve=log_curve_by_ode,
    parameters=_PARAMETERS,
    guess=guess,
    derived=_DERIVED,
    area=area,
    kinks=("tmax",),
    above=("alpha", "beta"),
    numbers_only=True,
    equations="dE/dt = ρE, M = 0 to Tmax; then dE/dt = -αE, dM/dt = kE - βM, k = FB(α-β); observed E + M",
    source=SOURCE + ", figure 2",
)
