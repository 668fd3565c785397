"""A `Dataset` as a SAS transport file, version 5: checked before it is written, the same bytes for the same data set.

The format holds names of 8 letters, labels of 40, ASCII texts of 200 bytes and
numbers of 56 bits between about 5e-79 and 7e75. What it cannot hold is refused,
all of it at once, by data set and variable and with what to do; nothing is cut
or replaced. The files carry no time of their making: the fields that hold one
say the first day of SAS, 01JAN60.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cartpk.errors import OutputError

if TYPE_CHECKING:
    from cartpk.cdisc.dataset import Dataset, Variable

__all__ = ["check", "encode", "write"]

_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
_LONGEST_NAME, _LONGEST_LABEL, _LONGEST_TEXT = 8, 40, 200
_LARGEST, _SMALLEST = 1e74, 1e-78
_MOST_SHOWN = 3
_RECORD = 80
_STAMP = b"01JAN60:00:00:00"
_STAMPS = ((1, 64), (2, 0), (5, 64), (6, 0))
"""Where a header holds a time: number of the record, place in it."""


def write(dataset: Dataset, path: str | Path) -> None:
    """Write one data set to `path`.

    Raises:
        OutputError: the format cannot hold it.
    """
    Path(path).write_bytes(encode(dataset))


def encode(dataset: Dataset) -> bytes:
    """The bytes of the file; `OutputError` where the format cannot hold the data set."""
    problems = check(dataset)
    if problems:
        raise OutputError("\n".join(problems))
    import pyreadstat

    with tempfile.TemporaryDirectory(prefix="cartpk-xpt-") as passing:
        path = Path(passing) / "data.xpt"
        pyreadstat.write_xport(
            dataset.to_frame(),
            str(path),
            file_label=dataset.label,
            column_labels=[variable.label for variable in dataset.variables],
            table_name=dataset.name,
            file_format_version=5,
            variable_format={v.name: v.format for v in dataset.variables if v.format},
        )
        content = bytearray(path.read_bytes())
    for record, place in _STAMPS:
        content[record * _RECORD + place : record * _RECORD + place + len(_STAMP)] = _STAMP
    _refuse_wrong_size(dataset, len(content))
    return bytes(content)


def _refuse_wrong_size(dataset: Dataset, size: int) -> None:
    """A file that is longer or shorter than its rows make it has lost something on the way."""
    names = math.ceil(140 * len(dataset.variables) / _RECORD)
    rows = math.ceil(len(dataset) * sum(dataset.length(v.name) for v in dataset.variables) / _RECORD)
    expected = (9 + names + rows) * _RECORD
    if size != expected:
        raise OutputError(f"{dataset.name}: the file has {size} bytes where its rows make {expected}")


def check(dataset: Dataset) -> tuple[str, ...]:
    """Everything that the format cannot hold, one sentence each; none where the data set can be written."""
    problems = [*_name_problems(dataset)]
    for variable in dataset.variables:
        problems += _variable_problems(dataset, variable)
        problems += _number_problems(dataset, variable) if variable.kind == "Num" else _text_problems(dataset, variable)
    if not len(dataset):
        problems.append(f"{dataset.name}: has no rows; leave it out")
    elif blank := _blank_rows(dataset):
        problems.append(f"{dataset.name}: row {blank} is blank throughout, and would be lost")
    return tuple(problems)


def _name_problems(dataset: Dataset) -> Iterator[str]:
    if not _NAME.fullmatch(dataset.name):
        yield f"{dataset.name!r}: is no name of a data set (at most {_LONGEST_NAME} capital letters and digits)"
    yield from _label_problems(dataset.name, dataset.label)
    if not dataset.variables:
        yield f"{dataset.name}: has no variables"


def _variable_problems(dataset: Dataset, variable: Variable) -> Iterator[str]:
    place = f"{dataset.name}.{variable.name}"
    if not _NAME.fullmatch(variable.name):
        remedy = f'; give it one in the plan: [cdisc.names] "{variable.column}" = "..."' if variable.column else ""
        yield f"{place}: is no name of a variable (at most {_LONGEST_NAME} capital letters, digits and _){remedy}"
    yield from _label_problems(place, variable.label)


def _label_problems(place: str, label: str) -> Iterator[str]:
    if len(label) > _LONGEST_LABEL or not _is_plain(label):
        yield f"{place}: the label {label!r} is not plain ASCII of at most {_LONGEST_LABEL} letters"


def _text_problems(dataset: Dataset, variable: Variable) -> Iterator[str]:
    """The texts of a variable that cannot stand, gathered by what is wrong with them."""
    by_fault: dict[str, list[str]] = {}
    for text in sorted(set(dataset.columns[variable.name])):
        if fault := _fault_of(text):
            by_fault.setdefault(fault, []).append(text)
    for fault, texts in by_fault.items():
        shown = ", ".join(_quoted(text) for text in texts[:_MOST_SHOWN])
        more = f" and {len(texts) - _MOST_SHOWN} more" if len(texts) > _MOST_SHOWN else ""
        yield f"{dataset.name}.{variable.name}: {shown}{more}: {fault}{_remedy(variable, texts)}"


def _fault_of(text: str) -> str:
    if not text.isascii():
        return "is not ASCII, which is all that a transport file holds"
    if not _is_plain(text):
        return "has a line break or a control character"
    if len(text) > _LONGEST_TEXT:
        return f"has {len(text)} letters; a transport file holds {_LONGEST_TEXT}"
    if text != text.rstrip(" "):
        return "ends with a blank, which would be lost"
    return ""


def _is_plain(text: str) -> bool:
    return text.isascii() and all(" " <= c <= "~" for c in text)


def _quoted(text: str) -> str:
    """A text as a message quotes it: its letters kept, a long one cut."""
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _remedy(variable: Variable, texts: Sequence[str]) -> str:
    """The line for the plan, whole, so that it can be put there and filled in."""
    if not variable.column:
        return ""
    entries = ", ".join(f'{json.dumps(text, ensure_ascii=False)} = "..."' for text in texts)
    return f"; say what shall stand for it in the plan: [cdisc.values] {variable.column} = {{ {entries} }}"


def _number_problems(dataset: Dataset, variable: Variable) -> Iterator[str]:
    numbers = np.asarray(dataset.columns[variable.name], np.float64)
    size = np.abs(numbers)
    for wrong, fault in (
        (size >= _LARGEST, f"is {_LARGEST:g} or more, which a transport file cannot hold"),
        ((size > 0) & (size < _SMALLEST), f"is nearer to 0 than {_SMALLEST:g}, which a transport file cannot hold"),
    ):
        rows = np.flatnonzero(wrong)
        if len(rows):
            yield f"{dataset.name}.{variable.name}: {numbers[rows[0]]:g} in row {rows[0] + 1} {fault}"


def _blank_rows(dataset: Dataset) -> int:
    """The first row (from 1) that is all blanks, 0 where there is none; a missing number is no blank."""
    if any(variable.kind == "Num" for variable in dataset.variables):
        return 0
    rows = zip(*(dataset.columns[variable.name] for variable in dataset.variables), strict=True)
    return next((n for n, row in enumerate(rows, start=1) if not any(text.strip(" ") for text in row)), 0)
