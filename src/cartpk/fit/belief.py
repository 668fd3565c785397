"""Which parameters the samples do not bound.

A standard error looks at the best fit's neighbourhood alone: noise that bends the
tail makes a persistence rate look known to 80 % when the samples would fit no
decline at all as well. So where a standard error is not small, the parameter is
moved towards its limits; if the fit is not clearly worse at one, the interval has
no end there and the parameter is not estimable (practical non-identifiability:
Raue 2009, Bioinformatics 25:1923).
"""

from __future__ import annotations

import numpy as np

from cartpk.fit.estimate import Uncertainty
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.path import Path, t_quantile, threshold_of
from cartpk.fit.polish import Optimum
from cartpk.fit.space import STEP
from cartpk.fit_rules import FitRules
from cartpk.models import Parameter
from cartpk.models.scales import forth

__all__ = ["unbounded"]

FAR = 3.0


def unbounded(
    likelihood: Likelihood, optimum: Optimum, unsure: Uncertainty, rules: FitRules, df: int
) -> tuple[str, ...]:
    """Names of the parameters whose interval by profile likelihood has no end on one side."""
    n = int((~likelihood.data.blq).sum())
    threshold, t = threshold_of(n, df, rules.level), t_quantile(rules.level, df)
    out = []
    for parameter, untold in zip(likelihood.space.free, unsure.at_limit | unsure.singular, strict=True):
        if untold:
            continue
        width = t * _se(likelihood, optimum, unsure, parameter)
        path = Path(likelihood, parameter, optimum)
        if not all(path.ends(side, threshold, 2 * width) for side in _doubtful(path, parameter, width)):
            out.append(parameter.name)
    return tuple(out)


def _se(likelihood: Likelihood, optimum: Optimum, unsure: Uncertainty, parameter: Parameter) -> float:
    """The standard error on the parameter's own scale."""
    x, space = optimum.x[:-1], likelihood.space
    slopes = np.array(
        [
            np.imag(forth(parameter.scale, space.parameters(x + 1j * STEP * e)[parameter.name])) / STEP
            for e in np.eye(len(x))
        ]
    )
    return float(np.sqrt(slopes @ unsure.covariance[:-1, :-1] @ slopes))


def _doubtful(path: Path, parameter: Parameter, width: float) -> list[int]:
    """The sides on which the interval might have no end: where its half-width is not small beside what is left there.

    Downwards a logarithm has no end before its limit, so there the value itself is what is left: half of it.
    """
    low, high = path.limits()
    room_below = path.best - low
    if parameter.scale != "linear":
        room_below = min(room_below, FAR * 0.5)
    return [side for side, room in ((-1, room_below), (1, high - path.best)) if not FAR * width < room]
