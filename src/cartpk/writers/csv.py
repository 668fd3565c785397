"""Frames as CSV: UTF-8, comma, ``\\n``, and one text for each value on every machine.

Numbers are the shortest text that gives them back (``0.1``, ``1e-05``), whole
ones without ``.0``; what is missing is empty. Texts keep their letters, also
those that begin like a formula: a CSV file holds data, not what a spreadsheet
makes of them. There is no byte-order mark: it would become part of the first
column's name in scripts that read plain UTF-8; people who open a table in Excel
have the workbooks.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["encode", "text_of", "write"]


def write(frame: pd.DataFrame, path: str | Path) -> None:
    """Write the columns of `frame` (not its index) to `path`."""
    Path(path).write_bytes(encode(frame))


def encode(frame: pd.DataFrame) -> bytes:
    """The bytes of the file.

    Raises:
        TypeError: a value that is no text, number, truth value or None, with its column.
    """
    columns = [_texts(name, frame.iloc[:, i].tolist()) for i, name in enumerate(frame.columns)]
    lines = [",".join(_quoted(str(name)) for name in frame.columns), *map(",".join, zip(*columns, strict=True))]
    text = "\n".join(lines) + "\n"
    return text.encode("utf-8")


def _texts(name: object, values: Iterable[Any]) -> list[str]:
    try:
        return [text_of(value) for value in values]
    except TypeError as error:
        raise TypeError(f"column {name!r}: {error}") from None


def text_of(value: Any) -> str:
    """One value as it stands in the file.

    >>> [text_of(v) for v in (0.1, 14.0, 3, float("nan"), None, True, "a,b", "=cmd()")]
    ['0.1', '14', '3', '', '', 'true', '"a,b"', '=cmd()']
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return str(value)
    if value is None or type(value).__name__ == "NAType":
        return ""
    raise TypeError(f"{value!r} is a {type(value).__name__}, which has no text of its own in a CSV file")


def _number(value: float) -> str:
    if value != value:
        return ""
    return "0" if value == 0 else repr(value).removesuffix(".0")


def _quoted(text: str) -> str:
    plain = not any(c in text for c in ',"\n\r') and text == text.strip(" \t")
    return text if plain else '"' + text.replace('"', '""') + '"'
