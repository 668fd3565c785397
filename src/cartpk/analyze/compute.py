"""From files and a plan to an `Analysis` in memory: read, check, compute, summarise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from cartpk.analysis import Analysis
from cartpk.checks import check
from cartpk.errors import UsageError
from cartpk.findings import Findings
from cartpk.input_rules import InputRules
from cartpk.models import MODELS
from cartpk.nca import nca, sensitivity
from cartpk.plan import Plan
from cartpk.plan.models import AUTO
from cartpk.profiles import Profiles
from cartpk.readers import read
from cartpk.readers.aliases import ALIASES, COVARIATES
from cartpk.results import Results
from cartpk.samples import Samples
from cartpk.summary import Summary, summarize, summarize_concentrations

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cartpk.fit import Fits

__all__ = ["Input", "Progress", "read_and_check", "silent", "work_out"]

Input = str | os.PathLike[str]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many of its steps are done, and how many there are."""

DEFAULT_BY = "dose_level"
DISEASE = "indication"


def silent(what: str, done: int, total: int) -> None:
    """A `Progress` that tells nobody."""


def read_and_check(inputs: Sequence[Input], plan: Plan, progress: Progress = silent) -> tuple[Samples, Findings]:
    """The samples of all inputs, and every finding of the reader and the checks.

    Raises:
        InputError: a file that cannot be opened.
        UsageError: an exclusion by row that does not say of which of several files.
    """
    _refuse_vague_rows(inputs, plan)
    progress("reading", 0, 2)
    samples = read(*inputs, rules=_input_rules(plan), exclusions=plan.exclude)
    _refuse_unknown_grouping(samples, plan)
    progress("checking", 1, 2)
    findings = check(samples, plan.nca)
    progress("checking", 2, 2)
    return samples, findings


def _refuse_vague_rows(inputs: Sequence[Input], plan: Plan) -> None:
    if not inputs:
        raise UsageError("there is no input: give a file")
    vague = [e.row for e in plan.exclude if e.row is not None and e.file is None]
    if vague and len(inputs) > 1:
        raise UsageError(f"the plan excludes row {vague[0]}, and there are {len(inputs)} inputs: say which file")


def _input_rules(plan: Plan) -> InputRules:
    """The plan's rules of reading; what summaries are grouped by and parameters shared by describes a subject too."""
    more = (column for column in _grouping_columns(plan) if column not in ALIASES)
    return replace(plan.input, covariates=tuple(dict.fromkeys((*plan.input.covariates, *more))))


def _grouping_columns(plan: Plan) -> list[str]:
    """The columns that put subjects into groups: of the summaries, and of parameters that profiles share."""
    by = [column.strip() for item in plan.report.by or () for column in item.split(",")]
    rules = plan.models.fit.parameters.values() if plan.models.names else ()
    return [*by, *(rule.shared for model in rules for rule in model.values() if rule.shared)]


def _refuse_unknown_grouping(samples: Samples, plan: Plan) -> None:
    """A grouping column that is not in the file, or is of the samples, is wrong use, not an error of the data."""
    grouping, named = _grouping_columns(plan), set(plan.input.covariates)
    theirs = {name for s in samples.sources for ours, name in s.columns.items() if ours not in COVARIATES}
    of_samples = [c for c in grouping if c in ({*ALIASES} - {*COVARIATES}) | theirs]
    usable = ", ".join(_usable(samples, {*of_samples, *theirs})) or "there are none"
    problems = [
        f"cannot group by {c!r}: groups are of subjects; columns that can be used: {usable}" for c in of_samples
    ]
    problems += [
        f"cannot group by {f.column!r}: {f.message}"
        for f in samples.findings.errors
        if f.rule == "E-COLUMN-MISSING" and f.column in grouping and f.column not in named
    ]
    if problems:
        raise UsageError("\n".join(dict.fromkeys(problems)))


def _usable(samples: Samples, but: set[str]) -> list[str]:
    """The columns that are the same on all rows of a subject."""
    found = [name for name in samples.covariates if name not in but]
    subject = samples.subject.codes
    n = len(np.unique(subject))
    for name, labels in samples.extra.items():
        if name not in but and len(np.unique(np.stack([subject, labels.codes], axis=1), axis=0)) == n:
            found.append(name)
    return found


def work_out(inputs: Sequence[Input], plan: Plan, progress: Progress = silent, jobs: int = 1) -> Analysis:
    """The whole analysis of some inputs by a plan; nothing is written. Models are fitted in `jobs` processes.

    Raises:
        SamplesError: the data have errors; it lists all of them.
        UsageError: a file, a column or a point of a terminal line that is not there.
    """
    samples, findings = read_and_check(inputs, plan, progress)
    findings.raise_for_errors()
    progress("computing", 0, 4)
    profiles = Profiles.from_samples(samples, findings)
    results = nca(profiles, plan.nca)
    progress("computing", 1, 4)
    used = _as_used(plan, profiles)
    groupings: tuple[str | None, ...] = used.report.by or (None,)
    summary = _sum(summarize(results, by) for by in groupings)
    progress("computing", 2, 4)
    concentrations = _sum(summarize_concentrations(profiles, by) for by in groupings)
    progress("computing", 3, 4)
    swings = sensitivity(profiles, plan.nca)
    progress("computing", 4, 4)
    fits = fit_models(profiles, used, progress, jobs) if used.models.names else ()
    return Analysis(
        plan=used,
        samples=samples,
        ledger=samples.ledger(),
        findings=findings,
        profiles=profiles,
        results=results,
        summary=summary,
        summary_concentrations=concentrations,
        sensitivity=swings,
        fits=fits,
        summary_fits=_sum(summarize(estimates_of(f), by) for f in fits for by in groupings) if fits else None,
        by_disease=_by_disease(results, used),
    )


def fit_models(profiles: Profiles, plan: Plan, progress: Progress = silent, jobs: int = 1) -> tuple[Fits, ...]:
    """Every model that the plan names; of ``auto`` its candidates, each fitted once, and then the choice among them.

    Raises:
        RulesError: a rule that names a column that is not there.
        UsageError: fewer jobs than one.
    """
    from cartpk.fit.executors import processes

    with processes(jobs, script=False) as executor:
        return tuple(_fits(profiles, plan, progress, executor))


def _fits(profiles: Profiles, plan: Plan, progress: Progress, executor: Executor | None) -> Iterator[Fits]:
    from cartpk.fit import fit

    found: dict[str, Fits] = {}
    for name in sorted(plan.models.names, key=lambda n: n != AUTO):
        if name not in found:
            told = _told(progress, f"fit {name}")
            found[name] = fit(profiles, name, plan.models.fit, plan.nca, executor=executor, progress=told)
            found |= found[name].candidates
    yield from (found[name] for name in (*MODELS, AUTO) if name in found)


def _told(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(what, done, total)


def estimates_of(fits: Fits) -> Fits:
    """The estimates alone: what a summary can average; standard errors, limits and criteria are each profile's own."""
    left = {f"{name}{end}" for name in fits.terms for end in ("_se", "_lower", "_upper")}
    left |= {"aicc", "bic", "n_starts_agree"}
    return replace(fits, terms={name: term for name, term in fits.terms.items() if name not in left})


def _sum(summaries: Iterable[Summary]) -> Summary:
    return reduce(add, summaries)


def _by_disease(results: Results, used: Plan) -> Summary | None:
    """The parameters by disease, where the data name it and the plan does not group by it."""
    if DISEASE not in results.profiles.covariates or DISEASE in (used.report.by or ()):
        return None
    return summarize(results, DISEASE)


def _as_used(plan: Plan, profiles: Profiles) -> Plan:
    """The plan with its grouping settled; where the results go is no rule and stands in the manifest."""
    by = plan.report.by
    if by is None:
        by = (DEFAULT_BY,) if DEFAULT_BY in profiles.covariates else ()
    return replace(plan, report=replace(plan.report, by=by, out=None))
