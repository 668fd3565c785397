"""Growth that turns into decline through a gate: no corner for the optimiser, and a rounded peak."""

from __future__ import annotations

from typing import Any

import numpy as np

from cartpk.models.kinetic import Data, Derived, KineticModel, Parameter, log_add_exp
from cartpk.models.phases import ALPHA, CMAX, LN2, RHO, TMAX, Array, start_from

__all__ = ["SMOOTH"]

WIDTH = Parameter("w", "Width of the turn", "day", "log", 0.01, 20.0, "a turn within days", fixed=0.5)


def log_curve(time: Array, cmax: Any, tmax: Any, rho: Any, alpha: Any, w: Any) -> Array:
    """ln C with d ln C/dt = rho (1 - g) - alpha g, g = 1/(1 + e^(-(t - Tmax)/w)); Cmax is the curve's maximum.

    The integral of the gate is w ln(1 + e^u), u = (t - Tmax)/w; the curve is highest where g = rho/(rho + alpha).
    """
    top = np.log(rho / alpha)
    out: Array = np.log(cmax) + _shape((time - tmax) / w, rho, alpha, w) - _shape(top, rho, alpha, w)
    return out


def _shape(u: Any, rho: Any, alpha: Any, w: Any) -> Any:
    return w * (rho * u - (rho + alpha) * log_add_exp(np.zeros_like(u), u))


def guess(data: Data) -> dict[str, float]:
    """Start from lines through rise and fall, with a turn of half a day."""
    return {**start_from(data), "w": 0.5}


SMOOTH = KineticModel(
    name="smooth",
    label="Exponential growth and decline with a rounded peak",
    log_curve=log_curve,
    parameters=(CMAX, TMAX, RHO, ALPHA, WIDTH),
    guess=guess,
    derived=(
        Derived(
            "peak_time",
            "Time of the curve's maximum",
            "day",
            lambda tmax, rho, alpha, w, **_: tmax + w * np.log(rho / alpha),
            "linear",
        ),
        Derived("doubling_time", "Doubling time", "day", lambda rho, **_: LN2 / rho),
        Derived("contraction_half_life", "Half-life of the decline", "day", lambda alpha, **_: LN2 / alpha),
    ),
    equations="d ln C/dt = ρ(1-g) - αg, g = 1/(1+e^(-(t-Tmax)/w))",
    source="after a delay model of 2025 (preprint)",
)
