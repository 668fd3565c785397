"""Methods and results in words: each sentence follows the rule or the number in force."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import cartpk as ck
from cartpk import prose
from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.fit_rules import FitRules, ParameterRule, Prior
from cartpk.grouping import TOTAL
from cartpk.input_rules import InputRules
from cartpk.language import LANGUAGES, catalogue, speaking
from cartpk.plan import Plan, ReportRules
from cartpk.plan.models import ModelRules
from cartpk.reasons import Reason
from cartpk.rounding import significant
from cartpk.rules import LambdaZPoints
from cartpk.samples import Exclusion
from cartpk.tables.parameters import by_group
from cartpk.tables.terminal import terminal_lines

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


@pytest.fixture(scope="module")
def modelled() -> Analysis:
    return worked(models=ModelRules(names=("exponential",)))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Every model to four profiles, one of which nobody can fit; one unit is converted, some samples are left out."""
    path = tmp_path_factory.mktemp("four") / "counts.csv"
    rows = ["subject_id,time,value,unit,lloq,dose_level,sex"]
    for k, subject in enumerate(("S1", "S2", "S3")):
        for day, value in zip((3, 6, 9, 12, 16, 21), (30, 310, 2900, 1500, 480, 160), strict=True):
            rows.append(f"{subject},{day},{value * (k + 1) * (1.1 if day % 2 else 0.9)},cells/mL,25,D{k % 2},F")
        rows += [f"{subject},{day},<25,cells/mL,25,D{k % 2},F" for day in (28, 42)]
    rows += [f"S4,{day},<25,cells/mL,25,D0,M" for day in (3, 9, 28)] + ["S4,42,,cells/mL,25,D0,M"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    fit = FitRules(parameters={"stein": {"beta": ParameterRule(fixed=0.0032)}})
    plan = Plan(
        input=InputRules(units={"flow": "cells/uL"}),
        exclude=(Exclusion("clotted", subject_id="S1", time=42),),
        nca=ck.NcaRules(lambda_z_points=(LambdaZPoints("S2", "flow", times=(12, 16, 21), reason="later is noise"),)),
        models=ModelRules(names=("auto", "stein"), fit=fit),
    )
    return work_out([path], plan)


def with_rules(analysis: Analysis, **rules: object) -> Analysis:
    models = replace(analysis.plan.models, fit=FitRules(**rules))  # type: ignore[arg-type]
    return replace(analysis, plan=replace(analysis.plan, models=models))


def test_without_models_nothing_is_said_of_them(usual: Analysis) -> None:
    assert "fitted" not in methods(usual) + results(usual)
    assert (len(prose.methods(usual)), len(prose.results(usual))) == (5, 3)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, "The model exponential was fitted to each profile. The curve of exponential is: Cmax e^(ρ(t-Tmax)) to Tmax"),
        ({}, "left-censored at its own limit, never replaced by a number"),
        ({}, "Each search had 6 starts, the first read off"),
        ({"starts": 1}, "Each search had 1 start, read off the data; no fit is given where less than 50 % of the starts"),
        ({"agree_min": 0.75}, "where less than 75 % of the starts ended"),
        ({"level": 0.9}, "Intervals cover 90 %"),
        ({"rse_max_pct": 50}, "its relative standard error is above 50 %"),
        ({"parameters": {"exponential": {"rho": ParameterRule(fixed=0.8)}}}, "In exponential, ρ was held at 0.8."),
        ({"parameters": {"exponential": {"rho": ParameterRule(min=0.2)}}}, "In exponential, ρ was searched from 0.2."),
        ({"parameters": {"exponential": {"rho": ParameterRule(max=4)}}}, "In exponential, ρ was searched to 4."),
        ({"parameters": {"exponential": {"rho": ParameterRule(min=0.2, max=4)}}}, "ρ was searched from 0.2 to 4."),
        ({"parameters": {"exponential": {"cmax": ParameterRule(prior=Prior(8000, 0.8))}}}, "Cmax was drawn towards 8000 by a normal penalty with an SD of 0.8"),
        ({"parameters": {"exponential": {"tmax": ParameterRule(prior="stein-2019")}}}, "Tmax was drawn towards 9.3 (stein-2019) by a normal penalty with an SD of 3"),
        ({"parameters": {"exponential": {"rho": ParameterRule(shared="dose_level")}}}, "ρ was common to the profiles of an assay with the same dose level."),
    ],
)  # fmt: skip
def test_the_methods_of_models_follow_the_fit_rules(modelled: Analysis, rules: dict[str, object], said: str) -> None:
    assert said in methods(with_rules(modelled, **rules))
    assert len(prose.methods(modelled)) == 6


def test_the_choice_among_models_is_told_where_there_was_one(modelled: Analysis, compared: Analysis) -> None:
    said = "auto took of exponential, stein, ogasawara and smooth the fit with the lowest corrected Akaike criterion"
    assert said in methods(compared)
    assert "Akaike" not in methods(modelled)
    assert "In stein, β was held at 0.0032. In smooth, w was held at 0.5." in methods(compared)


def test_the_results_of_models_count_the_fits_and_the_reasons(modelled: Analysis) -> None:
    (fits,) = modelled.asked
    for assay, paragraph in zip(("flow", "qpcr"), prose.results(modelled)[3:], strict=True):
        members = [f for i, f in enumerate(fits.fitted) if fits.profiles.keys[i].assay == assay]
        fitted, told = (sum(not f.reason for f in members), sum(f.believed for f in members))
        assert (
            f"By {assay} in blood, exponential was fitted to {fitted} of 9 profiles, with every parameter given for {told}."
            in paragraph
        )
        for reason, n in Counter(f.reason for f in members if f.reason).items():
            assert n == 1
            assert f"One profile has no fit because {reason.sentence[0].lower()}{reason.sentence[1:]}" in paragraph


def test_the_estimates_are_those_of_the_summary_of_fits(modelled: Analysis) -> None:
    assert modelled.summary_fits is not None
    for stratum, paragraph in zip(modelled.summary.strata, prose.results(modelled)[3:], strict=True):
        for name in ("cmax", "auc_0_m3", "doubling_time", "contraction_half_life"):
            cell = modelled.summary_fits.find(name, TOTAL, stratum, "exponential")
            said = (
                f"{modelled.fits[0].terms[name].symbol} had a geometric mean of {significant(cell.values['geo_mean'])} "
            )
            assert said in paragraph
    assert "β" not in results(modelled)


def test_another_number_makes_another_sentence(modelled: Analysis) -> None:
    assert modelled.summary_fits is not None
    cells = tuple(
        replace(c, values={**c.values, "geo_mean": 77.123}) if c.row == "cmax" and c.group == TOTAL else c
        for c in modelled.summary_fits.cells
    )
    (fits,) = modelled.fits
    failed = tuple(replace(f, reason=Reason.NOT_CONVERGED) for f in fits.fitted)
    changed = replace(modelled, summary_fits=replace(modelled.summary_fits, cells=cells))
    assert results(changed).count("Cmax had a geometric mean of 77.1 ") == 2
    assert results(modelled).count("Cmax had a geometric mean of 77.1 ") == 0
    none = results(replace(modelled, fits=(replace(fits, fitted=failed),)))
    assert "By flow in blood, exponential could not be fitted to any of 9 profiles." in none
    assert "Nine profiles have no fit because the search did not reach a point where the likelihood is highest." in none


def test_estimates_that_are_not_given_are_counted_with_the_reason(modelled: Analysis) -> None:
    (fits,) = modelled.fits
    flow = [i for i, f in enumerate(fits.fitted) if fits.profiles.keys[i].assay == "flow" and not f.reason]
    missing = sum(fits.reason("doubling_time", i) == Reason.NOT_ESTIMABLE for i in flow)
    assert missing > 1
    assert f"Doubling time for {missing}, " in prose.results(modelled)[3]
    assert ") because the samples do not tell this value" in prose.results(modelled)[3]


def test_of_auto_the_models_taken_are_counted(compared: Analysis) -> None:
    auto = next(fits for fits in compared.fits if fits.candidates)
    fitted = [i for i, f in enumerate(auto.fitted) if not f.reason]
    counts = Counter(auto.chosen[i] for i in fitted)
    each = " and ".join(f"{name} for {counts[name]}" for name in auto.candidates if counts[name])
    assert f"auto gave a fit for {len(fitted)} of 4 profiles ({each})" in results(compared)


def test_a_conversion_is_told_in_the_language_of_the_report(compared: Analysis) -> None:
    assert (
        "counts.csv: flow: 28 results and their limits were converted from cells/mL to cells/uL (times 0.001)."
        in methods(compared)
    )
    with speaking("zh"):
        assert "counts.csv：flow的28个结果及其定量下限由cells/mL换算为cells/uL（乘以0.001）。" in methods(compared)


_LATIN = {
    *(
        "cartpk",
        "CAR",
        "T",
        "LLOQ",
        "BLQ",
        "AUC",
        "M",
        "Cmax",
        "Tmax",
        "Tlast",
        "Clast",
        "Tlag",
        "foldx",
        "AICc",
        "SAS",
    ),
    *("SD", "CV", "delta", "R", "z", "n", "t", "ln", "FB", "DT", "C", "E", "d", "dt", "e", "g", "w", "cells", "copies"),
    *("L", "mL", "uL", "gDNA", "counts", "csv", "flow", "qpcr", "D", "DL", "F", "S", "clotted", "later", "is", "noise"),
    *("exponential", "stein", "ogasawara", "smooth", "auto"),
}
"""Symbols, units, names and data: what stays Latin in a Chinese report."""


@pytest.mark.parametrize("which", ["usual", "modelled", "compared"])
def test_a_chinese_report_has_no_english_words_left(which: str, request: pytest.FixtureRequest) -> None:
    analysis: Analysis = request.getfixturevalue(which)
    with speaking("zh"):
        said = [*prose.methods(analysis), *prose.results(analysis)]
    assert sorted(set(re.findall("[A-Za-z]+", " ".join(said))) - _LATIN) == []
    assert not re.search(r"[\u4e00-\u9fff] *[,.;:()]|[,.;:()] *[\u4e00-\u9fff]", " ".join(said)), "half-width signs"


def test_a_chinese_report_has_the_numbers_of_the_english_one(compared: Analysis) -> None:
    english = " ".join((*prose.methods(compared), *prose.results(compared)))
    with speaking("zh"):
        chinese = " ".join((*prose.methods(compared), *prose.results(compared)))
    words = {word: str(n) for n, word in enumerate(("no", "one", "two", "three", "four", "five"))}
    english = re.sub(
        r"\b(no|one|two|three|four|five)\b(?= (?:profile|subject|exclusion|without|excluded|never))",
        lambda m: words[m[0].lower()],
        english,
        flags=re.I,
    )
    assert Counter(re.findall(r"\d[\d.E+-]*\d|\d", english)) == Counter(re.findall(r"\d[\d.E+-]*\d|\d", chinese))


def test_every_text_of_the_room_is_in_the_catalogue() -> None:
    import ast

    room = Path(prose.__file__).parent
    texts = {
        node.value
        for path in room.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\{\w+\}| [a-z]+ ", node.value)
    }
    docstrings = {
        ast.get_docstring(node, clean=False)
        for path in room.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.FunctionDef)
    }
    for language in [name for name in LANGUAGES if name != "en"]:
        assert sorted(texts - {d for d in docstrings if d} - set(catalogue(language))) == []


@pytest.fixture(scope="module")
def two_infusions(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    head, *rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    again = [f"{row},2" for row in rows if row.startswith("S01,")]
    path = tmp_path_factory.mktemp("courses") / "counts.csv"
    path.write_text("\n".join([f"{head},infusion", *(f"{row},1" for row in rows), *again]) + "\n", encoding="utf-8")
    return work_out([path], Plan())


def test_the_first_infusion_is_named_where_there_is_a_second(usual: Analysis, two_infusions: Analysis) -> None:
    told = results(two_infusions)
    assert (
        "By qpcr in blood after infusion 1, 9 subjects" in told
        or "By qpcr in blood after infusion 1, nine subjects" in told
    )
    assert "in blood," not in told
    assert "after infusion 1" not in results(usual)


def test_subtitles_name_the_first_infusion_where_there_is_a_second(usual: Analysis, two_infusions: Analysis) -> None:
    def courses(analysis: Analysis) -> list[int]:
        found = []
        for stratum in analysis.summary.strata:
            for table in (by_group(analysis.summary, stratum), terminal_lines(analysis.results, stratum)):
                found.append(int((re.findall(r", infusion (\d)", table.subtitle) or ["0"])[0]))
        return found

    assert courses(two_infusions) == [1, 1, 2, 2] * 2
    assert courses(usual) == [0] * 4


def test_times_in_days_are_counted_in_days(modelled: Analysis) -> None:
    told = results(modelled)
    assert re.search(r"Contraction t½ had a geometric mean of [\d.]+ days with", told)
    assert not re.search(r"\d day\b(?!·)", told)
