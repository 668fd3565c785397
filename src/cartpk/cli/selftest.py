"""`cartpk selftest`: run the reference cases on this machine and write a qualification record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cartpk.cli.options import json_flag, quiet_flag
from cartpk.cli.terminal import columns, complain, complete, progress_bar, say, say_json, wrapped

if TYPE_CHECKING:
    from cartpk.qualification import Outcome, Record

__all__ = ["selftest"]

_MOST_SHOWN = 50


@click.command(
    short_help="Run the reference cases on this machine, with a record.",
    epilog="""\b
    Examples:
      cartpk selftest
      cartpk selftest -o qualification/2026 --date 2026-11-23
    """,
)
@click.option("-o", "--out", metavar="DIR", help="Folder of the record.  [default: reports/selftest]")
@click.option("--date", metavar="YYYY-MM-DD", help="The day for the record.  [default: a blank line to fill in]")
@click.option("--replace", is_flag=True, help="Replace an earlier record.")
@json_flag
@quiet_flag
def selftest(out: str | None, date: str | None, replace: bool, as_json: bool, quiet: bool) -> int:
    """Compute the reference cases that came with cartpk and compare each number with the published or known one.

    Writes a record (qualification.html, one page to print and sign, with numbers.csv and run.json), whether the
    cases pass or not. A deviation is exit status 1: on screen the first 50 and the count, with --json all of them.

    The record supports validation. It does not claim compliance with any regulation.
    """
    from cartpk.qualification import DEFAULT_OUT
    from cartpk.qualification import selftest as carry_out

    with progress_bar(not quiet) as progress:
        record = carry_out(
            DEFAULT_OUT if out is None else out,
            date=date or "",
            replace=replace,
            command=click.get_current_context().obj["command"],
            progress=progress,
        )
    with complete(str(record.out)):
        _complain_of(record)
        if as_json:
            _say_json(record)
        elif not quiet:
            say(_answers(record))
    return record.status


def _complain_of(record: Record) -> None:
    deviations = record.deviations
    complain(f"cartpk: deviation: {sentence}" for sentence in deviations[:_MOST_SHOWN])
    if len(deviations) > _MOST_SHOWN:
        complain(f"the first {_MOST_SHOWN} of {len(deviations)} deviations; numbers.csv and --json give all of them")


def _say_json(record: Record) -> None:
    from cartpk.cli import answers
    from cartpk.qualification.record import as_facts

    more = {
        "out": str(record.out),
        "cases": [as_facts(outcome) for outcome in record.outcomes],
        "deviations": list(record.deviations),
        "not_run": list(record.not_run),
    }
    say_json({**answers.as_json(record.status, None, None, record.counts), **more})


def _answers(record: Record) -> Iterator[str]:
    """The cases as a table, what was not run, the result, where the record is."""
    rows: list[tuple[str, ...]] = [(o.case.name, _compared(o), _largest(o), o.result) for o in record.outcomes]
    yield from columns(("case", "within tolerance", "largest deviation", "result"), rows, texts=4, most=30)
    yield ""
    for sentence in record.not_run:
        yield from wrapped(f"Not run: {sentence}")
    counts = record.counts
    result = "PASSED" if record.passed else "FAILED"
    yield f"{result}: {counts['passed']} of {counts['compared']} comparisons in {counts['cases']} cases."
    yield f"Record: {record.page}"


def _compared(outcome: Outcome) -> str:
    n = len(outcome.compared)
    return f"{outcome.n_passed} of {n} {outcome.case.counted}" if n else "–"


def _largest(outcome: Outcome) -> str:
    """The largest relative deviation; texts differ or do not."""
    worst = outcome.largest
    if worst is None:
        return "none" if outcome.compared else "–"
    return f"{worst.relative:.1e}" if math.isfinite(worst.relative) else "differs"
