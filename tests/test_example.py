"""The trip a newcomer copies; when it becomes ugly, the architecture has."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "example.py"


def test_the_example_makes_a_run_folder_and_prints_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(EXAMPLE))["main"]
    main(tmp_path / "run")
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000
    assert (tmp_path / "run" / "parameters.csv").exists()
    said = capsys.readouterr().out
    assert "Samples: " in said
    assert "was made from rows 2 " in said or "was made from rows 3 " in said


def test_the_example_stays_short() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 35
