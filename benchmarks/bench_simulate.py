"""A simulated study, from the seed to its two files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cartpk.simulate import simulate


@pytest.mark.parametrize("subjects", [9, 1_000, pytest.param(100_000, marks=pytest.mark.full)])
def test_simulate_and_write(benchmark: Any, tmp_path: Path, subjects: int) -> None:
    counts, _ = benchmark.pedantic(lambda: simulate(subjects).write(tmp_path / "counts.csv"), rounds=2)
    with counts.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) > 26 * subjects
