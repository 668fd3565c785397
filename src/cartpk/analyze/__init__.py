"""Carry out a plan: read, check, compute, summarise, draw, and write the run folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from cartpk.analysis import Analysis
from cartpk.analyze.compute import Input, Progress, read_and_check, silent, work_out
from cartpk.analyze.facts import counts_of, facts_of
from cartpk.analyze.files import findings_frame, write_files
from cartpk.disk import told
from cartpk.errors import MachineError, UsageError
from cartpk.findings import Findings
from cartpk.plan import Plan
from cartpk.readers import paths_of
from cartpk.results import Results
from cartpk.runfolder import building, refuse_to_replace, write_manifest

__all__ = ["Run", "analyze", "counts_of", "default_out", "findings_frame", "read_and_check", "work_out"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished run: where it stands and what it found.

    Attributes:
        out: the run folder.
        status: 0, as the command line ends.
        analysis: everything it worked out.
        refused: what a format could not hold, with the remedy; the rest was written.
    """

    out: Path
    status: int
    analysis: Analysis
    refused: tuple[str, ...] = ()

    @property
    def findings(self) -> Findings:
        """Warnings and notes; a run with errors never gets here."""
        return self.analysis.findings

    @property
    def results(self) -> Results:
        """The parameters."""
        return self.analysis.results

    @property
    def report(self) -> Path | None:
        """The page; None where the plan asks for none."""
        return self.out / "report.html" if "html" in self.analysis.plan.report.formats else None

    def __repr__(self) -> str:
        return f"Run in {self.out}: {self.analysis!r}"

    def _repr_html_(self) -> str:
        place = self.report or self.out
        link = f'<a href="{escape(place.as_posix(), quote=True)}">{escape(str(place))}</a>'
        n = len(self.findings.warnings)
        return f"<p>{link}, {n} warning{'' if n == 1 else 's'}</p>{self.results._repr_html_()}"


def analyze(
    *inputs: Input,
    plan: Plan | str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    replace: bool = False,
    jobs: int = 1,
    progress: Progress = silent,
    command: str = "",
    **rules: Any,
) -> Run:
    """Do the main job: what the command ``cartpk analyze`` does.

    Args:
        inputs: one or more files of samples.
        plan: a `Plan` or the path of one; None for the defaults.
        out: the run folder; None: what the plan says, else ``reports/<name of the first input>``.
        replace: whether a run folder with foreign or edited files may be replaced.
        jobs: how many processes fit models and draw figures; with one all is done here.
        progress: told what is being done, how many of its steps are done, and of how many.
        command: how the run was started, for the manifest.
        rules: fields of `NcaRules` and of the plan's ``[report]``, and ``model``, the name of a model or several;
            they beat the plan.

    Raises:
        SamplesError: the data have errors; it lists all of them, and nothing is written.
        UsageError: wrong use, an unreadable plan or file, a place that cannot or must not be written, figures in a
            language that no font here can draw.
        MachineError: a process that fitted models ended by itself, or the machine has not enough of something.
    """
    started = datetime.now(UTC)
    given = plan if isinstance(plan, Plan) else Plan() if plan is None else Plan.from_toml(os.fspath(plan))
    given = given.with_rules(**rules)
    if not inputs:
        raise UsageError("there is no input: give a file")
    paths = paths_of(inputs)
    place = Path(out if out is not None else given.report.out or default_out(inputs[0]))
    refuse_to_replace(place, replace, paths)
    _refuse_undrawable(given)
    refused: list[str] = []
    with building(place, replace, paths) as folder:  # from the start: a place that cannot be written is told at once
        try:
            analysis = work_out(inputs, given, progress, jobs)
        except OSError as error:
            raise MachineError(f"the analysis cannot go on {told(error)}") from error
        rows = write_files(analysis, folder, progress, refused=refused, jobs=jobs)
        write_manifest(folder, facts_of(analysis, place, command, started), rows)
    return Run(place, 0, analysis, tuple(refused))


def _refuse_undrawable(plan: Plan) -> None:
    """Refuse figures in a language whose letters no font here has: now, and not after hours."""
    if plan.report.figures != "none" and plan.report.language != "en":
        from cartpk.plots.fonts import refuse_without_letters

        refuse_without_letters(plan.report.language)


def default_out(first: Input) -> str:
    """The run folder of an input where none is named: its name without suffix, under ``reports``.

    >>> default_out("data/counts.csv")
    'reports/counts'
    """
    stem = re.sub(r'[\x00-\x1f<>:"|?*\\]', "_", Path(first).stem).strip(" .")
    return f"reports/{stem or 'run'}"
