"""The commands: each parses, calls the library function of its name, prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cartpk.cli.options import (
    json_flag,
    plan_flag,
    quiet_flag,
    read_days,
    read_horizons,
    read_words,
)
from cartpk.cli.terminal import complain, complete, progress_bar, say, say_json

if TYPE_CHECKING:
    import pandas as pd

    from cartpk.findings import Findings
    from cartpk.plan import Plan

__all__ = ["analyze", "check", "simulate", "verify"]

_MOST_SHOWN = 50
inputs_argument = click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path())


@click.command(
    short_help="Read, check, compute, and write the report.",
    epilog="""\b
    Examples:
      cartpk analyze counts.csv
      cartpk analyze counts.csv --auc-method lin-up-log-down --blq half-lloq
      cartpk analyze flow.csv qpcr.csv --plan plan.toml --out reports/interim
      cartpk analyze counts.csv --model auto --jobs 2
      cartpk analyze counts.csv --horizon 0_m6=180 --by dose_level --by dose_level,sex
    """,
)
@inputs_argument
@click.option("-o", "--out", metavar="DIR", help="Run folder.  [default: reports/NAME OF THE FIRST INPUT]")
@plan_flag
@click.option(
    "--auc-method",
    type=click.Choice(["linear", "lin-up-log-down", "lin-log"]),
    help="Trapezoid rule.  [default: linear]",
)
@click.option(
    "--blq",
    metavar="PRESET",
    help="Rule for results below the limit: cartpk, all-zero, half-lloq or missing.  [default: cartpk]",
)
@click.option(
    "--m3-days",
    callback=read_days,
    metavar="DAYS",
    help="The day called month 3, the same as --horizon 0_m3=DAYS.  [default: 90]",
)
@click.option(
    "--horizon",
    "horizons",
    callback=read_horizons,
    multiple=True,
    metavar="NAME=DAYS",
    help="A further horizon, such as 0_m6=180; may be repeated.",
)
@click.option(
    "--end-rule",
    type=click.Choice(["observed", "extrapolate"]),
    help="Where sampling ends before a horizon.  [default: observed]",
)
@click.option(
    "--model",
    multiple=True,
    metavar="NAME",
    help="Fit a model to every profile: exponential, stein, ogasawara, smooth, effector-memory, or auto, which"
    " compares them; may be repeated.  [default: none]",
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Group the summaries; may be repeated; a,b crosses.  [default: dose_level, where there is one]",
)
@click.option(
    "--format",
    "formats",
    callback=read_words,
    metavar="csv,html,xlsx,rtf,docx,xpt",
    help="What to write.  [default: csv,html,xlsx]",
)
@click.option("--figures", type=click.Choice(["all", "cohort", "none"]), help="Which figures to draw.  [default: all]")
@click.option(
    "--figure-format", callback=read_words, metavar="png,svg,pdf", help="What figures are saved as.  [default: png]"
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 512),
    default=1,
    metavar="N",
    help="Processes that fit models and draw figures.  [default: 1]",
)
@click.option("--replace", is_flag=True, help="Replace a run folder even if files in it are foreign or edited.")
@json_flag
@quiet_flag
def analyze(
    inputs: tuple[str, ...],
    out: str | None,
    plan: str | None,
    m3_days: float | None,
    horizons: dict[str, float],
    by: tuple[str, ...],
    model: tuple[str, ...],
    jobs: int,
    replace: bool,
    as_json: bool,
    quiet: bool,
    **rules: Any,
) -> int:
    """Read the samples in INPUT, check them, and compute cellular kinetics.

    Writes a run folder with a report (report.html), tables, figures and every number with the rows it was made from.
    Data with errors are not analysed: all errors are listed, nothing is written.
    """
    from cartpk.analyze import analyze as carry_out
    from cartpk.analyze import counts_of
    from cartpk.cli import answers

    settled = _plan(plan)
    rules["horizons"] = _horizons(settled, m3_days, horizons)
    rules["by"] = by or None
    rules["model"] = model or None
    with progress_bar(not quiet) as progress:
        run = carry_out(
            *inputs,
            plan=settled,
            out=out,
            replace=replace,
            jobs=jobs,
            progress=progress,
            command=click.get_current_context().obj["command"],
            **rules,
        )
    with complete(str(run.out)):
        complain(f"cartpk: not written: {sentence}" for sentence in run.refused)
        if as_json:
            answer = answers.as_json(run.status, run, run.findings, counts_of(run.analysis))
            say_json({**answer, "refused": list(run.refused)} if run.refused else answer)
        elif not quiet:
            say(answers.answers(run))
    return run.status


def _plan(path: str | None) -> Plan:
    from cartpk.plan import Plan

    return Plan() if path is None else Plan.from_toml(path)


def _horizons(plan: Plan, m3_days: float | None, horizons: dict[str, float]) -> dict[str, float] | None:
    """The plan's horizons with those of the flags; None where no flag gives any."""
    if m3_days is not None and "0_m3" in horizons:
        raise click.UsageError("--m3-days and --horizon 0_m3 say the same thing: give one of the two")
    given = horizons | ({} if m3_days is None else {"0_m3": m3_days})
    return {**plan.nca.horizons, **given} if given else None


@click.command(
    short_help="Read and check only; list every finding.",
    epilog="""\b
    Examples:
      cartpk check counts.csv
      cartpk check counts.csv -o findings.csv
    """,
)
@inputs_argument
@click.option("-o", "--out", metavar="FILE", help="Write every finding to this CSV file.")
@plan_flag
@json_flag
@quiet_flag
def check(inputs: tuple[str, ...], out: str | None, plan: str | None, as_json: bool, quiet: bool) -> int:
    """Read the samples in INPUT and hold them against every rule.

    Every finding is listed, none hidden behind the first: on screen the first 50 and the count, with -o all of them.
    """
    from cartpk.analyze import findings_frame, read_and_check
    from cartpk.cli import answers

    with progress_bar(not quiet) as progress:
        samples, findings = read_and_check(inputs, _plan(plan), progress)
    status = 1 if findings.errors else 0
    if out is not None:
        _write_findings(findings_frame(findings), Path(out))
    with complete(out):
        if as_json:
            counts = {"rows_read": len(samples), "findings_by_rule": findings.counts()}
            say_json({**answers.as_json(status, None, findings, counts), "out": out})
        elif not quiet:
            _list_findings(findings)
            say(f"{len(samples)} rows of {len(samples.subjects)} subjects read.")
            say(answers.counted(findings))
        elif status:
            complain(map(str, findings.errors))
    return status


def _list_findings(findings: Findings) -> None:
    complain(map(str, findings[:_MOST_SHOWN]))
    if len(findings) > _MOST_SHOWN:
        complain(f"the first {_MOST_SHOWN} of {len(findings)} findings; -o findings.csv writes all of them")


def _write_findings(frame: pd.DataFrame, path: Path) -> None:
    """Write the findings, over nothing but findings written before."""
    from cartpk.disk import write_whole
    from cartpk.errors import OutputError
    from cartpk.writers import csv

    head = csv.encode(frame.iloc[:0]).strip()

    def refuse() -> None:
        if path.is_file() and not path.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(head):
            raise OutputError(f"{path}: is there already and holds no findings; give another name")

    write_whole(path, csv.encode(frame), refuse)


@click.command(
    short_help="Make a realistic study with known truth.",
    epilog="""\b
    Examples:
      cartpk simulate
      cartpk simulate --subjects 300 --seed 7 -o big.csv
      cartpk simulate --model stein --parameter beta=0.01 --spread cmax=0.5 --dropout 0.02
    """,
)
@click.option("--subjects", type=int, default=9, show_default=True, metavar="N", help="How many subjects.")
@click.option(
    "--seed", type=int, metavar="S", help="The same seed gives the same study.  [default: that of the sample data]"
)
@click.option("--dose-slope", type=float, default=0.0, show_default=True, help="True slope of ln Cmax on ln dose.")
@click.option("--noise", type=float, default=1.0, show_default=True, help="Factor on the assay noise.")
@click.option("--model", metavar="NAME", help="Curves of this model, in place of the usual study.")
@click.option(
    "--parameter", multiple=True, metavar="NAME=VALUE", help="With --model: a typical value; may be repeated."
)
@click.option(
    "--spread", multiple=True, metavar="NAME=SD", help="With --model: how much subjects differ; may be repeated."
)
@click.option("--lloq", type=float, metavar="LIMIT", help="With --model: limit of quantification.  [default: 50]")
@click.option(
    "--jitter", type=float, metavar="SHARE", help="With --model: visits early or late, as a share of the gap."
)
@click.option("--dropout", type=float, metavar="CHANCE", help="With --model: chance of leaving before a visit.")
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    default="counts.csv",
    show_default=True,
    help="Where to write; the truth goes to NAME_truth.csv beside it.",
)
@click.option("--replace", is_flag=True, help="Write over files that are there.")
@json_flag
@quiet_flag
def simulate(
    subjects: int,
    seed: int | None,
    dose_slope: float,
    noise: float,
    out: str,
    replace: bool,
    as_json: bool,
    quiet: bool,
    **modelled: Any,
) -> int:
    """Make a study of CAR-T counts and copy numbers whose true curves are known."""
    from cartpk.cli import answers
    from cartpk.cli.simulated import make
    from cartpk.errors import OutputError
    from cartpk.simulate.study import pair

    path = Path(out)
    if path.suffix.lower() not in (".csv", ""):
        raise click.UsageError(f"{out}: samples are written as CSV; give a name that ends in .csv")

    def refuse() -> None:
        there = [p for p in pair(path) if p.exists()]
        if there and not replace:
            raise OutputError(f"{there[0]}: is there already; give another name, or --replace")

    study, n_samples = make(subjects, seed, dose_slope, noise, **modelled)
    written, truth = study.write(path, refuse)
    with complete(f"{written}, {truth}"):
        if as_json:
            counts = {"subjects": len(study), "samples": n_samples}
            say_json({**answers.as_json(0, None, None, counts), "out": str(written), "truth": str(truth)})
        elif not quiet:
            say([repr(study), f"Samples: {written}", f"Truth: {truth}"])
    return 0


@click.command(
    short_help="Recompute a finished run, or compare two.",
    epilog="""\b
    Examples:
      cartpk verify reports/counts
      cartpk verify reports/counts --against reports/counts-before
    """,
)
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("--against", metavar="DIR2", help="Compare with this run in place of recomputing.")
@json_flag
@quiet_flag
def verify(folder: str, against: str | None, as_json: bool, quiet: bool) -> int:
    """Recompute the run in DIR from its manifest and compare inputs, numbers (to 1e-12), files and versions.

    A difference is exit status 1: on screen the first 50 and the count, with --json all of them.
    """
    from cartpk.verify import compare, recompute

    with progress_bar(not quiet) as progress:
        found = recompute(folder, progress) if against is None else compare(folder, against)
    status = 1 if found.differences else 0
    if as_json:
        from cartpk.cli import answers

        counts = {"compared": found.counts, "differences": len(found.differences)}
        more = {"out": folder, "compared": found.compared, "differences": found.differences}
        say_json({**answers.as_json(status, None, None, counts), **more})
        return status
    if not quiet:
        say([*found.compared, ""])
        say(found.differences[:_MOST_SHOWN] or ["No difference."])
        if len(found.differences) > _MOST_SHOWN:
            say(f"the first {_MOST_SHOWN} of {len(found.differences)} differences; --json gives all of them")
    return status
