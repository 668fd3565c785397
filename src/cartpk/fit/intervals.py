"""Intervals by profile likelihood: how far a parameter can go before the fit becomes clearly worse.

The threshold on twice the loss of log-likelihood is n ln(1 + t²/(n - p)), which is what an F test says where nothing
is censored; so these intervals suit a dozen samples, as those by chi-squared would not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit.estimate import t_quantile
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.problem import find_model, problems_of, space_of
from cartpk.fit.search import polish, search
from cartpk.fit.space import Space, back, forth
from cartpk.fit_rules import FitRules
from cartpk.models import KineticModel, Parameter
from cartpk.profiles import Profiles
from cartpk.reasons import Reason

__all__ = ["LikelihoodProfile", "profile_likelihood"]

Array = NDArray[np.float64]
STEPS = 60
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodProfile:
    """How the best fit worsens as one parameter is moved.

    Attributes:
        model, name: whose parameter.
        best: its value at the best fit.
        lower, upper: the interval; NaN where the fit is not clearly worse as far as the parameter's limit.
        value, loss: the values tried, in order, and twice the loss of log-likelihood there, shape (n,).
        threshold: the loss at the ends of the interval.
    """

    model: str
    name: str
    best: float
    lower: float
    upper: float
    value: Array
    loss: Array
    threshold: float


def profile_likelihood(
    profile: Profiles, model: str | KineticModel, name: str, rules: FitRules | None = None
) -> LikelihoodProfile:
    """The profile likelihood of one parameter and its interval.

    Args:
        profile: one profile (``profiles[i]``).
        model: a model's name, or one of your own.
        name: a parameter that is searched.
        rules: how to fit; what they share between profiles is each profile's own here.

    Raises:
        UsageError: more than one profile, a parameter that is not searched, or a profile that cannot be fitted.
    """
    rules, found_model = FitRules() if rules is None else rules, find_model(model)
    if len(profile) != 1:
        raise UsageError(f"profile_likelihood takes one profile, not {len(profile)}: give profiles[i]")
    space = space_of(found_model, rules)
    parameter = next((p for p in space.free if p.name == name), None)
    if parameter is None:
        raise UsageError(
            f"{name!r} is not searched in {found_model.name}: give one of {', '.join(p.name for p in space.free)}"
        )
    (problem,) = problems_of(profile)
    n = int((~problem.data.blq).sum())
    df = n - len(space.free)
    reason = problem.reason or (Reason.TOO_FEW_SAMPLES if df <= 0 else Reason.NONE)
    if reason:
        raise UsageError(f"the profile cannot be fitted by {found_model.name}: {reason.sentence}")
    with np.errstate(all="ignore"):
        optimum = search(Likelihood(problem.data, space), rules.starts).optimum
        path = _Path(Likelihood(problem.data, space), parameter, optimum.x, optimum.value)
        threshold = n * float(np.log1p(t_quantile(rules.level, df) ** 2 / df))
        lower, upper = path.crossing(-1, threshold), path.crossing(1, threshold)
    values, losses = path.seen()
    best = space.numbers(optimum.x[:-1])[name]
    return LikelihoodProfile(found_model.name, name, best, lower, upper, values, losses, threshold)


class _Path:
    """Fits with one parameter held, each started from its nearest neighbour."""

    def __init__(self, likelihood: Likelihood, parameter: Parameter, x: Array, value: float) -> None:
        self._likelihood, self._parameter, self._value = likelihood, parameter, value
        space = likelihood.space
        self._best = float(forth(parameter.scale, space.numbers(x[:-1])[parameter.name]))
        self._ends: dict[float, tuple[float, dict[str, float], float]] = {
            self._best: (0.0, space.numbers(x[:-1]), float(x[-1]))
        }

    def loss(self, u: float) -> float:
        """Twice the loss of log-likelihood with the parameter at u on its scale."""
        if u not in self._ends:
            self._ends[u] = self._fit(u)
        return self._ends[u][0]

    def _fit(self, u: float) -> tuple[float, dict[str, float], float]:
        near = min(self._ends, key=lambda known: abs(known - u))
        _, start, log_sigma = self._ends[near]
        whole, name = self._likelihood.space, self._parameter.name
        space = Space(whole.model, {**whole.fixed, name: float(back(self._parameter.scale, u))}, whole.limits, whole.priors, whole.exact)  # fmt: skip
        likelihood = Likelihood(self._likelihood.data, space)
        end = polish(likelihood, np.append(space.coordinates({**start, **space.fixed}), log_sigma)).optimum
        return 2 * (end.value - self._value), space.numbers(end.x[:-1]), float(end.x[-1])

    def crossing(self, side: int, threshold: float) -> float:
        """Where the loss passes the threshold on one side; NaN where it does not before the limit."""
        low, high = (float(forth(self._parameter.scale, v)) for v in self._limits())
        inside, step = self._best, 0.05 if self._parameter.scale != "linear" else 0.1
        for _ in range(STEPS):
            outside = float(np.clip(inside + side * step, low, high))
            if self.loss(outside) >= threshold:
                return self._between(inside, outside, threshold)
            if outside in (low, high):
                return np.nan
            inside, step = outside, step * 1.4
        return np.nan

    def _limits(self) -> tuple[float, float]:
        space = self._likelihood.space
        low, high = space.limits_of(self._parameter)
        above, held = space.model.above, space.fixed
        if above and above[0] == self._parameter.name and above[1] in held:
            low = max(low, held[above[1]] * (1 + 1e-9))
        if above and above[1] == self._parameter.name:
            high = min(high, held.get(above[0], high) * (1 - 1e-9))
        return low, high

    def _between(self, inside: float, outside: float, threshold: float) -> float:
        """The crossing, by Brent on the square root of the loss."""
        from scipy.optimize import brentq

        root = float(np.sqrt(threshold))
        u = brentq(lambda v: np.sqrt(max(self.loss(v), 0.0)) - root, inside, outside, xtol=TOLERANCE, rtol=1e-12)
        return float(back(self._parameter.scale, u))

    def seen(self) -> tuple[Array, Array]:
        """Values tried and their losses, in order."""
        places = sorted(self._ends)
        values = np.array([float(back(self._parameter.scale, u)) for u in places])
        return values, np.array([self._ends[u][0] for u in places])
