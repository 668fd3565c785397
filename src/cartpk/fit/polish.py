"""Newton's method within limits, to where the gradient vanishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Objective", "Optimum", "newton"]

Array = NDArray[np.float64]
LONGEST = 4.0


class Objective(Protocol):
    """What is minimised."""

    def value(self, x: Array) -> float:
        """The value at x."""

    def gradient_and_curvature(self, x: Array) -> tuple[Array, Array]:
        """The derivatives, and second derivatives that are cheap and rarely misleading."""

    def hessian(self, x: Array) -> Array:
        """The second derivatives."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where a search ended.

    Attributes:
        x: the coordinates; `value` of the objective there; `gradient`.
        held: coordinates that stand at a limit, with the gradient pushing outwards.
        converged: whether the gradient of the others vanishes.
    """

    x: Array
    value: float
    gradient: Array
    held: NDArray[np.bool_]
    converged: bool


def newton(
    objective: Objective, start: Array, lower: Array, upper: Array, steps: int = 80, below: float = np.inf
) -> Optimum:
    """Minimise within limits by damped Newton steps on the coordinates that are not held at one.

    While far from the end the second derivatives leave out the curve's own (cheap, never misleading); near it they
    are exact, and the last steps are taken for the gradient's sake, since the value no longer tells. Where ten times
    the fall that the step promises would not bring the value under `below`, the search ends early, not converged.
    """
    x = np.clip(start, lower, upper)
    here = objective.value(x)
    g, bend = objective.gradient_and_curvature(x)
    near = False
    for _ in range(steps):
        held = ((x <= lower) & (g > 0)) | ((x >= upper) & (g < 0)) | (lower == upper)
        free = np.flatnonzero(~held)
        if not len(free):
            return Optimum(x, here, g, held, True)
        if near:
            bend = objective.hessian(x)
        step = np.zeros(len(x))
        step[free] = _step(bend[np.ix_(free, free)], g[free])
        fall = -float(g @ step)
        if near and here - 10 * fall > below:
            return Optimum(x, here, g, held, False)
        if near and fall < 1e-6:
            return _finish(objective, x, here, g, step, held, lower, upper)
        moved = _shorten(objective.value, x, here, step, g, lower, upper)
        if moved is None:
            if near:
                return Optimum(x, here, g, held, fall < 1e-8 * max(1.0, abs(here)))
            near = True
            continue
        near = near or here - moved[1] < 1e-3 * max(1.0, abs(here))
        x, here = moved
        g, bend = objective.gradient_and_curvature(x)
    return Optimum(x, here, g, held, False)


def _finish(
    objective: Objective,
    x: Array,
    here: float,
    g: Array,
    step: Array,
    held: NDArray[np.bool_],
    lower: Array,
    upper: Array,
) -> Optimum:
    """Two last full steps, each kept if the gradient of the free coordinates shrinks."""
    for last in (False, True):
        there = np.clip(x + step, lower, upper)
        slope = objective.gradient_and_curvature(there)[0]
        if not np.abs(slope[~held]).max() < np.abs(g[~held]).max():
            break
        x, g = there, slope
        if last or not step.any():
            break
        free = np.flatnonzero(~held)
        step = np.zeros(len(x))
        step[free] = _step(objective.hessian(x)[np.ix_(free, free)], g[free])
    return Optimum(x, objective.value(x), g, held, True)


def _step(hessian: Array, gradient: Array) -> Array:
    """The Newton step; directions of negative or no curvature are taken as if curved the other way, and none is longer than `LONGEST`."""
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-300))
    scale = np.minimum(scale, 1e6 * scale.min())
    values, vectors = np.linalg.eigh(hessian * np.outer(scale, scale))
    values = np.maximum(np.abs(values), 1e-10 * max(1e-300, float(np.abs(values).max())))
    moves = scale[:, None] * vectors * ((vectors.T @ (scale * gradient)) / values)
    longest = np.abs(moves).max(axis=0)
    out: Array = -(moves @ np.minimum(1.0, LONGEST / np.maximum(longest, LONGEST)))
    return out


def _shorten(
    value: Callable[[Array], float], x: Array, here: float, step: Array, g: Array, lower: Array, upper: Array
) -> tuple[Array, float] | None:
    """The longest of the halved steps, clipped to the limits, that lowers the value; None where none does."""
    longest = float(np.max(np.abs(step) / np.maximum(1.0, np.abs(x))))
    length = min(1.0, 2.0 / longest) if longest > 2.0 else 1.0
    for _ in range(40):
        there = np.clip(x + length * step, lower, upper)
        found = value(there)
        if np.isfinite(found) and found < here + 1e-4 * float(g @ (there - x)):
            return there, found
        if np.isfinite(found) and found <= here and length < 1e-6:
            return there, found
        length *= 0.5
    return None
