"""How the best fit worsens as one parameter is moved and held: what intervals and belief are made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.fit.likelihood import Likelihood
from cartpk.fit.polish import Optimum
from cartpk.fit.search import polish
from cartpk.fit.space import Space
from cartpk.models import Parameter
from cartpk.models.scales import back, forth

__all__ = ["Path", "t_quantile", "threshold_of"]

Array = NDArray[np.float64]
STEPS = 60
TOLERANCE = 1e-9


def t_quantile(level: float, df: int) -> float:
    """The quantile of Student's t of a two-sided interval."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + 0.5 * level))


def threshold_of(n: int, df: int, level: float) -> float:
    """Twice the loss of log-likelihood at the ends of an interval: n ln(1 + t²/df), an F test where nothing is censored."""
    return n * float(np.log1p(t_quantile(level, df) ** 2 / df))


class Path:
    """Fits with one parameter held, each started from its nearest neighbour."""

    def __init__(self, likelihood: Likelihood, parameter: Parameter, optimum: Optimum) -> None:
        self._likelihood, self._parameter, self._value = likelihood, parameter, optimum.value
        best = likelihood.space.numbers(optimum.x[:-1])
        self.best = float(forth(parameter.scale, best[parameter.name]))
        self._ends: dict[float, tuple[float, dict[str, float], float]] = {self.best: (0.0, best, float(optimum.x[-1]))}

    def loss(self, u: float) -> float:
        """Twice the loss of log-likelihood with the parameter at u on its scale."""
        if u not in self._ends:
            self._ends[u] = self._fit(u)
        return self._ends[u][0]

    def _fit(self, u: float) -> tuple[float, dict[str, float], float]:
        near = min(self._ends, key=lambda known: abs(known - u))
        _, start, log_sigma = self._ends[near]
        whole, value = self._likelihood.space, float(back(self._parameter.scale, u))
        held = {**whole.fixed, self._parameter.name: value}
        priors = {name: prior for name, prior in whole.priors.items() if name not in held}
        space = Space(whole.model, held, whole.limits, priors, whole.exact, whole.place_larger)
        likelihood = Likelihood(self._likelihood.data, space)
        end = polish(likelihood, np.append(space.coordinates({**start, **held}), log_sigma)).optimum
        own = 0.0 if self._parameter.name not in whole.priors else whole.distance(self._parameter, value) ** 2
        return 2 * (end.value - self._value) + own, space.numbers(end.x[:-1]), float(end.x[-1])

    def limits(self) -> tuple[float, float]:
        """How far the parameter can go, on its scale."""
        return self._likelihood.space.reach(self._parameter)

    def crossing(self, side: int, threshold: float) -> float:
        """Where the loss passes the threshold on one side; NaN where it does not before the limit."""
        low, high = self.limits()
        inside, step = self.best, 0.05 if self._parameter.scale != "linear" else 0.1
        for _ in range(STEPS):
            outside = float(np.clip(inside + side * step, low, high))
            if self.loss(outside) >= threshold:
                return self._between(inside, outside, threshold)
            if outside in (low, high):
                return np.nan
            inside, step = outside, step * 1.4
        return np.nan

    def _between(self, inside: float, outside: float, threshold: float) -> float:
        """The crossing, by Brent on the square root of the loss."""
        from scipy.optimize import brentq

        root = float(np.sqrt(threshold))
        u = brentq(lambda v: np.sqrt(max(self.loss(v), 0.0)) - root, inside, outside, xtol=TOLERANCE, rtol=1e-12)
        return float(back(self._parameter.scale, u))

    def ends(self, side: int, threshold: float, width: float) -> bool:
        """Whether the loss passes the threshold on one side before the limit, looked for in steps that double from `width`."""
        limit = self.limits()[0 if side < 0 else 1]
        step = width
        while True:
            u = self.best + side * step
            if side * (limit - u) <= 0:
                return self.loss(limit) >= threshold
            if self.loss(u) >= threshold:
                return True
            step *= 2

    def seen(self) -> tuple[Array, Array]:
        """Values tried and their losses, in order."""
        places = sorted(self._ends)
        values = np.array([float(back(self._parameter.scale, u)) for u in places])
        return values, np.array([self._ends[u][0] for u in places])
