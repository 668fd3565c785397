"""From the best fit to numbers that can be believed: `Fitted`, with an interval or a reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartpk.fit.likelihood import Likelihood
from cartpk.fit.path import t_quantile
from cartpk.fit.quantities import quantities_of, values_of
from cartpk.fit.search import Found
from cartpk.fit.space import Space
from cartpk.fit_rules import FitRules
from cartpk.models import KineticModel
from cartpk.models.kinetic import Scale
from cartpk.models.scales import back, forth
from cartpk.reasons import Reason

__all__ = [
    "Estimate",
    "Fitted",
    "Uncertainty",
    "curvature_of",
    "estimate",
    "invert",
    "nothing",
    "uncertainty_of",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One quantity: its value and interval, or why there is none (`interval_reason` where the interval alone is missing)."""

    value: float
    se: float
    lower: float
    upper: float
    reason: Reason = Reason.NONE
    interval_reason: Reason = Reason.NONE

    @classmethod
    def missing(cls, reason: Reason) -> Estimate:
        """No value."""
        return cls(np.nan, np.nan, np.nan, np.nan, reason, reason)


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """What the curvature of the likelihood tells.

    Attributes:
        covariance: of the free coordinates and ln(sigma), shape (k + 1, k + 1); 0 for those at a limit.
        at_limit, singular: coordinates at a limit, and those that the likelihood does not tell, shape (k,).
        condition: largest over smallest curvature, each coordinate measured by its own.
        saddle: whether the likelihood rises in some direction.
    """

    covariance: Array
    at_limit: NDArray[np.bool_]
    singular: NDArray[np.bool_]
    condition: float
    saddle: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The fit of one model to one profile.

    Attributes:
        model: its name.
        reason: why the whole fit is not given; `Reason.NONE` where it is.
        n_obs, n_blq: quantifiable samples and those below the limit that entered.
        estimates: name -> Estimate of every quantity.
        parameters: the best fit as found, believed or not (empty where there was no search).
        free, held: names of the parameters searched, and values of those held.
        coordinates: where the best fit lies in the search space; `covariance` of them and of ln(sigma).
        sigma: residual SD of logs, corrected for the parameters; NaN where there is no fit.
        df: degrees of freedom, quantifiable samples less parameters.
        deviance: negative log-likelihood at the best fit, without priors.
        starts, agree: how many searches there were, and how many ended at the best fit.
        at_kink: whether a corner stands on a sample's time, as the peak does where the highest sample lies above the curve.
        condition: of the curvature; `gradient`: the largest derivative left over.
    """

    model: str
    reason: Reason
    n_obs: int
    n_blq: int
    estimates: Mapping[str, Estimate]
    parameters: Mapping[str, float] = field(default_factory=dict)
    free: tuple[str, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict)
    coordinates: Array = field(default_factory=lambda: np.empty(0))
    covariance: Array = field(default_factory=lambda: np.empty((0, 0)))
    sigma: float = np.nan
    df: int = 0
    deviance: float = np.nan
    starts: int = 0
    agree: int = 0
    at_kink: bool = False
    condition: float = np.nan
    gradient: float = np.nan

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for few samples; NaN where they are too few for the correction."""
        k = len(self.free) + 1
        room = self.n_obs - k - 1
        return 2 * self.deviance + 2 * k + 2 * k * (k + 1) / room if room > 0 else np.nan

    @property
    def bic(self) -> float:
        """The Bayesian criterion."""
        return 2 * self.deviance + (len(self.free) + 1) * float(np.log(self.n_obs)) if self.n_obs else np.nan

    @property
    def correlation(self) -> Array:
        """Correlations of the free coordinates, shape (k, k); NaN for one at a limit."""
        c = self.covariance[:-1, :-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            sd = np.sqrt(np.diag(c))
            return np.asarray(c / np.outer(sd, sd))

    @property
    def believed(self) -> bool:
        """Whether every parameter that was searched is estimable."""
        return not self.reason and all(not self.estimates[name].reason for name in self.free)

    def __repr__(self) -> str:
        if self.reason:
            return f"Fitted: {self.model}, {self.reason.name}"
        numbers = ", ".join(f"{name} {self.parameters[name]:.5g}" for name in self.free)
        return f"Fitted: {self.model}, {numbers}, sigma {self.sigma:.3g}, {self.agree} of {self.starts} starts agree"


def uncertainty_of(likelihood: Likelihood, found: Found, inflation: float) -> Uncertainty:
    """Covariance from the curvature at the best fit; `inflation` corrects for the parameters that were fitted."""
    h, near = curvature_of(likelihood, found)
    covariance, singular, condition, saddle = invert(h, ~near)
    return Uncertainty(inflation * covariance, near[:-1], singular[:-1], condition, saddle)


def invert(h: Array, free: NDArray[np.bool_]) -> tuple[Array, NDArray[np.bool_], float, bool]:
    """The inverse of a curvature on the free coordinates, which of them it does not tell, its condition, whether it is a saddle."""
    covariance, singular = np.zeros_like(h), np.zeros(len(h), bool)
    diagonal = np.diag(h)
    singular[free & ~(diagonal > 0)] = True
    told = np.flatnonzero(free & ~singular)
    if not len(told):
        return covariance, singular, np.inf, False
    scale = 1.0 / np.sqrt(diagonal[told])
    values, vectors = np.linalg.eigh(h[np.ix_(told, told)] * np.outer(scale, scale))
    flat = values < 1e-9
    weights = (np.square(vectors[:, flat])).sum(axis=1)
    singular[told[weights > 1e-3]] = True
    inverse = (vectors[:, ~flat] / values[~flat]) @ vectors[:, ~flat].T
    covariance[np.ix_(told, told)] = inverse * np.outer(scale, scale)
    condition = float(values[-1] / values[0]) if values[0] > 0 else np.inf
    return covariance, singular, condition, bool(values[0] < -1e-6)


def curvature_of(likelihood: Likelihood, found: Found) -> tuple[Array, NDArray[np.bool_]]:
    """Second derivatives at the best fit, and which coordinates stand at a limit.

    At a kink the derivatives by the corner do not exist: there they are Gauss and Newton's, with the slopes of both
    sides averaged.
    """
    x = found.optimum.x
    lower, upper = likelihood.box()
    room = np.full(len(x), 1e-3)
    room[:-1][[p.name == likelihood.space.placed for p in likelihood.space.free]] = 0.5
    near = (x - lower < room) | (upper - x < room)
    if not found.kinks:
        return likelihood.hessian(x), near
    beside = 1e-7 * np.eye(len(x) - 1)[list(found.kinks)]
    slopes = likelihood.curves_and_slopes(np.concatenate([x[:-1] - beside, x[:-1] + beside]))[1].mean(axis=0)
    return likelihood.gradient_and_curvature(x, slopes)[1], near


def estimate(
    likelihood: Likelihood,
    found: Found,
    rules: FitRules,
    horizons: Mapping[str, float],
    lloq: float,
    unsure: Uncertainty,
    df: int,
    inflation: float,
    loose: tuple[str, ...] = (),
) -> Fitted:
    """Every quantity of a fit with its interval, or its reason.

    `inflation` corrects sigma for the parameters fitted; `loose` are parameters whose interval has no end.
    """
    space, opt = likelihood.space, found.optimum
    n_blq = int(likelihood.data.blq.sum())
    n_obs = len(likelihood.data) - n_blq
    reason = Reason.NONE
    if not opt.converged:
        reason = Reason.NOT_CONVERGED
    elif found.agree < rules.agree_min * found.starts:
        reason = Reason.STARTS_DISAGREE
    elif unsure.saddle:
        reason = Reason.SINGULAR_HESSIAN
    free = np.flatnonzero(~opt.held)
    return Fitted(
        model=space.model.name,
        reason=reason,
        n_obs=n_obs,
        n_blq=n_blq,
        estimates=_estimates(space, opt.x[:-1], unsure, rules, horizons, lloq, df, reason, loose),
        parameters=space.numbers(opt.x[:-1]),
        free=tuple(p.name for p in space.free),
        held=dict(space.fixed),
        coordinates=opt.x[:-1],
        covariance=unsure.covariance,
        sigma=float(np.exp(opt.x[-1]) * np.sqrt(inflation)),
        df=df,
        deviance=likelihood.deviance(opt.x),
        starts=found.starts,
        agree=found.agree,
        at_kink=bool(found.kinks),
        condition=unsure.condition,
        gradient=float(np.abs(opt.gradient[free]).max()) if len(free) else 0.0,
    )


def nothing(model: KineticModel, reason: Reason, n_obs: int, n_blq: int, horizons: Mapping[str, float]) -> Fitted:
    """A profile without a fit."""
    missing = Estimate.missing(reason)
    return Fitted(model.name, reason, n_obs, n_blq, {q.name: missing for q in quantities_of(model, horizons)})


def _estimates(
    space: Space,
    x: Array,
    unsure: Uncertainty,
    rules: FitRules,
    horizons: Mapping[str, float],
    lloq: float,
    df: int,
    reason: Reason,
    loose: tuple[str, ...],
) -> dict[str, Estimate]:
    quantities = quantities_of(space.model, horizons)
    if reason:
        return {q.name: Estimate.missing(reason) for q in quantities}

    def values(at: Array) -> dict[str, float]:
        return values_of(space.model, space.numbers(at), horizons, lloq)

    here = values(x)
    steps = 1e-5 * np.maximum(1.0, np.abs(x))
    ups, downs = [values(x + e) for e in np.diag(steps)], [values(x - e) for e in np.diag(steps)]
    t = t_quantile(rules.level, df)
    untold = np.array([p.name in loose for p in space.free], bool)
    scales = {p.name: p.scale for p in space.free}
    own = np.array(
        [
            (forth(scales[p.name], up[p.name]) - forth(scales[p.name], down[p.name])) / (2 * step)
            for p, up, down, step in zip(space.free, ups, downs, steps, strict=True)
        ]
    )
    out = {}
    for q in quantities:
        value = here[q.name]
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = np.array(
                [
                    (forth(q.scale, up[q.name]) - forth(q.scale, down[q.name])) / (2 * step)
                    for up, down, step in zip(ups, downs, steps, strict=True)
                ]
            )
        if q.name in space.fixed:
            out[q.name] = Estimate(value, np.nan, np.nan, np.nan, Reason.NONE, Reason.FIXED)
        elif q.name in loose:
            out[q.name] = Estimate.missing(Reason.NOT_ESTIMABLE)
        elif q.name == "time_below_lloq" and np.isnan(lloq):
            out[q.name] = Estimate.missing(Reason.NO_LLOQ)
        else:
            out[q.name] = _judged(value, slopes, q.scale, unsure, t, rules.rse_max_pct, untold, own)
    return out


def _judged(
    value: float,
    slopes: Array,
    scale: Scale,
    unsure: Uncertainty,
    t: float,
    rse_max_pct: float,
    untold: NDArray[np.bool_],
    own: Array,
) -> Estimate:
    """A quantity with its interval by the delta method on its scale, if the samples tell it.

    It is not told where a parameter at a limit moves it by more than a hundredth as far as itself (`own` is how far
    each coordinate moves its own parameter), or where more than half of its variance comes from those `untold`.
    """
    if not np.isfinite(value) or not np.all(np.isfinite(slopes)):
        return Estimate.missing(Reason.NOT_ESTIMABLE)
    moves = np.abs(slopes) > 0.01 * np.abs(own)
    if np.any(moves & unsure.at_limit):
        return Estimate.missing(Reason.AT_LIMIT)
    if np.any((np.abs(slopes) > 1e-6) & unsure.singular):
        return Estimate.missing(Reason.SINGULAR_HESSIAN)
    if not np.any(np.abs(slopes) > 0):
        return Estimate(value, np.nan, np.nan, np.nan, Reason.NONE, Reason.FIXED)
    k = len(slopes)
    covariance = unsure.covariance[:k, :k]
    variance = float(slopes @ covariance @ slopes)
    if np.any(untold & (np.square(slopes) * np.diag(covariance) > 0.5 * variance)):
        return Estimate.missing(Reason.NOT_ESTIMABLE)
    width = float(np.sqrt(variance))
    se = width * {"log": abs(value), "logit": value * (1 - value), "linear": 1.0}[scale]
    if not se <= abs(value) * rse_max_pct / 100:
        return Estimate.missing(Reason.NOT_ESTIMABLE)
    place = float(forth(scale, value))
    return Estimate(value, se, float(back(scale, place - t * width)), float(back(scale, place + t * width)))
