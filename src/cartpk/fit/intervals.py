"""Intervals by profile likelihood: how far a parameter can go before the fit becomes clearly worse.

The threshold on twice the loss of log-likelihood is n ln(1 + t²/(n - p)), which is what an F test says where nothing
is censored; so these intervals suit a dozen samples, as those by chi-squared would not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.path import Path, threshold_of
from cartpk.fit.problem import find_model, problems_of, space_of
from cartpk.fit.search import search
from cartpk.fit_rules import FitRules
from cartpk.models import KineticModel
from cartpk.profiles import Profiles
from cartpk.reasons import Reason

__all__ = ["LikelihoodProfile", "profile_likelihood"]

Array = NDArray[np.float64]


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
        path = Path(Likelihood(problem.data, space), parameter, optimum)
        threshold = threshold_of(n, df, rules.level)
        lower, upper = path.crossing(-1, threshold), path.crossing(1, threshold)
    values, losses = path.seen()
    best = space.numbers(optimum.x[:-1])[name]
    return LikelihoodProfile(found_model.name, name, best, lower, upper, values, losses, threshold)
