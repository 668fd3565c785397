"""Whole analyses for the tests of the page: the sample study, the same under hostile names, and odd little ones."""

from dataclasses import replace
from pathlib import Path

import pytest
from pages import HOSTILE, Work

from cartpk.analysis import Analysis
from cartpk.analyze.compute import work_out
from cartpk.plan import Plan
from cartpk.report import render

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"


@pytest.fixture(scope="session")
def sample() -> Analysis:
    """The sample study under the default plan."""
    return work_out([SAMPLE], Plan())


@pytest.fixture(scope="session")
def page(sample: Analysis) -> str:
    """Its page, with a few links."""
    return render(sample, [("parameters.csv", "every parameter"), ("figures/figure-001.png", "All subjects")])


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """The sample study, its subjects named by an enemy."""
    text = SAMPLE.read_text(encoding="utf-8")
    for id_, name in HOSTILE.items():
        quoted = '"' + name.replace('"', '""') + '"'
        text = text.replace(f"\n{id_},", f"\n{quoted},")
    path = tmp_path_factory.mktemp("hostile") / "counts.csv"
    path.write_text(text.replace("SLE", "</style><b>SLE"), encoding="utf-8", newline="")
    return work_out([path], Plan())


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Work out a few lines of CSV; `plan` and fields of the rules as for the plan."""

    def go(text: str, plan: Plan | None = None, **rules: object) -> Analysis:
        path = tmp_path / "counts.csv"
        path.write_text(text.strip() + "\n", encoding="utf-8", newline="")
        plan = plan or Plan()
        return work_out([path], replace(plan, nca=replace(plan.nca, **rules)))

    return go
