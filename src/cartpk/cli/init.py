"""`cartpk init`: look at files and write a commented plan for them."""

from __future__ import annotations

from pathlib import Path

import click

from cartpk.cli.options import json_flag, quiet_flag
from cartpk.cli.terminal import complain, complete, say, say_json

__all__ = ["init"]


@click.command(
    short_help="Look at a file and write a commented plan for it.",
    epilog="""\b
    Examples:
      cartpk init counts.csv
      cartpk init wide.xlsx -o plan.toml
      cartpk init pc.xpt dm.xpt ex.xpt -o plan.toml
    """,
)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path())
@click.option("-o", "--out", metavar="FILE", help="Write the plan to this file.  [default: stdout]")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
@json_flag
@quiet_flag
def init(inputs: tuple[str, ...], out: str | None, replace: bool, as_json: bool, quiet: bool) -> int:
    """Look at INPUT and write a plan (TOML): how each column was understood, with examples, and what is unsure.

    A table with one column a visit is read only by such a plan, once a person has looked at it.
    """
    from cartpk.cli import answers
    from cartpk.disk import write_whole
    from cartpk.draft import draft

    if out is not None:  # before any work, and again when it is done
        _refuse_to_write_over(Path(out), inputs, replace)
    text = draft(*inputs) if out is None else draft(*inputs, name=out)
    if out is not None:
        write_whole(out, [text], lambda: _refuse_to_write_over(Path(out), inputs, replace))
    with complete(out):
        if as_json:
            say_json({**answers.as_json(0, None, None, {"inputs": len(inputs)}), "out": out, "plan": text})
        elif out is None:
            say(text.splitlines())
        elif not quiet:
            complain(f"Plan: {Path(out)}; look at it, then follow the command at its head")
    return 0


def _refuse_to_write_over(path: Path, inputs: tuple[str, ...], replace: bool) -> None:
    from cartpk.errors import OutputError

    if any(path.resolve() == Path(i).resolve() for i in inputs):
        raise OutputError(f"{path}: is an input; give another name")
    if path.exists() and not replace:
        raise OutputError(f"{path}: is there already; give another name, or --replace")
