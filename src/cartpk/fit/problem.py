"""What is fitted: the samples of a profile that a model sees, and the coordinates that the rules leave free."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.fit.space import STEP, Space
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.models import MODELS, Data, KineticModel, Parameter
from cartpk.profiles import Profiles
from cartpk.reasons import Reason

__all__ = ["Problem", "find_model", "problems_of", "rows_used", "space_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One profile as a model sees it.

    Attributes:
        data: its samples after the infusion, quantifiable or below a known limit.
        lloq: the last known limit, NaN where there is none.
        reason: why there is nothing to fit; `Reason.NONE` where there is.
    """

    data: Data
    lloq: float
    reason: Reason


def rows_used(profiles: Profiles) -> NDArray[np.bool_]:
    """The rows that enter a fit: measured, after the infusion, above 0 or below a known limit."""
    enters = np.where(profiles.blq, profiles.lloq > 0, profiles.conc > 0)
    used: NDArray[np.bool_] = profiles.measured & (profiles.time > 0) & enters
    return used


def problems_of(profiles: Profiles) -> list[Problem]:
    """Every profile as a model sees it."""
    used, measured = rows_used(profiles), profiles.measured
    after = measured & (profiles.time > 0)
    out = []
    for a, b in zip(profiles.offsets[:-1].tolist(), profiles.offsets[1:].tolist(), strict=True):
        rows = a + np.flatnonzero(used[a:b])
        blq = profiles.blq[rows]
        data = Data(
            time=profiles.time[rows],
            log_value=np.log(np.where(blq, np.nan, profiles.conc[rows])),
            blq=blq,
            log_lloq=np.log(profiles.lloq[rows]),
        )
        limits = profiles.lloq[a:b][measured[a:b] & ~np.isnan(profiles.lloq[a:b])]
        reason = Reason.NONE
        if not measured[a:b].any():
            reason = Reason.EXCLUDED if (profiles.excluded[a:b] >= 0).any() else Reason.NO_MEASURED_SAMPLE
        elif not after[a:b].any():
            reason = Reason.NO_SAMPLE_AFTER_INFUSION
        elif blq.all():
            reason = Reason.NO_QUANTIFIABLE_SAMPLE
        out.append(Problem(data, float(limits[-1]) if len(limits) else np.nan, reason))
    return out


def find_model(model: str | KineticModel) -> KineticModel:
    """A model by its name, or the model itself; `RulesError` names those that are near."""
    if isinstance(model, KineticModel):
        return model
    if model not in MODELS:
        near = get_close_matches(str(model), MODELS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise RulesError(f"no model {model!r}; there are {', '.join(MODELS)}, auto{hint}")
    return MODELS[model]


def space_of(model: KineticModel, rules: FitRules, hold: Mapping[str, float] | None = None) -> Space:
    """The coordinates that the rules leave free; `hold` holds more parameters.

    Raises:
        RulesError: a rule names a parameter that the model does not have, or an impossible value; all at once.
    """
    given = rules.of(model.name)
    problems = [_unknown(model, name) for name in given if name not in model.names]
    fixed: dict[str, float] = {}
    limits: dict[str, tuple[float, float]] = {}
    priors = {}
    for p in model.parameters:
        rule = given.get(p.name, ParameterRule())
        problems += _impossible(p, rule)
        if rule.fixed is not None:
            fixed[p.name] = rule.fixed
        elif p.fixed is not None and not _frees(rule):
            fixed[p.name] = p.fixed
        limits[p.name] = (p.lower if rule.min is None else rule.min, p.upper if rule.max is None else rule.max)
        if not problems and (prior := rule.prior_of(p.name)) is not None:
            priors[p.name] = prior
    if problems:
        raise RulesError("; ".join(f"model {model.name}: {problem}" for problem in problems))
    if model.above:
        _keep_order(model, fixed, limits)
    held = {**fixed, **(hold or {})}
    kept = {n: p for n, p in priors.items() if n not in held}
    common = {name for name, rule in given.items() if rule.shared}
    place_larger = model.above is not None and model.above[1] in common and model.above[0] not in common
    return Space(model, held, limits, kept, _is_exact(model), place_larger)


def _frees(rule: ParameterRule) -> bool:
    return rule.free or any(v is not None for v in (rule.min, rule.max, rule.prior, rule.shared))


def _unknown(model: KineticModel, name: str) -> str:
    near = get_close_matches(name, model.names, n=1)
    return f"no parameter {name!r} ({', '.join(model.names)})" + (f"; did you mean {near[0]!r}?" if near else "")


def _impossible(p: Parameter, rule: ParameterRule) -> list[str]:
    problems = []
    inside = {"log": (0.0, np.inf), "logit": (0.0, 1.0), "linear": (-np.inf, np.inf)}[p.scale]
    for word, value in (("fixed", rule.fixed), ("min", rule.min), ("max", rule.max)):
        if value is not None and not inside[0] < value < inside[1]:
            problems.append(f"{p.name}: {word} is {value!r}, not between {inside[0]:g} and {inside[1]:g}")
    low, high = rule.min if rule.min is not None else p.lower, rule.max if rule.max is not None else p.upper
    if not low < high:
        problems.append(f"{p.name}: the lower limit {low:g} is not below the upper one {high:g}")
    return problems


def _keep_order(model: KineticModel, fixed: Mapping[str, float], limits: dict[str, tuple[float, float]]) -> None:
    """Where one of two ordered parameters is held, the other's limit keeps the order."""
    assert model.above is not None
    larger, smaller = model.above
    if larger in fixed and smaller in fixed and fixed[larger] <= fixed[smaller]:
        raise RulesError(f"model {model.name}: {larger} must lie above {smaller}: hold them so")
    if smaller in fixed and larger not in fixed and limits[larger][1] <= fixed[smaller]:
        raise RulesError(f"model {model.name}: {larger} must lie above {smaller}: raise its max")
    room = fixed[larger] if larger in fixed else 0.5 * (limits[larger][1] - limits[larger][0])
    if smaller not in fixed and limits[smaller][0] >= room:
        raise RulesError(f"model {model.name}: {smaller} must lie below {larger}: lower its min")


@lru_cache(maxsize=64)
def _is_exact(model: KineticModel) -> bool:
    """Whether the curve takes complex numbers and columns, and its complex step agrees with plain differences."""
    if model.numbers_only:
        return False
    space = Space(model)
    low, high = space.box()
    middle = low + (0.5 if not model.kinks else 0.3) * (high - low)
    time = np.array([0.7, 3.1, 8.3, 15.9, 41.3])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        try:
            columns = model.log_curve(time, **space.parameters(np.array([middle, middle + 0.01]).astype(complex)))
            stepped = [
                model.log_curve(time, **space.parameters(middle + 1j * STEP * e)).imag / STEP
                for e in np.eye(len(middle))
            ]
        except (TypeError, ValueError, AttributeError, Warning):
            return False
    if np.shape(columns) != (2, len(time)):
        return False
    for slope, e in zip(stepped, np.eye(len(middle)), strict=True):
        up, down = (model.log_curve(time, **space.parameters(middle + h * e)) for h in (1e-6, -1e-6))
        if not np.allclose(slope, (up - down) / 2e-6, rtol=1e-4, atol=1e-6 * (1 + np.abs(slope).max())):
            return False
    return True
