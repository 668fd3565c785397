"""Growth to a peak, then decline: the default for one subject."""

from __future__ import annotations

from typing import Any

import numpy as np

from cartpk.models.kinetic import Derived, KineticModel
from cartpk.models.phases import ALPHA, CMAX, LN2, RHO, TMAX, Array, area_of_decay, area_of_rise, start_from

__all__ = ["EXPONENTIAL"]


def log_curve(time: Array, cmax: Any, tmax: Any, rho: Any, alpha: Any) -> Array:
    """ln of Cmax e^(rho (t - Tmax)) to Tmax, of Cmax e^(-alpha (t - Tmax)) after it."""
    since = time - tmax
    out: Array = np.log(cmax) + np.where(np.real(since) <= 0, rho * since, -alpha * since)
    return out


def area(end: float, cmax: Any, tmax: Any, rho: Any, alpha: Any) -> Any:
    """Area from 0 to `end`."""
    if end <= np.real(tmax):
        return area_of_rise(end, cmax, rho, tmax)
    return area_of_rise(tmax, cmax, rho, tmax) + area_of_decay(end - tmax, cmax, alpha)


EXPONENTIAL = KineticModel(
    name="exponential",
    label="Exponential growth and decline",
    log_curve=log_curve,
    parameters=(CMAX, TMAX, RHO, ALPHA),
    guess=start_from,
    derived=(
        Derived("doubling_time", "Doubling time", "day", lambda rho, **_: LN2 / rho),
        Derived(
            "fold_expansion",
            "Fold expansion from day 0 to the peak",
            "ratio",
            lambda tmax, rho, **_: np.exp(rho * tmax),
        ),
        Derived("contraction_half_life", "Half-life of the decline", "day", lambda alpha, **_: LN2 / alpha),
    ),
    area=area,
    kinks=("tmax",),
    equations="Cmax e^(ρ(t-Tmax)) to Tmax, then Cmax e^(-α(t-Tmax))",
    source="individual default",
)
