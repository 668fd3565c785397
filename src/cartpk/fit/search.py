"""From several starts to the best fit: least squares first, then the censored likelihood, then every interval of Tmax.

A curve with a corner makes the likelihood a patchwork: smooth while Tmax
stays between two samples, with a kink at each sample, and often lowest at
one (the highest sample lies above the curve there). So Tmax is searched
interval by interval.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.fit.likelihood import Likelihood
from cartpk.fit.polish import Optimum, newton

__all__ = ["Found", "least_squares", "polish", "search"]

Array = NDArray[np.float64]
MARGIN = 1e-9
AGREE = 1e-4
FAR = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The best end of all starts.

    Attributes:
        optimum: where it is; at a kink the corner coordinate stands on a sample's time and is `held`.
        kink: whether the corner stands on a sample.
        starts, agree: how many starts there were, and how many ended there.
    """

    optimum: Optimum
    kink: bool
    starts: int
    agree: int


def search(likelihood: Likelihood, starts: int = 6) -> Found:
    """The best fit of one profile from `starts` starts, the first by the model's guess, the others about it.

    The scatter of the starts is seeded by the profile's own numbers, so it depends on nothing else.
    """
    patches = Patches(likelihood)
    ends = [patches.descend(least_squares_of(likelihood, start)) for start in starts_of(likelihood, starts)]
    best = min(ends, key=lambda end: end.value)
    agree = sum(end.value < best.value + AGREE for end in ends)
    return Found(*patches.settle(best), len(ends), agree)


def polish(likelihood: Likelihood, start: Array, held: tuple[NDArray[np.int64], Array] | None = None) -> Found:
    """The best fit downhill from one start (coordinates and ln(sigma)), without least squares.

    `held` are coordinates that stay, and where.
    """
    patches = Patches(likelihood, held)
    return Found(*patches.settle(patches.descend(start)), 1, 1)


def starts_of(likelihood: Likelihood, count: int) -> list[Array]:
    """The starts: the guess, and others scattered about it."""
    space, data = likelihood.space, likelihood.data
    lower, upper = space.box()
    first = _inside(space.coordinates({**space.model.guess(data), **space.fixed}), lower, upper)
    numbers = np.concatenate([data.time, np.nan_to_num(data.log_value), data.blq.astype(float)])
    seed = int.from_bytes(hashlib.sha256(numbers.astype("<f8").tobytes()).digest()[:8], "little")
    rng = np.random.default_rng(seed)
    width = np.array([3.0 if p.unit_kind == "day" and p.scale == "linear" else 0.7 for p in space.free])
    scatter = width * rng.standard_normal((count - 1, len(first)))
    return [first, *(_inside(first + away, lower, upper) for away in scatter)]


def _inside(x: Array, lower: Array, upper: Array) -> Array:
    room = 1e-3 * (upper - lower)
    return np.clip(x, lower + room, upper - room)


def least_squares_of(likelihood: Likelihood, start: Array) -> Array:
    """The coordinates and ln(sigma) where least squares end (the start itself where samples are too few for them)."""
    lower, upper = likelihood.space.box()
    free = start
    if 0 < len(start) <= len(likelihood.data):
        free = least_squares(likelihood.residuals, likelihood.residual_slopes, start, lower, upper)
    spread = float(np.sqrt(np.mean(np.square(likelihood.residuals(free)))))
    return np.append(free, np.log(np.clip(spread, 1e-5, 10.0)))


def least_squares(
    residuals: Callable[[Array], Array],
    slopes: Callable[[Array], Array],
    start: Array,
    lower: Array | None = None,
    upper: Array | None = None,
    max_nfev: int = 400,
) -> Array:
    """lmfit's Levenberg-Marquardt with exact derivatives, steps measured by the size of the start.

    `residuals` gives shape (n,), `slopes` (n, k).
    """
    import lmfit  # type: ignore[import-untyped]

    names = [f"x{i}" for i in range(len(start))]
    lower = np.full(len(start), -np.inf) if lower is None else lower
    upper = np.full(len(start), np.inf) if upper is None else upper
    parameters = lmfit.Parameters()
    for name, value, low, high in zip(names, start, lower, upper, strict=True):
        parameters.add(name, value=float(value), min=float(low), max=float(high))

    def numbers(p: lmfit.Parameters) -> Array:
        return np.array([p[name].value for name in names])

    def far(p: lmfit.Parameters) -> Array:
        """The distances; where there is none, one so large that the step is taken back."""
        return np.nan_to_num(residuals(numbers(p)), nan=FAR, posinf=FAR, neginf=-FAR)

    def steep(p: lmfit.Parameters) -> Array:
        return np.nan_to_num(slopes(numbers(p)), nan=0.0, posinf=FAR, neginf=-FAR)

    minimizer = lmfit.Minimizer(far, parameters, calc_covar=False, nan_policy="propagate")
    return numbers(minimizer.leastsq(max_nfev=max_nfev, Dfun=steep, ftol=1e-10, xtol=1e-10).params)


class Patches:
    """The intervals of the corner between sample times, and the best end known in each."""

    def __init__(self, likelihood: Likelihood, held: tuple[NDArray[np.int64], Array] | None = None) -> None:
        self._likelihood = likelihood
        self._lower, self._upper = likelihood.box()
        if held is not None:
            self._lower[held[0]] = self._upper[held[0]] = held[1]
        self._corner = likelihood.space.corner
        self._edges = self._edges_of_intervals()
        self._known: dict[int, Optimum] = {}

    def _edges_of_intervals(self) -> Array:
        """The limits of the corner and the sample times between them."""
        if self._corner < 0:
            return np.empty(0)
        low, high = self._lower[self._corner], self._upper[self._corner]
        times = np.unique(self._likelihood.data.time)
        return np.concatenate([[low], times[(times > low) & (times < high)], [high]])

    def descend(self, x: Array) -> Optimum:
        """Downhill from x in its interval of the corner, then through neighbours as long as one of them is better."""
        if self._corner < 0:
            return newton(self._likelihood, x, self._lower, self._upper)
        here = int(np.clip(np.searchsorted(self._edges, x[self._corner]) - 1, 0, len(self._edges) - 2))
        self._enter(here, x)
        while True:
            for near in (here - 1, here + 1):
                if 0 <= near < len(self._edges) - 1 and near not in self._known:
                    self._enter(near, self._known[here].x)
            around = [k for k in (here - 1, here, here + 1) if k in self._known]
            best = min(around, key=lambda k: self._known[k].value)
            if self._known[best].value >= self._known[here].value - 1e-12:
                return self._known[here]
            here = best

    def _enter(self, k: int, x: Array) -> None:
        found = self._within(x, self._edges[k] + MARGIN, self._edges[k + 1] - MARGIN)
        if k not in self._known or found.value < self._known[k].value:
            self._known[k] = found

    def _within(self, x: Array, low: float, high: float) -> Optimum:
        """Downhill with the corner between `low` and `high` (held where they are one)."""
        lower, upper, start = self._lower.copy(), self._upper.copy(), x.copy()
        lower[self._corner], upper[self._corner] = low, high
        if not low < x[self._corner] < high:
            start[self._corner] = 0.5 * (low + high)
        return newton(self._likelihood, start, lower, upper)

    def settle(self, end: Optimum) -> tuple[Optimum, bool]:
        """The end itself, and whether it stands at a kink: then the corner is put on the sample's time exactly."""
        c = self._corner
        if c < 0 or not end.held[c] or not self._lower[c] + 1e-6 < end.x[c] < self._upper[c] - 1e-6:
            return end, False
        time = float(self._edges[np.argmin(np.abs(self._edges - end.x[c]))])
        return self._within(end.x, time, time), True
