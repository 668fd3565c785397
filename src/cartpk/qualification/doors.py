"""The same table by every door: as text, workbook, SAS transport file and Parquet."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from cartpk.errors import MissingExtraError
from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.qualification.compare import Compared, text
from cartpk.qualification.shipped import path_of, rows_of
from cartpk.readers import read

__all__ = ["doors", "parquet"]

_TABLE = "cart_9.csv"
_ADAM = {"subject_id": "USUBJID", "time": "AFRLT", "value": "AVAL", "unit": "AVALU", "lloq": "ALLOQ"}
Rows = list[dict[str, str]]
Write = Callable[[Rows, Path], None]


def doors() -> Iterator[Compared]:
    """Every profile of the table as each door gives it, beside the plain CSV file."""
    known = _from_csv()
    for name, write in DOORS.items():
        yield from _beside(known, name, write)


def parquet() -> Iterator[Compared]:
    """The same for Parquet, which needs an optional package.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    yield from _beside(_from_csv(), "table.parquet", _as_parquet)


def _from_csv() -> dict[str, str]:
    with path_of(_TABLE) as path:
        return _bits(path)


def _beside(known: dict[str, str], name: str, write: Write) -> Iterator[Compared]:
    with tempfile.TemporaryDirectory(prefix="cartpk-selftest-") as passing:
        path = Path(passing) / name
        write(rows_of(_TABLE), path)
        found = _bits(path)
    for subject in {**known, **found}:
        yield text(subject, f"every parameter, from {name}", known.get(subject, "no such subject"), found.get(subject, "no such subject"))  # fmt: skip


def _bits(path: Path) -> dict[str, str]:
    """For each subject the hash of every parameter to the last bit, with reasons and flags."""
    samples = read(path)
    results = nca(Profiles.from_samples(samples))
    return {
        key.subject_id: hashlib.sha256(
            " ".join(
                f"{float(results[name][i]).hex()} {int(results.reason(name, i))} {int(results.flag(name, i))}"
                for name in results.terms
            ).encode("ascii")
        ).hexdigest()
        for i, key in enumerate(results.profiles.keys)
    }


def _as_text(encoding: str, cut: str, end: str) -> Write:
    def write(rows: Rows, path: Path) -> None:
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=cut, lineterminator=end)
            writer.writerows([list(rows[0]), *(list(row.values()) for row in rows)])

    return write


def _as_xlsx(rows: Rows, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([_cell(name, value) for name, value in row.items()])
    book.save(path)


def _as_xpt(rows: Rows, path: Path) -> None:
    """As ADaM has it."""
    import pandas as pd
    import pyreadstat

    columns = {_ADAM[name]: [_cell(name, row[name]) for row in rows] for name in rows[0]}
    frame = pd.DataFrame({**columns, "PARAMCD": ["QPCR"] * len(rows)})
    pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name="ADPC")


def _as_parquet(rows: Rows, path: Path) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow is not installed (the extra cartpk[parquet])") from None
    pq.write_table(pa.table({name: [_cell(name, row[name]) for row in rows] for name in rows[0]}), path)


def _cell(name: str, value: str) -> str | float | None:
    """Numbers as numbers, nothing as nothing."""
    if name not in ("time", "value", "lloq"):
        return value
    return float(value) if value else None


DOORS: dict[str, Write] = {
    "crlf-bom.csv": _as_text("utf-8-sig", ",", "\r\n"),
    "semicolon-gb18030.csv": _as_text("gb18030", ";", "\n"),
    "tab-utf-16.tsv": _as_text("utf-16", "\t", "\r\n"),
    "table.xlsx": _as_xlsx,
    "adpc.xpt": _as_xpt,
}
"""Name of the file -> how it is written."""
