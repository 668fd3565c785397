"""Transport and Parquet files that are wrong in one way each."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from bad_inputs import BadInput

__all__ = ["standards"]

DAYS = (0.0, 7.0, 14.0, 28.0, 90.0)
ADPC = pd.DataFrame(
    {
        "USUBJID": ["001"] * 5, "PARAMCD": ["QPCR"] * 5, "AFRLT": DAYS, "AVAL": [60.0, 900.0, 400.0, 90.0, 70.0], "AVALC": ["60", "900", "400", "90", "70"],
        "AVALU": ["copies/ug gDNA"] * 5, "ALLOQ": [50.0] * 5,
    }
)  # fmt: skip
PC = pd.DataFrame(
    {
        "USUBJID": ["001"] * 5, "PCTESTCD": ["QPCR"] * 5, "PCORRES": ["60", "900", "400", "90", "70"], "PCORRESU": ["copies/ug"] * 5,
        "PCSTRESC": ["60", "900", "400", "90", "70"], "PCSTRESN": [60.0, 900.0, 400.0, 90.0, 70.0], "PCSTRESU": ["copies/ug"] * 5, "PCSTAT": [""] * 5,
        "PCLLOQ": [50.0] * 5, "PCDTC": ["2024-03-01", "2024-03-08", "2024-03-15", "2024-03-29", "2024-05-30"], "PCRFTDTC": ["2024-03-01"] * 5,
    }
)  # fmt: skip


def xpt(frame: pd.DataFrame, version: int = 5) -> bytes:
    """A transport file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xpt"
        pyreadstat.write_xport(frame, str(path), file_format_version=version, table_name="A")
        return path.read_bytes()


def with_cell(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    """A data set with one cell changed; rows are counted from 1."""
    cells = [value if k == row else cell for k, cell in enumerate(frame[column], 1)]
    return frame.assign(**{column: cells})


Told = list[tuple[str, int | None, str, str]]
_UNREADABLE: dict[str, Callable[[], bytes]] = {
    "cut in a record": lambda: xpt(ADPC)[:-90],
    "cut in a card": lambda: xpt(ADPC)[:-1],
    "version 8, cut": lambda: xpt(ADPC, 8)[:-160],
    "CPORT": lambda: b"**COMPRESSED** **COMPRESSED** " + b"x" * 400,
    "a CSV with its name": lambda: b"subject_id,time\nS1,0\n",
    "two data sets": lambda: (data := xpt(ADPC)) + data[data.index(b"HEADER RECORD*******MEMBER") :],
}
_CELLS: dict[str, tuple[pd.DataFrame, Told]] = {
    "a negative result": (with_cell(with_cell(ADPC, "AVAL", 3, -4.0), "AVALC", 3, "-4"), [("E-VALUE-NEGATIVE", 3, "AVAL", "-4")]),
    "text and number contradict": (with_cell(ADPC, "AVALC", 3, "500"), [("E-CDISC-CONTRADICTS", 3, "AVAL", "400")]),
    "an id with a fraction": (ADPC.assign(USUBJID=[1.0, 1.5, 1.0, 1.0, 1.0]), [("E-CELL-TYPE", 2, "USUBJID", "1.5")]),
    "a time decades away": (with_cell(ADPC, "AFRLT", 5, 12_000.0), [("E-TIME-FAR", 5, "AFRLT", "12000")]),
    "a blank time": (with_cell(ADPC, "AFRLT", 3, None), [("E-TIME-BLANK", 3, "AFRLT", "")]),
    "a unit that is not known": (with_cell(ADPC, "AVALU", 3, "ng/mL"), [("E-UNIT-UNKNOWN", 3, "AVALU", "ng/mL")]),
    "no column of results": (ADPC.drop(columns=["AVAL", "AVALC"]), [("E-COLUMN-MISSING", None, "value", "")]),
    "PC: original and standard contradict": (with_cell(PC, "PCORRES", 3, "401"), [("E-CDISC-CONTRADICTS", 3, "PCSTRESC", "400")]),
    "PC: a result beside NOT DONE": (with_cell(PC, "PCSTAT", 3, "NOT DONE"), [("E-CDISC-CONTRADICTS", 3, name, "400") for name in ("PCORRES", "PCSTRESC", "PCSTRESN")]),
    "PC: an unknown status": (with_cell(PC, "PCSTAT", 3, "LOST"), [("E-CDISC-CONTRADICTS", 3, "PCSTAT", "LOST")]),
    "PC: a partial date": (with_cell(PC, "PCDTC", 3, "2024-03"), [("E-DATE-PARTIAL", 3, "PCDTC", "2024-03")]),
    "PC: a time zone on one side": (PC.assign(PCDTC=[f"{d}T08:00" for d in PC["PCDTC"]], PCRFTDTC="2024-03-01T08:00Z"),
                                       [("E-DATE-ZONE", row, "PCDTC", f"{day}T08:00") for row, day in enumerate(PC["PCDTC"], 1)]),
    "PC: a limit in the text that is not the one beside": (with_cell(with_cell(with_cell(PC, "PCSTRESC", 1, "<20"), "PCORRES", 1, "<20"), "PCSTRESN", 1, None), [("E-LLOQ-CONTRADICTS", 1, "PCSTRESC", "<20")]),
}  # fmt: skip


def standards() -> Iterator[BadInput]:
    """Each of them as a run of the command; those of Parquet where its library is installed."""
    for name, make in _UNREADABLE.items():
        yield BadInput(f"XPT: {name}", {"a.xpt": make()}, [("E-XPT-UNREADABLE", None, "", "")])
    for name, (frame, told) in _CELLS.items():
        yield BadInput(f"XPT: {name}", {"a.xpt": xpt(frame)}, told)
    if find_spec("pyarrow") is not None:
        yield from _parquet()


def each(rule: str, column: str, value: str) -> Told:
    """What is told of a column whose type cannot stand there: the column, and each of its cells."""
    return [("E-CELL-TYPE", None, column, ""), *((rule, row, column, value) for row in range(1, 6))]


def _parquet() -> Iterator[BadInput]:
    table = {
        "subject_id": ["S1"] * 5,
        "time": DAYS,
        "value": [60.0, 900.0, 400.0, 90.0, 70.0],
        "unit": ["cells/uL"] * 5,
    }
    whole = parquet(**table)
    for name, data in (
        ("cut short", whole[: len(whole) // 2]),
        ("without its end", whole[:-4]),
        ("a CSV with its name", b"a,b\n1,2\n"),
    ):
        yield BadInput(f"Parquet: {name}", {"a.parquet": data}, [("E-PARQUET-UNREADABLE", None, "", "")])
    for name, column, cells, told in (
        ("true and false among results", "value", [True] * 5, each("E-BLQ-WORD", "value", "TRUE")),
        ("dates among times", "time", [dt.date(2024, 3, 1)] * 5, each("E-TIME-DATE", "time", "2024-03-01")),
        ("ids with a fraction", "subject_id", [1.0, 1.5, 1.0, 1.0, 1.0], [("E-CELL-TYPE", None, "subject_id", "")]),
        ("lists among results", "value", [[1.0]] * 5, each("E-NUMBER-NOT-A-NUMBER", "value", "[1.0]")),
        ("bytes among units", "unit", [b"cells/uL"] * 5, each("E-UNIT-UNKNOWN", "unit", "b'cells/uL'")),
        (
            "NaN among results",
            "value",
            [60.0, float("nan"), 400.0, 90.0, 70.0],
            [("E-NUMBER-NOT-FINITE", 2, "value", "nan")],
        ),
        (
            "infinity among results",
            "value",
            [60.0, float("inf"), 400.0, 90.0, 70.0],
            [("E-NUMBER-NOT-FINITE", 2, "value", "inf")],
        ),
        ("a negative result", "value", [60.0, -1.0, 400.0, 90.0, 70.0], [("E-VALUE-NEGATIVE", 2, "value", "-1")]),
    ):
        yield BadInput(f"Parquet: {name}", {"a.parquet": parquet(**{**table, column: cells})}, told)


def parquet(**columns: Any) -> bytes:
    """A Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({name: list(cells) for name, cells in columns.items()}), out)
    return out.getvalue()
