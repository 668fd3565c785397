"""From files and a plan to an `Analysis` in memory: read, check, compute, summarise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np

from cartpk.analysis import Analysis
from cartpk.checks import check
from cartpk.errors import UsageError
from cartpk.findings import Findings
from cartpk.input_rules import InputRules
from cartpk.nca import nca, sensitivity
from cartpk.plan import Plan
from cartpk.profiles import Profiles
from cartpk.readers import read
from cartpk.readers.aliases import ALIASES, COVARIATES
from cartpk.results import Results
from cartpk.samples import Samples
from cartpk.summary import Summary, summarize, summarize_concentrations

__all__ = ["Input", "Progress", "read_and_check", "silent", "work_out"]

Input = str | os.PathLike[str]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many of its steps are done, and how many there are."""

DEFAULT_BY = "dose_level"


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
    """The plan's rules of reading; what the summaries are grouped by describes a subject too."""
    more = (column for column in _grouping_columns(plan) if column not in ALIASES)
    return replace(plan.input, covariates=tuple(dict.fromkeys((*plan.input.covariates, *more))))


def _grouping_columns(plan: Plan) -> list[str]:
    return [column.strip() for item in plan.report.by or () for column in item.split(",")]


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


def work_out(inputs: Sequence[Input], plan: Plan, progress: Progress = silent) -> Analysis:
    """The whole analysis of some inputs by a plan; nothing is written.

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
    return Analysis(
        plan=used,
        samples=samples,
        ledger=samples.ledger(),
        findings=findings,
        profiles=profiles,
        results=results,
        summary=summary,
        summary_concentrations=concentrations,
        sensitivity=sensitivity(profiles, plan.nca),
    )


def _sum(summaries: Iterable[Summary]) -> Summary:
    return reduce(add, summaries)


def _as_used(plan: Plan, profiles: Profiles) -> Plan:
    """The plan with its grouping settled; where the results go is no rule and stands in the manifest."""
    by = plan.report.by
    if by is None:
        by = (DEFAULT_BY,) if DEFAULT_BY in profiles.covariates else ()
    return replace(plan, report=replace(plan.report, by=by, out=None))
