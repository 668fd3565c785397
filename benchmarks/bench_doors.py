"""Workbooks, SAS transport files and Parquet to checked Samples, in rows a second of processor time; and the memory of workbooks."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from bad_inputs.books import data_of, with_shared_texts
from bench_readers import PEAK, write_study

from cartpk.checks import check
from cartpk.readers import read

ROWS = 104_000
AT_LEAST = {"parquet": 400_000, "xpt": 80_000, "xlsx": 5_000}
AT_MOST = 600  # MB of the process that reads and checks the workbook
STANDARD = {
    "subject_id": "USUBJID", "visit": "VISIT", "time_nominal": "NFRLT", "time": "AFRLT", "assay": "PARAMCD", "matrix": "PCSPEC",
    "unit": "AVALU", "lloq": "ALLOQ", "dose": "DOSEA", "dose_level": "DOSEGRP", "indication": "INDIC",
}  # fmt: skip


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame.to_parquet(path, index=False)


def write_xpt(frame: pd.DataFrame, path: Path) -> None:
    """As ADaM has it: number and text beside each other, so both are compared."""
    frame = frame.rename(columns=STANDARD).rename(columns={"value": "AVALC"})
    frame["AVAL"] = pd.to_numeric(frame["AVALC"], errors="coerce")
    pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name="ADPC")


def write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    """As Excel has it: numbers as numbers, each text once in a part of its own."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Counts")
    sheet.append(list(frame))
    numbers = pd.to_numeric(frame["value"], errors="coerce")
    frame = frame.assign(value=numbers.astype(object).where(numbers.notna(), frame["value"]))
    for row in frame.itertuples(index=False):
        sheet.append(row)
    path.write_bytes(with_shared_texts(data_of(book)))


WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "parquet": write_parquet,
    "xpt": write_xpt,
    "xlsx": write_xlsx,
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The study of the text benchmarks by another door."""
    folder = tmp_path_factory.mktemp("doors")

    def made(kind: str) -> Path:
        path = folder / f"study.{kind}"
        if not path.exists():
            write_study(folder / "study.csv", ROWS)
            frame = pd.read_csv(folder / "study.csv", dtype={"value": str, "subject_id": str}, keep_default_na=False)
            WRITERS[kind](frame, path)
        return path

    return made


@pytest.mark.parametrize("kind", WRITERS)
def test_read_and_check(benchmark: Any, study: Callable[[str], Path], kind: str) -> None:
    path = study(kind)
    rounds = 1 if kind == "xlsx" else 3
    findings = benchmark.pedantic(lambda: check(read(path)), rounds=rounds, warmup_rounds=rounds // 2)
    benchmark.extra_info["rows_per_second"] = ROWS / benchmark.stats.stats.min
    assert not findings.errors


@pytest.mark.full
@pytest.mark.parametrize("kind", WRITERS)
def test_the_promised_rows_a_second(study: Callable[[str], Path], kind: str) -> None:
    path, times = study(kind), []
    for _ in range(4):
        start = time.process_time()
        check(read(path))
        times.append(time.process_time() - start)
    rate = ROWS / min(times)
    print(f"\nread and check {kind}: {rate:,.0f} rows/s")
    assert rate >= AT_LEAST[kind]


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked of POSIX")
def test_a_workbook_is_read_and_checked_within_the_promised_memory(study: Callable[[str], Path]) -> None:
    done = subprocess.run([sys.executable, "-c", PEAK, study("xlsx")], capture_output=True, text=True, check=True)
    peak = int(done.stdout) / (1e6 if sys.platform == "darwin" else 1e3)
    print(f"\npeak memory of a workbook of {ROWS:,} rows: {peak:,.0f} MB")
    assert peak <= AT_MOST
