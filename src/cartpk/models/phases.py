"""What the models are made of: a rise, a fall in two phases, their areas; and where to start from data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.models.kinetic import Data, Parameter, log_add_exp

__all__ = ["ALPHA", "BETA", "CMAX", "FB", "FOLDX", "RHO", "TMAX"]

Array = NDArray[Any]
LN2 = float(np.log(2.0))

CMAX = Parameter("cmax", "Peak value", "conc", "log", 1e-3, 1e9, "no assay measures beyond")
TMAX = Parameter("tmax", "Time of the peak", "day", "linear", 0.25, 60.0, "peaks of CAR-T cells lie in the first weeks")
RHO = Parameter("rho", "Growth rate", "per day", "log", 0.02, 10.0, "doubling between 1.7 hours and a month")
ALPHA = Parameter("alpha", "Contraction rate", "per day", "log", 0.005, 10.0, "half-lives from 1.7 hours to 139 days")
BETA = Parameter("beta", "Persistence rate", "per day", "log", 1e-5, 1.0, "half-lives from 17 hours to 190 years")
FB = Parameter("fb", "Share of the peak that persists", "ratio", "logit", 1e-6, 0.9, "a share")
FOLDX = Parameter("foldx", "Fold expansion to the peak", "ratio", "log", 1.5, 1e9, "an expansion")


def log_fall(tau: Array, alpha: Any, fb: Any, beta: Any) -> Array:
    """ln((1 - FB) e^(-alpha tau) + FB e^(-beta tau)), tau = t - Tmax >= 0."""
    return log_add_exp(np.log1p(-fb) - alpha * tau, np.log(fb) - beta * tau)


def area_of_rise(end: Any, peak: Any, rate: Any, tmax: Any) -> Any:
    """Area from 0 to `end` <= Tmax of peak * e^(rate (t - Tmax))."""
    return peak / rate * (np.exp(rate * (end - tmax)) - np.exp(-rate * tmax))


def area_of_decay(duration: Any, peak: Any, rate: Any) -> Any:
    """Area over `duration` (inf too) of peak * e^(-rate tau)."""
    return peak / rate * -np.expm1(-rate * duration)


def start_from(data: Data) -> dict[str, float]:
    """Rough starts that every model shares: the highest sample, and lines through the rise and the fall."""
    seen = ~data.blq
    time, log_value = data.time[seen], data.log_value[seen]
    top = int(np.argmax(log_value))
    tmax, log_cmax = float(time[top]), float(log_value[top])
    rho = _slope(time[: top + 1], log_value[: top + 1], fallback=0.8)
    alpha = -_slope(time[top : top + 6], log_value[top : top + 6], fallback=-0.2)
    return {
        "cmax": float(np.exp(log_cmax)),
        "tmax": max(tmax, 0.5),
        "rho": float(np.clip(rho, 0.1, 3.0)),
        "alpha": float(np.clip(alpha, 0.02, 2.0)),
    }


def _slope(time: Array, log_value: Array, fallback: float) -> float:
    if len(time) < 2:
        return fallback
    return float(np.polyfit(time, log_value, 1)[0])


def fast_and_slow(data: Data) -> Mapping[str, float]:
    """Starts of a fall in two phases: a small share persists, at a tenth of the contraction rate or less."""
    start = start_from(data)
    late = ~data.blq & (data.time >= 28)
    cmax = start["cmax"]
    share = float(np.exp(np.median(data.log_value[late])) / cmax) if late.any() else 1e-3
    return {**start, "fb": float(np.clip(share, 1e-4, 0.3)), "beta": min(0.01, start["alpha"] / 10)}
