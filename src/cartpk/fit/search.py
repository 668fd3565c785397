"""From several starts to the best fit: least squares first, then the censored likelihood, then every interval of Tmax.

A curve with a corner (at Tmax, at the end of a lag) makes the likelihood a
patchwork: smooth while the corner stays between two samples, with a kink at
each sample, and often lowest at one (the highest sample lies above the curve
there). So corners are searched interval by interval.
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
        optimum: where it is; at a kink the corner's coordinate stands on a sample's time and is `held`.
        kinks: the coordinates of corners that stand on a sample's time.
        starts, agree: how many starts there were, and how many ended there.
    """

    optimum: Optimum
    kinks: tuple[int, ...]
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
    max_nfev: int = 150,
    tolerance: float = 1e-6,
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
    return numbers(minimizer.leastsq(max_nfev=max_nfev, Dfun=steep, ftol=tolerance, xtol=tolerance).params)


Cell = tuple[int, ...]


class Patches:
    """The intervals of the corners between sample times, one of each corner making a patch, and the best end known in each."""

    def __init__(self, likelihood: Likelihood, held: tuple[NDArray[np.int64], Array] | None = None) -> None:
        self._likelihood = likelihood
        self._lower, self._upper = likelihood.box()
        if held is not None:
            self._lower[held[0]] = self._upper[held[0]] = held[1]
        self._corners = list(likelihood.space.corners)
        self._edges = [self._edges_of(c) for c in self._corners]
        self._known: dict[Cell, Optimum] = {}

    def _edges_of(self, corner: int) -> Array:
        """The limits of a corner and the sample times between them."""
        low, high = self._lower[corner], self._upper[corner]
        times = np.unique(self._likelihood.data.time)
        return np.concatenate([[low], times[(times > low) & (times < high)], [high]])

    def descend(self, x: Array) -> Optimum:
        """Downhill from x in its patch, then through neighbours as long as one of them is better."""
        here = self._cell_of(x)
        self._enter(here, x)
        while True:
            around = self._neighbours(here)
            for near in around:
                if near not in self._known:
                    self._enter(near, self._known[here].x, self._known[here].value)
            best = min([here, *around], key=lambda cell: self._known[cell].value)
            if self._known[best].value >= self._known[here].value - 1e-12:
                return self._known[here]
            here = best

    def _cell_of(self, x: Array) -> Cell:
        places = zip(self._edges, x[self._corners], strict=True)
        return tuple(int(np.clip(np.searchsorted(edges, at) - 1, 0, len(edges) - 2)) for edges, at in places)

    def _neighbours(self, cell: Cell) -> list[Cell]:
        """The patches that differ in one corner's interval by one."""
        moved = [(*cell[:j], cell[j] + step, *cell[j + 1 :]) for j in range(len(cell)) for step in (-1, 1)]
        return [c for c in moved if all(0 <= k < len(edges) - 1 for k, edges in zip(c, self._edges, strict=True))]

    def _enter(self, cell: Cell, x: Array, below: float = np.inf) -> None:
        bounds = [(edges[k] + MARGIN, edges[k + 1] - MARGIN) for k, edges in zip(cell, self._edges, strict=True)]
        found = self._within(x, bounds, below)
        if cell not in self._known or found.value < self._known[cell].value:
            self._known[cell] = found

    def _within(self, x: Array, bounds: list[tuple[float, float]], below: float = np.inf) -> Optimum:
        """Downhill with each corner within its bounds (held where they are one)."""
        lower, upper, start = self._lower.copy(), self._upper.copy(), x.copy()
        for corner, (low, high) in zip(self._corners, bounds, strict=True):
            lower[corner], upper[corner] = low, high
            if not low < x[corner] < high:
                start[corner] = 0.5 * (low + high)
        return newton(self._likelihood, start, lower, upper, below=below)

    def settle(self, end: Optimum) -> tuple[Optimum, tuple[int, ...]]:
        """The end itself, and the corners that stand at a kink: they are put on the sample's time exactly."""
        bounds, kinks = [], []
        for corner, edges in zip(self._corners, self._edges, strict=True):
            at = float(end.x[corner])
            time = float(edges[np.argmin(np.abs(edges - at))])
            k = int(np.clip(np.searchsorted(edges, at) - 1, 0, len(edges) - 2))
            bounds.append((float(edges[k]) + MARGIN, float(edges[k + 1]) - MARGIN))
            if end.held[corner] and self._lower[corner] + 1e-6 < at < self._upper[corner] - 1e-6:
                bounds[-1] = (time, time)
                kinks.append(corner)
        return (self._within(end.x, bounds), tuple(kinks)) if kinks else (end, ())
