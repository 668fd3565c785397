"""Methods and results in words: each sentence follows the rule or the number in force."""

from __future__ import annotations

from pathlib import Path

import pytest

import cartpk as ck
from cartpk import prose
from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.plan import Plan, ReportRules
from cartpk.rounding import significant
from cartpk.rules import LambdaZPoints
from cartpk.samples import Exclusion

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"


def worked(**plan: object) -> Analysis:
    return work_out([SAMPLE], Plan(**plan))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def usual() -> Analysis:
    return worked()


def methods(analysis: Analysis) -> str:
    return " ".join(prose.methods(analysis))


def results(analysis: Analysis) -> str:
    return " ".join(prose.results(analysis))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, "Areas under the curve are by the linear trapezoidal rule."),
        ({"auc_method": "lin-up-log-down"}, "logarithmic ones where they fall"),
        ({"auc_method": "lin-log"}, "linear trapezoids up to Tmax and logarithmic ones after it"),
        ({"blq": "half-lloq"}, "those between quantifiable results and first after the last quantifiable result were taken as half the LLOQ"),
        ({"blq": "missing"}, "and later were left out."),
        ({"blq": {"embedded": 2.5}}, "those between quantifiable results were taken as 2.5"),
        ({"horizons": {"0_m3": 84}}, "Partial areas are AUC0-M3 (day 84), cut by interpolation"),
        ({"horizons": {"0_m3": 84}}, "in the first 84 days"),
        ({"visit_window": 5}, "(5 days for day 28 and 5 days for day 90)"),
        ({"end_rule": "extrapolate"}, "the area was extrapolated with the terminal slope"),
        ({"gate": "missing", "lambda_z_r2adj_min": 0.9}, "were removed where the adjusted R² was below 0.9"),
        ({"reexpansion_fold": 3}, "where a result reached 3 times the lowest value"),
        ({"lambda_z_min_points": 4}, "the last 4 or more quantifiable results"),
    ],
)  # fmt: skip
def test_the_methods_follow_the_rules(rules: dict[str, object], said: str) -> None:
    assert said in methods(worked(nca=ck.NcaRules(**rules)))  # type: ignore[arg-type]


def test_no_horizon_no_sentence_on_partial_areas() -> None:
    found = worked(nca=ck.NcaRules(horizons={}))
    assert "Partial areas" not in methods(found)
    assert "AUClast had a geometric mean" in results(found)


def test_decisions_by_hand_are_told_with_their_reasons() -> None:
    points = LambdaZPoints("S02", "qpcr", drop_times=(22,), reason="contaminated")
    found = worked(
        exclude=(Exclusion("clotted", subject_id="S01", time=15), Exclusion("nobody", subject_id="S02", time=1.5)),
        nca=ck.NcaRules(lambda_z_points=(points,)),
    )
    assert "One exclusion of the analysis plan left out samples, with the reason: clotted." in methods(found)
    assert "Points of S02 (qpcr) were left out by hand: contaminated." in methods(found)
    assert "two without a result and two excluded by the plan did not enter" in results(found)


def test_numbers_are_those_of_the_summary_rounded_as_in_the_tables(usual: Analysis) -> None:
    text = results(usual)
    for stratum in usual.summary.strata:
        part = {c.row: c for c in usual.summary.of_stratum(stratum) if not c.group.by}
        for name in ("cmax", "auc_0_m3"):
            symbol = usual.results.terms[name].symbol
            assert f"{symbol} had a geometric mean of {significant(part[name].values['geo_mean'])} " in text
        tmax = part["tmax"].values
        assert (
            f"Tmax was a median of {significant(tmax['median'])} days (n = {tmax['n']:g}; range {significant(tmax['min'])}"
            in text
        )


def test_every_row_is_accounted_for(usual: Analysis) -> None:
    counts = usual.ledger.counts()
    first = prose.results(usual)[0]
    assert first == f"Nine subjects with 246 samples were read, of which {counts['used']} samples entered the analysis; two without a result did not enter."  # fmt: skip


def test_a_missing_area_is_told_with_its_reason(usual: Analysis) -> None:
    assert "is not given for one subject: sampling ends too early before the horizon" in results(usual)


def test_groupings_are_those_of_the_plan() -> None:
    found = worked(report=ReportRules(by=("sex", "dose_level,sex")))
    assert "summarised by sex and by dose level and sex and in total" in methods(found)
    assert "By sex it was F " in results(found)


def test_nobody_quantifiable_is_said_and_nothing_is_made_up(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    rows = [f"S{k},{t},<50,copies/ug gDNA" for k in range(3) for t in (0, 7, 28, 90)]
    path.write_text("subject_id,time,value,unit\n" + "\n".join(rows) + "\n", encoding="utf-8")
    text = results(work_out([path], Plan()))
    assert "three never had a quantifiable result" in text
    assert "No subject had a value of Tmax." in text
    assert "Cmax had a median of 0 copies/µg gDNA (n = 3; range 0 to 0)." in text
    assert "nan" not in text.lower()


def test_the_page_carries_the_words(usual: Analysis) -> None:
    from html import escape

    from cartpk.report import render

    page = render(usual)
    for text in (*prose.methods(usual), *prose.results(usual)):
        assert f"<bdi>{escape(text, quote=False)}</bdi>" in page
