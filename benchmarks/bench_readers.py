"""The door: a text file to Samples, and to checked Samples, in rows a second of processor time and in memory."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cartpk.checks import check
from cartpk.readers import read

COLUMNS = ["subject_id", "visit", "time_nominal", "time", "assay", "matrix", "value", "unit", "lloq", "dose", "dose_level", "indication"]  # fmt: skip
DAYS = (0, 1, 3, 5, 7, 10, 12, 14, 21, 28, 42, 56, 90)
PEAK = """
import pathlib, resource, sys
from cartpk.checks import check
from cartpk.readers import read
check(read(sys.argv[1]))
status = pathlib.Path("/proc/self/status")  # Linux's ru_maxrss counts what the parent held before it started us
own = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_study(path: Path, n_rows: int, quoting: Any = csv.QUOTE_MINIMAL) -> None:
    """A study of `n_rows` rows and 12 columns: curves that rise and fall, BLQ in words, actual beside nominal days."""
    rng = np.random.default_rng(7)
    n_courses = -(-n_rows // len(DAYS))
    days = np.array(DAYS, float)
    drift = np.where(days > 0, rng.uniform(-0.2, 0.2, (n_courses, len(DAYS))), 0)
    curve = np.minimum(0.9 * (days - 11), -0.15 * (days - 11))
    values = np.exp(rng.normal(8, 0.8, (n_courses, 1)) + curve + rng.normal(0, 0.2, drift.shape))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=quoting)
        writer.writerow(COLUMNS)
        for course in range(n_courses):
            level = course // 2 % 3
            flow = course % 2 == 0
            who = (f"S{course // 2:06d}", ("flow", "cells/uL", "1") if flow else ("qpcr", "copies/ug gDNA", "50"))
            scale, limit = (0.02, 1) if flow else (1.0, 50)
            dose = (("1000000", "3000000", "10000000")[level], f"DL{level + 1}", ("SLE", "SSc", "AAV")[course // 2 % 3])
            times, results = (days + drift[course]).round(2).tolist(), (values[course] * scale).round(2).tolist()
            for day, actual, result in zip(DAYS, times, results, strict=True):
                said = "BLQ" if result < limit or not day else result
                writer.writerow([who[0], f"Day {day}", day, actual, who[1][0], "BLOOD", said, *who[1][1:], *dose])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A file of so many rows (a multiple of 13), written once."""
    folder = tmp_path_factory.mktemp("studies")

    def made(n_rows: int, quoting: Any = csv.QUOTE_MINIMAL) -> Path:
        path = folder / f"{n_rows}_{quoting}.csv"
        if not path.exists():
            write_study(path, n_rows, quoting)
        return path

    return made


SIZES = [13_000, 104_000, pytest.param(1_040_000, marks=pytest.mark.full)]


@pytest.mark.parametrize("n_rows", SIZES)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["plain", "quoted"])
def test_read(benchmark: Any, study: Callable[..., Path], n_rows: int, quoting: Any) -> None:
    path = study(n_rows, quoting)
    samples = benchmark.pedantic(read, args=(path,), rounds=3, warmup_rounds=1)
    benchmark.extra_info["rows_per_second"] = len(samples) / benchmark.stats.stats.min
    assert len(samples) == n_rows
    assert not samples.findings.errors


@pytest.mark.parametrize("n_rows", SIZES)
def test_read_and_check(benchmark: Any, study: Callable[..., Path], n_rows: int) -> None:
    path = study(n_rows)
    findings = benchmark.pedantic(lambda: check(read(path)), rounds=3, warmup_rounds=1)
    benchmark.extra_info["rows_per_second"] = n_rows / benchmark.stats.stats.min
    assert not findings.errors


def test_pandas_reads_text_alone(benchmark: Any, study: Callable[..., Path]) -> None:
    """For comparison: the cells as text and no more, with fields that nobody counts."""
    path = study(104_000)
    frame = benchmark.pedantic(
        lambda: pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False), rounds=3, warmup_rounds=1
    )
    assert len(frame) == 104_000


def seconds(path: Path) -> float:
    """The least processor time of three runs of reading and checking."""
    times = []
    for _ in range(3):
        start = time.process_time()
        check(read(path))
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.full
def test_a_million_rows_take_at_most_twelve_times_as_long_as_a_tenth(study: Callable[..., Path]) -> None:
    small, large = seconds(study(104_000)), seconds(study(1_040_000))
    print(f"\nread and check: {104_000 / small:,.0f} rows/s, a million {1_040_000 / large:,.0f} rows/s; {large / small:.1f} times as long")  # fmt: skip
    assert 1_040_000 / large >= 200_000
    assert large / small <= 12


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked of POSIX")
def test_a_million_rows_are_read_and_checked_within_the_promised_memory(study: Callable[..., Path]) -> None:
    done = subprocess.run([sys.executable, "-c", PEAK, study(1_040_000)], capture_output=True, text=True, check=True)
    peak = int(done.stdout) / (1e6 if sys.platform == "darwin" else 1e3)
    print(f"\npeak memory: {peak:,.0f} MB")
    assert peak <= 150 + 600 * 1.04
