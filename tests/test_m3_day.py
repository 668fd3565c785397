"""Wherever people read the name M3, its day stands beside it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from cartpk.analyze import work_out
from cartpk.cli import run
from cartpk.plan import Plan
from cartpk.plots import catalogue as figures
from cartpk.rules import NcaRules

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
BARE = re.compile(r"AUC0-M3(?! \(day 84\))")


def test_every_figure_says_the_day_of_m3() -> None:
    plan = Plan(nca=NcaRules(horizons={"0_28": 28, "0_m3": 84}))
    analysis = work_out([SAMPLE], plan)
    entries = [e for e in figures(analysis.profiles, analysis.results) if e.subject_id in ("", "S01", "S06")]
    said = 0
    for entry in entries:
        figure = entry.draw()
        words = "\n".join(
            [entry.title, entry.caption, *(t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")))]
        )
        told = " ".join(words.split())
        assert not BARE.search(told), entry.title
        said += "AUC0-M3 (day 84)" in told
    assert said >= 3  # the parameters, and two subjects


def test_the_terminal_and_the_titles_of_the_tables_say_the_day_of_m3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    status = run(
        ["analyze", str(SAMPLE), "--m3-days", "84", "--figures", "none", "--format", "csv,xlsx", "-o", str(out)]
    )
    printed = capsys.readouterr().out
    assert status == 0
    assert "Areas: AUC0-M3 to day 84" in printed.splitlines()
    with (out / "tables" / "index.csv").open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    named = [title for title in titles if "M3" in title]
    assert named
    assert not [title for title in named if BARE.search(title)]
