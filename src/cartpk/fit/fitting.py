"""A model to every profile: `fit`.

Fits go through one seam, a `concurrent.futures.Executor`: chunks of profiles go
out, what was found comes back, trouble with a profile comes back as its reason.
Nothing depends on the worker or on the order, so every executor gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pickle import PicklingError

import numpy as np

from cartpk.errors import UsageError
from cartpk.fit.belief import unbounded
from cartpk.fit.choice import choose
from cartpk.fit.estimate import Fitted, estimate, nothing, uncertainty_of
from cartpk.fit.fits import AUTO, Fits, gather
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.problem import Problem, find_model, problems_of, space_of
from cartpk.fit.search import search
from cartpk.fit.shared import Group, fit_group, groups_of
from cartpk.fit_rules import FitRules
from cartpk.models import MODELS, KineticModel
from cartpk.profiles import Profiles
from cartpk.reasons import Reason
from cartpk.rules import NcaRules

__all__ = ["CHUNK", "fit", "fit_one"]

CHUNK = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a worker is sent: a model (its name, where it is one of ours), the rules, some profiles."""

    model: str | KineticModel
    rules: FitRules
    horizons: Mapping[str, float]
    work: Sequence[Problem] | Group

    @property
    def size(self) -> int:
        """How many profiles it holds."""
        return len(self.work)


def fit(
    profiles: Profiles,
    model: str | KineticModel,
    rules: FitRules | None = None,
    nca_rules: NcaRules | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Fits:
    """A model to every profile, with an interval or a reason for each number.

    Args:
        profiles: times in days after infusion; results below the limit need their limit.
        model: a name of `cartpk.models.MODELS`, a model of your own, or ``auto``: every model but
            ``effector-memory``, of which each profile gets the one with the lowest AICc among those whose
            parameters are all estimable.
        rules: how to fit; None: the defaults.
        nca_rules: their horizons are the days to which areas are given; None: the defaults.
        executor: where to work; None: here. Any executor gives the same numbers to the bit.
        progress: is told ``(profiles done, profiles in all)``.

    Returns:
        `Fits`, which is `Results` too: columns NAME, NAME_se, NAME_lower, NAME_upper, and how good the fit is.

    Raises:
        RulesError: an unknown model, or a rule that names what is not there.

    >>> from cartpk.profiles import profile
    >>> curve = profile(time=[3, 6, 9, 12, 16, 21, 28], conc=[30, 310, 2900, 1500, 480, 160, 33])
    >>> fits = fit(curve, "exponential")
    >>> round(float(fits["doubling_time"][0]), 2)
    0.89
    """
    rules = FitRules() if rules is None else rules
    nca_rules = NcaRules() if nca_rules is None else nca_rules
    if model == AUTO:
        return _auto(profiles, rules, nca_rules, executor, progress)
    found = find_model(model)
    space_of(found, rules)  # refuses impossible rules before any work
    tasks = _tasks(found, profiles, rules, nca_rules)
    fitted: list[Fitted | None] = [None] * len(profiles)
    done = 0
    found_in_order = _run([task for _, task in tasks], executor)
    for (places, _), ends in zip(tasks, found_in_order, strict=True):
        for i, end in zip(places, ends, strict=True):
            fitted[i] = end
        done += len(ends)
        if progress is not None:
            progress(done, len(profiles))
    return gather(profiles, found.name, [found], [f for f in fitted if f is not None], rules, nca_rules)


def _tasks(
    model: KineticModel, profiles: Profiles, rules: FitRules, nca_rules: NcaRules
) -> list[tuple[Sequence[int], Task]]:
    """The work in chunks, each with the numbers of its profiles; profiles that share a parameter go together."""
    sent: str | KineticModel = model.name if MODELS.get(model.name) is model else model
    problems = problems_of(profiles)
    horizons = dict(nca_rules.horizons)
    groups = groups_of(model, profiles, problems, rules)
    if groups:
        return [(places, Task(sent, rules, horizons, group)) for places, group in groups]
    starts = range(0, len(problems), CHUNK)
    chunks = [range(a, min(a + CHUNK, len(problems))) for a in starts]
    return [(chunk, Task(sent, rules, horizons, problems[chunk.start : chunk.stop])) for chunk in chunks]


def _run(tasks: Sequence[Task], executor: Executor | None) -> Iterator[list[Fitted]]:
    """What each task found, in order."""
    if executor is None:
        yield from map(carry_out, tasks)
        return
    for future, task in [(executor.submit(carry_out, task), task) for task in tasks]:
        try:
            yield future.result()
        except (PicklingError, AttributeError) as error:
            if isinstance(task.model, KineticModel) and "pickle" in str(error):
                raise UsageError(
                    f"define the functions of model {task.model.name} at the top of a file: these cannot be sent to"
                    f" another process ({error})"
                ) from error
            raise


def carry_out(task: Task) -> list[Fitted]:
    """The work of one chunk, wherever it is done."""
    model = find_model(task.model)
    with np.errstate(all="ignore"):
        if isinstance(task.work, Group):
            return fit_group(model, task.work, task.rules, task.horizons)
        return [fit_one(model, problem, task.rules, task.horizons) for problem in task.work]


def fit_one(model: KineticModel, problem: Problem, rules: FitRules, horizons: Mapping[str, float]) -> Fitted:
    """One profile; what cannot be fitted comes back with its reason."""
    likelihood = Likelihood(problem.data, space_of(model, rules))
    n_blq = int(problem.data.blq.sum())
    n_obs, k = len(problem.data) - n_blq, len(likelihood.space.free)
    reason = problem.reason or (Reason.TOO_FEW_SAMPLES if n_obs <= k else Reason.NONE)
    if not reason:
        try:
            found = search(likelihood, rules.starts)
            inflation = n_obs / (n_obs - k)
            unsure = uncertainty_of(likelihood, found, inflation)
            loose = unbounded(likelihood, found.optimum, unsure, rules, n_obs - k) if found.optimum.converged else ()
            return estimate(likelihood, found, rules, horizons, problem.lloq, unsure, n_obs - k, inflation, loose)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            reason = Reason.NOT_CONVERGED
    return nothing(model, reason, n_obs, n_blq, horizons)


def _auto(
    profiles: Profiles, rules: FitRules, nca_rules: NcaRules, executor: Executor | None, progress: Progress | None
) -> Fits:
    """Every model but the check of another, then the choice."""
    models = [model for name, model in MODELS.items() if name != "effector-memory"]
    candidates: dict[str, Fits] = {}
    for j, model in enumerate(models):
        told = None if progress is None else _shifted(progress, j * len(profiles), len(models) * len(profiles))
        candidates[model.name] = fit(profiles, model, rules, nca_rules, executor, told)
    chosen = choose(candidates)
    return gather(profiles, AUTO, models, chosen, rules, nca_rules, candidates)


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)
