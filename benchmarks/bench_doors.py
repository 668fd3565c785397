"""SAS transport files and Parquet to checked Samples, in rows a second of processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from bench_readers import write_study

from cartpk.checks import check
from cartpk.readers import read

ROWS = 104_000
AT_LEAST = {"parquet": 400_000, "xpt": 80_000}
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


WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {"parquet": write_parquet, "xpt": write_xpt}


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
    findings = benchmark.pedantic(lambda: check(read(path)), rounds=3, warmup_rounds=1)
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
