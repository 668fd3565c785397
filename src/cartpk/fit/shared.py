"""A parameter common to the profiles of a group: one likelihood over all of them.

For each value of what is shared every profile is fitted to its own rest; the
sum of these best likelihoods is then lowered over what is shared, by the same
Newton steps as everywhere. Its curvature is that of the joint likelihood with
the profiles' own coordinates eliminated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.fit.belief import unbounded
from cartpk.fit.estimate import Fitted, Uncertainty, curvature_of, estimate, invert, nothing, uncertainty_of
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.path import threshold_of
from cartpk.fit.polish import Optimum, newton
from cartpk.fit.problem import Problem, space_of
from cartpk.fit.search import AGREE, Found, polish, search
from cartpk.fit.space import Space
from cartpk.fit_rules import FitRules
from cartpk.models import KineticModel
from cartpk.profiles import Profiles
from cartpk.reasons import Reason

__all__ = ["Group", "fit_group", "groups_of"]

Array = NDArray[np.float64]
OWN_STARTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The profiles that share parameters, and the names of these."""

    problems: Sequence[Problem]
    shared: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.problems)


def groups_of(
    model: KineticModel, profiles: Profiles, problems: Sequence[Problem], rules: FitRules
) -> list[tuple[list[int], Group]]:
    """The groups by assay, matrix and the column that the rules name, each with the numbers of its profiles; none: nothing is shared.

    Raises:
        RulesError: a column that is not there, two columns in one model, or a parameter that cannot be shared.
    """
    by = {name: rule.shared for name, rule in rules.of(model.name).items() if rule.shared}
    if not by:
        return []
    columns = sorted(set(by.values()))
    if len(columns) > 1:
        raise RulesError(f"model {model.name}: parameters are shared by {', '.join(columns)}: share by one column")
    column, shared = columns[0], tuple(name for name in model.names if name in by)
    for name in model.kinks:
        if name in shared:
            raise RulesError(f"model {model.name}: {name} cannot be shared, each profile has its own")
    if model.above and model.above[0] in shared and model.above[1] not in shared:
        held = rules.of(model.name).get(model.above[1])
        if held is None or held.fixed is None:
            raise RulesError(f"model {model.name}: to share {model.above[0]}, share or fix {model.above[1]} too")
    if column not in profiles.covariates:
        near = get_close_matches(column, profiles.covariates, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise RulesError(
            f"model {model.name}: no column {column!r} to share by ({', '.join(profiles.covariates)}){hint}"
        )
    levels, keys = profiles.covariates[column], profiles.keys
    places: dict[tuple[str, str, str], list[int]] = {}
    for i in range(len(profiles)):
        places.setdefault((keys.assay[i], keys.matrix[i], levels[i]), []).append(i)
    return [(some, Group([problems[i] for i in some], shared)) for some in places.values()]


class Joint:
    """The sum of the profiles' best negative log-likelihoods, over the shared coordinates."""

    def __init__(self, likelihoods: Sequence[Likelihood], shared: NDArray[np.int64], own: Sequence[Array]) -> None:
        self._likelihoods, self._shared = likelihoods, shared
        self._own = list(own)
        self._at: Array | None = None
        self._ends: list[Found] = []

    def ends(self, u: Array) -> list[Found]:
        """The best fit of every profile with the shared coordinates at u."""
        if self._at is None or not np.array_equal(u, self._at):
            self._ends = []
            for i, likelihood in enumerate(self._likelihoods):
                start = self._own[i].copy()
                start[self._shared] = u
                self._ends.append(polish(likelihood, start, (self._shared, u)))
                self._own[i] = self._ends[i].optimum.x
            self._at = u.copy()
        return self._ends

    def value(self, u: Array) -> float:
        """The sum at u."""
        return sum(end.optimum.value for end in self.ends(u))

    def gradient_and_curvature(self, u: Array) -> tuple[Array, Array]:
        """Its derivatives."""
        ends = self.ends(u)
        gradient = np.sum([end.optimum.gradient[self._shared] for end in ends], axis=0)
        return gradient, self.hessian(u)

    def hessian(self, u: Array) -> Array:
        """Its second derivatives, the profiles' own coordinates eliminated."""
        return np.asarray(np.sum([p.left for p in self.pieces(u)], axis=0))

    def pieces(self, u: Array) -> list[Piece]:
        """The curvature of each profile in blocks."""
        ends = self.ends(u)
        pairs = zip(self._likelihoods, ends, strict=True)
        return [Piece.of(likelihood, end, self._shared) for likelihood, end in pairs]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One profile's curvature at the best fit.

    Attributes:
        left: by the shared coordinates, the own ones eliminated.
        inverse: inverse by the own coordinates, 0 for those at a limit; `slope`: inverse times the mixed block.
        singular, near: own coordinates (all of x) that are not told, or at a limit; `saddle` and `condition` as in `Uncertainty`.
    """

    left: Array
    inverse: Array
    slope: Array
    singular: NDArray[np.bool_]
    near: NDArray[np.bool_]
    saddle: bool
    condition: float

    @classmethod
    def of(cls, likelihood: Likelihood, end: Found, shared: NDArray[np.int64]) -> Piece:
        """From the curvature of the whole profile."""
        h, near = curvature_of(likelihood, end)
        own = ~near
        own[shared] = False
        inverse, singular, condition, saddle = invert(h, own)
        slope = inverse @ h[:, shared]
        left = h[np.ix_(shared, shared)] - h[shared] @ slope
        return cls(left, inverse, slope, singular, near, saddle, condition)


def fit_group(model: KineticModel, group: Group, rules: FitRules, horizons: Mapping[str, float]) -> list[Fitted]:
    """Every profile of a group, with what they share in common; one that cannot be fitted has its reason and does not enter."""
    space = space_of(model, rules)
    n_own = len(space.free) - len(group.shared)
    out: dict[int, Fitted] = {}
    for i, problem in enumerate(group.problems):
        n_blq = int(problem.data.blq.sum())
        n_obs = len(problem.data) - n_blq
        reason = problem.reason or (Reason.TOO_FEW_SAMPLES if n_obs <= n_own else Reason.NONE)
        if reason:
            out[i] = nothing(model, reason, n_obs, n_blq, horizons)
    fitted = [i for i in range(len(group)) if i not in out]
    if fitted:
        problems = [group.problems[i] for i in fitted]
        out |= dict(zip(fitted, _fit_together(model, space, problems, group.shared, rules, horizons), strict=True))
    return [out[i] for i in range(len(group))]


def _fit_together(
    model: KineticModel,
    space: Space,
    problems: Sequence[Problem],
    shared: tuple[str, ...],
    rules: FitRules,
    horizons: Mapping[str, float],
) -> list[Fitted]:
    n_obs = [int((~p.data.blq).sum()) for p in problems]
    df = sum(n_obs) - len(problems) * (len(space.free) - len(shared)) - len(shared)
    if df <= 0:
        return [_nothing(model, Reason.TOO_FEW_SAMPLES, p, horizons) for p in problems]
    likelihoods = [Likelihood(p.data, space) for p in problems]
    try:
        joint, best, agree, tried = _search(model, likelihoods, shared, rules)
        u = best.x
        pieces, ends = joint.pieces(u), joint.ends(u)
        whole, untold, condition, saddle = invert(joint.hessian(u), ~best.held)
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return [_nothing(model, Reason.NOT_CONVERGED, p, horizons) for p in problems]
    out = []
    index = np.array([[p.name for p in space.free].index(name) for name in shared])
    inflation = sum(n_obs) / df
    threshold = threshold_of(sum(n_obs), df, rules.level)
    together = tuple(name for j, name in enumerate(shared) if not _ends(joint, best, space, index, j, threshold))
    for problem, likelihood, piece, end in zip(problems, likelihoods, pieces, ends, strict=True):
        covariance = piece.inverse + piece.slope @ whole @ piece.slope.T
        mixed = -piece.slope @ whole
        covariance[:, index], covariance[index, :] = mixed, mixed.T
        covariance[np.ix_(index, index)] = whole
        at_limit, singular = piece.near[:-1].copy(), piece.singular[:-1].copy()
        at_limit[index], singular[index] = best.held, untold
        unsure = Uncertainty(inflation * covariance, at_limit, singular, max(condition, piece.condition), saddle or piece.saddle)  # fmt: skip
        optimum = Optimum(end.optimum.x, end.optimum.value, _rest(end, best, index), end.optimum.held, best.converged and end.optimum.converged)  # fmt: skip
        found = Found(optimum, end.kinks, tried, agree)
        loose = (*together, *_loose_alone(likelihood, end, shared, rules, inflation))
        out.append(estimate(likelihood, found, rules, horizons, problem.lloq, unsure, df, inflation, loose))
    return out


def _ends(joint: Joint, best: Optimum, space: Space, index: NDArray[np.int64], j: int, threshold: float) -> bool:
    """Whether the joint fit is clearly worse with a shared coordinate at either limit."""
    low, high = (limit[index] for limit in space.box())
    for limit in (low[j], high[j]):
        lower, upper, start = low.copy(), high.copy(), best.x.copy()
        lower[j] = upper[j] = start[j] = limit
        if 2 * (newton(joint, start, lower, upper).value - best.value) < threshold:
            return False
    joint.ends(best.x)
    return True


def _loose_alone(
    likelihood: Likelihood, end: Found, shared: tuple[str, ...], rules: FitRules, inflation: float
) -> tuple[str, ...]:
    """The profile's own parameters whose interval has no end, with what is shared held."""
    space = likelihood.space
    numbers = space.numbers(end.optimum.x[:-1])
    hold = {**space.fixed, **{name: numbers[name] for name in shared}}
    priors = {name: prior for name, prior in space.priors.items() if name not in hold}
    held = Space(space.model, hold, space.limits, priors, space.exact, space.place_larger)
    alone = Likelihood(likelihood.data, held)
    found = polish(alone, np.append(held.coordinates(numbers), end.optimum.x[-1]))
    df = int((~likelihood.data.blq).sum()) - len(held.free)
    return unbounded(alone, found.optimum, uncertainty_of(alone, found, inflation), rules, df)


def _nothing(model: KineticModel, reason: Reason, problem: Problem, horizons: Mapping[str, float]) -> Fitted:
    n_blq = int(problem.data.blq.sum())
    return nothing(model, reason, len(problem.data) - n_blq, n_blq, horizons)


def _rest(end: Found, best: Optimum, index: NDArray[np.int64]) -> Array:
    """The gradient left over: the profile's own, and of what is shared the sum over the group."""
    gradient = end.optimum.gradient.copy()
    gradient[index] = np.where(best.held, 0.0, best.gradient)
    return gradient


def _search(
    model: KineticModel, likelihoods: Sequence[Likelihood], shared: tuple[str, ...], rules: FitRules
) -> tuple[Joint, Optimum, int, int]:
    """The best of several starts of what is shared: each at a quantile of the profiles' own single fits."""
    space = likelihoods[0].space
    index = np.array([[p.name for p in space.free].index(name) for name in shared])
    lower, upper = (limit[index] for limit in space.box())
    alone = np.array([search(one, OWN_STARTS).optimum.x[:-1][index] for one in likelihoods])
    quantiles = np.linspace(0.5 / rules.starts, 1 - 0.5 / rules.starts, rules.starts)
    room = 1e-3 * (upper - lower)
    runs = []
    for u in np.clip(np.quantile(alone, quantiles, axis=0), lower + room, upper - room):
        joint = Joint(likelihoods, index, [_own_start(one, index, u) for one in likelihoods])
        runs.append((joint, newton(joint, u, lower, upper)))
    joint, best = min(runs, key=lambda run: run[1].value)
    agree = sum(end.value < best.value + AGREE for _, end in runs)
    return joint, best, agree, len(runs)


def _own_start(likelihood: Likelihood, shared: NDArray[np.int64], u: Array) -> Array:
    """Where a profile's own search ends with the shared coordinates held at u."""
    space = likelihood.space
    full = np.array(likelihood.space.coordinates({**space.model.guess(likelihood.data), **space.fixed}))
    full[shared] = u
    parameters = space.numbers(full)
    hold = {space.free[j].name: parameters[space.free[j].name] for j in shared.tolist()}
    held = Space(space.model, {**space.fixed, **hold}, space.limits, space.priors, space.exact, space.place_larger)
    found = search(Likelihood(likelihood.data, held), OWN_STARTS).optimum.x
    out = np.append(full, found[-1])
    own = np.delete(np.arange(len(full)), shared)
    out[own] = space.coordinates(held.numbers(found[:-1]))[own]
    return out
