"""The command line: parses, calls, prints; no science.

What a command runs is imported inside it, so that `cartpk --help` starts at once.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import click

from cartpk.cli.commands import analyze, check, simulate, verify
from cartpk.cli.init import init
from cartpk.cli.selftest import selftest
from cartpk.cli.terminal import complain, say_json
from cartpk.disk import told, unloadable
from cartpk.errors import CartpkError, MachineError, SamplesError, UsageError
from cartpk.signals import interruptible

__all__ = ["carry_out", "group", "run"]

OK, DATA_ERRORS, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


class Stopped(CartpkError):  # noqa: N818 - no error
    """Interrupted by the user; the message says what is complete all the same."""


class Commands(click.Group):
    """The group of commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; an interruption is told by `run`, with what stands, and not by click."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stopped:
            raise Stopped(str(stopped)) from stopped


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
    Examples:
      cartpk analyze counts.csv
      cartpk check counts.csv -o findings.csv
      cartpk init wide.xlsx -o plan.toml
      cartpk simulate --subjects 30 -o study.csv
      cartpk verify reports/counts
      cartpk selftest
    """,
)
@click.version_option(version("cartpk"), prog_name="cartpk")
def group() -> None:
    """Cellular kinetics of CAR-T cells, from counts to the study report.

    Exit status: 0 done (warnings allowed), 1 the data have errors, 2 wrong use or an unreadable plan or file,
    130 interrupted.
    """


for _command in (analyze, check, init, simulate, verify, selftest):
    group.add_command(_command)


def run(args: Sequence[str]) -> int:
    """Carry out one command line and give its exit status; Ctrl-C and its like end it."""
    with interruptible():
        return carry_out(args)


def carry_out(args: Sequence[str]) -> int:
    """Carry out one command line and give its exit status: whatever went wrong is told in a line."""
    as_json = "--json" in args
    try:
        status = group.main(
            list(args),
            prog_name="cartpk",
            standalone_mode=False,
            obj={"command": shlex.join(["cartpk", *args])},
        )
        return int(status or 0)
    except SystemExit:  # click's answer to a pipe that nobody reads any more
        if {"-h", "--help", "--version"} & {*args}:
            return OK
        said = "a pipe is broken; nothing was written"
    except SamplesError as error:
        return _data_errors(error, as_json)
    except click.ClickException as error:
        return _wrong_use(_told(error), error.format_message(), as_json)
    except (UsageError, MachineError) as error:
        return _wrong_use([f"cartpk: error: {line}" for line in str(error).splitlines()], str(error), as_json)
    except (KeyboardInterrupt, click.Abort, Stopped) as error:
        stands = str(error) or "nothing was written"
        return _failed(INTERRUPTED, [f"cartpk: interrupted; {stands}"], "interrupted", as_json)
    except MemoryError:
        said = "there is not enough memory; nothing was written. Close other programs, or raise the limit (ulimit -v)"
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        said = f"{where}the system refuses {told(error)}; nothing was written"
    except ImportError as error:
        why = unloadable(error)
        if not why:
            raise
        said = f"a library cannot be loaded ({why}); nothing was written. Close other programs, or raise the limits"
    return _wrong_use([f"cartpk: error: {said}"], said, as_json)


def _data_errors(error: SamplesError, as_json: bool) -> int:
    from cartpk.cli import answers

    complain(map(str, error.findings.errors))
    n = len(error.findings.errors)
    complain(f"cartpk: {n} error{'' if n == 1 else 's'} in the data; nothing was written")
    if as_json:
        counts = {"findings_by_rule": error.findings.counts()}
        say_json(answers.as_json(DATA_ERRORS, None, error.findings, counts))
    return DATA_ERRORS


def _told(error: click.ClickException) -> list[str]:
    """What click says of wrong use: how the command is used, and what was wrong; with no command at all, the help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message().splitlines()
    context = getattr(error, "ctx", None)
    usage = context.get_usage().splitlines() if context else []
    hint = [f"Try '{context.command_path} --help' for help."] if context else []
    return [*usage, *hint, f"cartpk: error: {error.format_message()}"]


def _wrong_use(lines: list[str], message: str, as_json: bool) -> int:
    return _failed(WRONG_USE, lines, message, as_json)


def _failed(status: int, lines: list[str], message: str, as_json: bool) -> int:
    complain(lines)
    if as_json:
        say_json({"status": status, "findings": [], "counts": None, "out": None, "parameters": [], "message": message})
    return status
