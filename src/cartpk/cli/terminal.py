"""What people see: lines that every terminal can show, and progress where there is a terminal to show it."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from cartpk.errors import MachineError, OutputError

__all__ = [
    "columns",
    "complain",
    "complete",
    "printable",
    "progress_bar",
    "say",
    "say_json",
    "width_of",
    "wrapped",
]

_PLAIN = str.maketrans(
    {"µ": "u", "μ": "u", "·": "*", "–": "-", "—": "-", "…": "...", "≥": ">=", "≤": "<=", "×": "x", "λ": "lambda ",
     "½": "1/2", "²": "2", "⁶": "^6", "’": "'"}
)  # fmt: skip
"""What our own words become where the terminal has no such letters."""


def printable(text: str) -> str:
    r"""One line of text with everything a terminal would act on made visible.

    >>> printable("a\x1b[31mb\u202e")
    'a\\u001b[31mb\\u202e'
    """
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def say(lines: str | Iterable[str]) -> None:
    """Answers, to stdout."""
    _write(sys.stdout, lines)


def complain(lines: str | Iterable[str]) -> None:
    """Messages, to stderr; where even that cannot be written the exit status must do."""
    with suppress(OutputError):
        _write(sys.stderr, lines)


def say_json(value: Any) -> None:
    """One JSON object to stdout, in plain ASCII."""
    say(json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True))


def _write(stream: TextIO | None, lines: str | Iterable[str]) -> None:
    """Write and flush; a reader that went away (``| head``) ends the writing and nothing else."""
    if stream is None:
        return
    try:
        for line in [lines] if isinstance(lines, str) else lines:
            stream.write(_fitting(printable(line), stream) + "\n")
        stream.flush()
    except BrokenPipeError:
        _close(stream)
    except OSError as error:
        _close(stream)
        raise OutputError(f"the output cannot be written ({error.strerror})") from error


@contextmanager
def complete(out: str | None) -> Iterator[None]:
    """What goes wrong in the block says that `out` is complete already; None where nothing was to be written."""
    stands = f"; {out} is complete" if out else ""
    try:
        yield
    except KeyboardInterrupt as stopped:
        raise KeyboardInterrupt(stands.removeprefix("; ") or str(stopped)) from stopped
    except MemoryError as error:
        raise MachineError(f"there is not enough memory to print the answer{stands}") from error
    except OutputError as error:
        raise OutputError(f"{error}{stands}") from error


def _close(stream: TextIO) -> None:
    """Point a stream that cannot be written at nothing, so that Python's own last flush is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with suppress(OSError):
            os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def _fitting(text: str, stream: TextIO) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def width_of(text: str) -> int:
    """The columns of a terminal that a text takes: Chinese letters take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(bool(unicodedata.combining(c)) for c in text)


def cut(text: str, most: int) -> str:
    """A text cut to `most` columns, with an ellipsis where something is gone."""
    if width_of(text) <= most:
        return text
    while width_of(text) > most - 1:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, indent: int = 2) -> list[str]:
    """A text in lines of at most 80 columns, those after the first indented; a long word is not broken."""
    lead = len(text) - len(text.lstrip())
    lines = textwrap.wrap(
        text.lstrip(),
        80 - lead,
        subsequent_indent=" " * (indent - lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [" " * lead + line for line in lines]


def columns(head: tuple[str, ...], rows: list[tuple[str, ...]], texts: int, most: int = 20) -> list[str]:
    """A plain table: the first `texts` columns to the left and at most `most` wide, numbers with their points aligned."""
    cells = [tuple(cut(printable(c), most) if i < texts else c for i, c in enumerate(row)) for row in [head, *rows]]
    behind = [max((_behind_point(row[i]) for row in cells[1:]), default=0) for i in range(len(head))]
    cells[1:] = [
        tuple(c if i < texts else c + " " * (behind[i] - _behind_point(c)) for i, c in enumerate(row))
        for row in cells[1:]
    ]
    widths = [max(width_of(row[i]) for row in cells) for i in range(len(head))]

    def line(row: tuple[str, ...]) -> str:
        padded = []
        for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - width_of(cell))
            padded.append(cell + space if i < texts else space + cell)
        return "  ".join(padded).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return [line(cells[0]), rule, *map(line, cells[1:])]


def _behind_point(number: str) -> int:
    """How many letters of a number stand from its decimal point on."""
    point = number.find(".")
    return 0 if point < 0 else len(number) - point


@contextmanager
def progress_bar(wanted: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A `Progress` that draws a bar on stderr while the block lasts; silent where that is no terminal."""
    if not wanted or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with shown:
        task = shown.add_task("", total=None)
        yield lambda what, done, total: shown.update(task, description=f"{what:<10}", completed=done, total=total)
