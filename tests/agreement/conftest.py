"""One analysis with everything on, written once in each language, for all tests of agreement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import cartpk as ck
from agreement.written import Written
from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.analyze.files import write_files
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.language import LANGUAGES
from cartpk.plan import Plan, ReportRules
from cartpk.plan.models import ModelRules
from cartpk.rules import LambdaZPoints
from cartpk.samples import Exclusion

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"
PLAN = Plan(
    report=ReportRules(
        study="NCT06821659",
        population="PK set",
        by=("dose_level", "dose_level,sex"),
        formats=("csv", "html", "xlsx", "rtf", "docx"),
        figures="none",
    ),
    exclude=(Exclusion("clotted", subject_id="S01", time=15), Exclusion("withdrew", subject_id="S06", assay="flow")),
    nca=ck.NcaRules(
        horizons={"0_28": 28, "0_m3": 90, "0_m6": 180},
        gate="missing",
        lambda_z_points=(LambdaZPoints("S02", "qpcr", drop_times=(22,), reason="contaminated"),),
    ),
    models=ModelRules(
        names=("exponential", "auto"),
        fit=FitRules(starts=2, parameters={"stein": {"beta": ParameterRule(fixed=0.0032)}}),
    ),
)


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    """The sample study with two assays, models, exclusions, a point left out by hand and a gate that removes values."""
    return work_out([SAMPLE], PLAN)


@pytest.fixture(scope="session", params=LANGUAGES)
def written(request: pytest.FixtureRequest, analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The files of that analysis."""
    language: str = request.param
    folder = tmp_path_factory.mktemp(f"run-{language}")
    report = replace(analysis.plan.report, language=language)
    write_files(replace(analysis, plan=replace(analysis.plan, report=report)), folder)
    return Written(
        folder=folder,
        language=language,
        groupings=(("dose_level",), ("dose_level", "sex")),
        terms=analysis.results.terms,
        fit_terms={fits.model: fits.terms for fits in analysis.asked},
    )
