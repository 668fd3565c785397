"""Summaries of parameters and concentrations: groups, words for what cannot be given, and the long frame."""

import math
from dataclasses import replace

import numpy as np
import pytest
from cohort import cohort
from hypothesis import given
from hypothesis import strategies as st

import cartpk as ck
from cartpk.errors import UsageError
from cartpk.grouping import TOTAL, Group
from cartpk.labels import Labels
from cartpk.summary import Visit, summarize, summarize_concentrations

LEVELS = {"dose_level": ["3e6", "1e6", "1e6", "3e6", "1e6"], "sex": ["M", "F", "F", "M", ""]}


@pytest.fixture(scope="module")
def results():
    return ck.nca(cohort(covariates=LEVELS))


def test_parameters_by_group_and_in_total(results):
    summary = summarize(results, "dose_level")
    assert [g.text for g in summary.groups] == ["1e6", "3e6", "Total"]
    low = summary.find("cmax", Group(("dose_level",), ("1e6",)))
    assert (low.values["N"], low.values["n"], low.values["mean"]) == (3, 3, 10000 / 3)  # 2000, 8000, 0
    assert (low.values["geo_n"], low.reasons["geo_mean"]) == (2, "NE")
    total = summary.find("cmax", TOTAL)
    assert (total.values["N"], total.values["mean"], total.values["geo_n"]) == (5, 3000, 4)
    assert total.values["geo_mean"] == pytest.approx((4000 * 2000 * 8000 * 1000) ** 0.25, rel=1e-14)
    assert (total.unit, total.source, total.stratum.assay) == ("copies/ug gDNA", "nca", "qpcr")


def test_every_parameter_agrees_with_pandas(results):
    frame = results.to_frame()
    summary = summarize(results, "dose_level")
    for group in summary.groups:
        some = frame[frame["dose_level"] == group.levels[0]] if group.by else frame
        for name in results.terms:
            values, found = some[name].dropna(), summary.find(name, group).values
            assert (found["N"], found["n"]) == (len(some), len(values))
            if len(values) >= 3:
                expected = values.mean(), values.std(), values.median(), values.min(), values.max()
                shown = tuple(found[s] for s in ("mean", "sd", "median", "min", "max"))
                assert shown == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_too_few_values_are_not_estimable_and_never_a_blank_without_a_word(results):
    for cell in summarize(results, "sex"):
        for name, value in cell.values.items():
            assert math.isnan(value) == (name in cell.reasons)
            if cell.values["n"] < 3:
                assert math.isnan(value) == (name not in ("N", "n", "geo_n") and (name not in ("median", "min", "max") or not cell.values["n"]))  # fmt: skip


def test_blank_covariates_are_a_group_of_their_own(results):
    assert [g.text for g in summarize(results, "sex").groups] == ["F", "M", "(missing)", "Total"]


def test_several_groupings_are_joined_and_the_total_stands_once(results):
    both = summarize(results, "dose_level") + summarize(results, "sex") + summarize(results, "dose_level,sex")
    assert both.columns == ("dose_level", "sex")
    assert both.groupings == (("dose_level",), ("sex",), ("dose_level", "sex"))
    frame = both.to_frame()
    mean = frame[(frame["parameter"] == "cmax") & (frame["statistic"] == "n")]
    assert list(zip(mean["dose_level"], mean["sex"], mean["value"], strict=True)) == [
        ("1e6", "Total", 3), ("3e6", "Total", 2), ("Total", "Total", 5),
        ("Total", "F", 2), ("Total", "M", 2), ("Total", "(missing)", 1),
        ("1e6", "F", 2), ("1e6", "(missing)", 1), ("3e6", "M", 2),
    ]  # fmt: skip
    assert list(frame.columns) == [
        "source", "assay", "matrix", "infusion", "dose_level", "sex", "parameter", "unit", "statistic", "value", "reason",
    ]  # fmt: skip


def test_summaries_of_two_kinds_are_not_joined(results):
    with pytest.raises(UsageError, match="are two"):
        summarize(results) + summarize_concentrations(results.profiles)
    with pytest.raises(UsageError, match="are two"):
        summarize(results) + summarize(results, min_n=2)


def test_without_a_grouping_there_is_the_total_alone(results):
    summary = summarize(results)
    assert summary.groups == (TOTAL,)
    assert summary.columns == ()
    assert len(summary) == len(results.terms)


def test_an_unknown_column_and_an_impossible_min_n_are_wrong_use(results):
    with pytest.raises(UsageError, match="near it: dose_level"):
        summarize(results, "dose_levle")
    with pytest.raises(UsageError, match="min_n is 0"):
        summarize(results, min_n=0)


def test_min_n_is_a_setting(results):
    low = summarize(results, "dose_level", min_n=2).find("cmax", Group(("dose_level",), ("3e6",)))
    assert low.values["sd"] == pytest.approx(3000 / math.sqrt(2))


def test_doses_in_two_units_are_not_averaged():
    profiles = cohort(dose=[1e6] * 5, dose_unit=["cells/kg"] * 4 + ["cells"], covariates=LEVELS)
    summary = summarize(ck.nca(profiles), "dose_level")
    mixed, alike = summary.find("cmax_dn", TOTAL), summary.find("cmax_dn", Group(("dose_level",), ("3e6",)))
    assert (mixed.values["n"], mixed.reasons["mean"], mixed.reasons["median"], mixed.unit) == (
        5,
        "NE",
        "NE",
        "copies/ug gDNA/dose",
    )
    assert (alike.unit, alike.values["median"]) == ("copies/ug gDNA/(cells/kg)", 0.0025)


def test_assays_are_never_pooled():
    rows = [[0, 900, 4000, 400, 0], [0, 700, 2000, 200, 60], [0, 500, 8000, 800, 0]]
    summary = summarize(ck.nca(cohort({"qpcr": rows, "flow": [[v / 10 for v in row] for row in rows]}, lloq=5)))
    assert [s.assay for s in summary.strata] == ["flow", "qpcr"]
    means = [summary.find("cmax", TOTAL, stratum).values["mean"] for stratum in summary.strata]
    assert means == [pytest.approx(1400 / 3), pytest.approx(14000 / 3)]
    with pytest.raises(KeyError, match="2 cells for 'cmax'"):
        summary.find("cmax", TOTAL)


@given(st.permutations(range(5)))
def test_the_order_of_subjects_moves_no_digit(order):
    values = [
        [0, 900, 4000, 400, 0],
        [0, 700.3, 2000.7, 200, 60],
        [0, 0.1, 8000.1, 800, 0],
        [0, 0, 1000, 100, 0],
        [0] * 5,
    ]
    levels = LEVELS["dose_level"]
    shuffled = cohort({"qpcr": [values[k] for k in order]}, covariates={"dose_level": [levels[k] for k in order]})
    ordered = cohort({"qpcr": values}, covariates={"dose_level": levels})
    found = [summarize(ck.nca(p), "dose_level").to_frame() for p in (shuffled, ordered)]
    assert found[0].equals(found[1])


def test_concentrations_count_results_below_the_limit_as_zero():
    summary = summarize_concentrations(cohort())
    day7 = summary.find(Visit("", 7.0), TOTAL)  # 900, 700, 500, BLQ, BLQ
    assert (day7.values["n"], day7.values["n_quantifiable"], day7.values["pct_quantifiable"]) == (5, 3, 60)
    assert (day7.values["mean"], day7.values["median"], day7.values["min"], day7.values["max"]) == (420, 500, 0, 900)
    assert day7.values["geo_mean"] == pytest.approx((900 * 700 * 500) ** (1 / 3), rel=1e-14)
    day90 = summary.find(Visit("", 90.0), TOTAL)  # one of five is quantifiable
    assert [day90.reasons[s] for s in ("mean", "sd", "cv_pct", "geo_mean")] == ["NC", "NC", "NC", "NE"]
    assert (day90.values["median"], day90.values["max"]) == (0, 60)


def test_a_mean_is_calculated_where_just_half_is_below_the_limit():
    half = cohort({"qpcr": [[0, 90, 90, 90, 90]] * 2 + [[0] * 5] * 2})
    assert summarize_concentrations(half).find(Visit("", 7.0), TOTAL).values["mean"] == 45


def test_missing_and_excluded_samples_do_not_enter():
    p = cohort({"qpcr": [[0, 100, 200, np.nan, 90]] * 3})
    excluded = p.excluded.copy()
    excluded[1] = 0
    p = replace(p, excluded=excluded, exclusion_reasons=("clotted sample",))
    summary = summarize_concentrations(p)
    assert summary.find(Visit("", 7.0), TOTAL).values["n"] == 2
    nobody = summary.find(Visit("", 28.0), TOTAL)
    assert (nobody.values["N"], nobody.values["n"], nobody.reasons["median"]) == (3, 0, "NE")


def test_a_subject_excluded_altogether_is_not_counted():
    p = cohort({"qpcr": [[0, 100, 200, 150, 90]] * 4}, covariates={"dose_level": ["1e6", "1e6", "1e6", "3e6"]})
    excluded = p.excluded.copy()
    excluded[5:10] = excluded[15:] = 0
    p = replace(p, excluded=excluded, exclusion_reasons=("withdrew",))
    counts = [
        (c.group.text, c.values["N"], c.values["n"]) for c in summarize(ck.nca(p), "dose_level") if c.row == "cmax"
    ]
    assert counts == [("1e6", 2, 2), ("3e6", 0, 0), ("Total", 2, 2)]
    day7 = [
        (c.group.text, c.values["N"], c.values["n"])
        for c in summarize_concentrations(p, "dose_level")
        if c.row.time_nominal == 7
    ]
    assert day7 == counts


def test_a_measured_zero_without_a_limit_is_a_value_and_not_quantifiable():
    p = cohort({"qpcr": [[0, 0, 90, 90, 90]] * 3}, lloq=np.nan)
    day7 = summarize_concentrations(p).find(Visit("", 7.0), TOTAL)
    assert (day7.values["n"], day7.values["n_quantifiable"], day7.values["mean"]) == (3, 0, 0)


def test_visits_are_planned_days_else_names_else_actual_days_in_order_of_day():
    p = cohort({"qpcr": [[0, 100, 200, 150, 90]] * 2}, times=(0.0, 7.5, 14.0, 28.0, 91.0))
    planned = np.array([0, 7, np.nan, np.nan, np.nan] * 2)
    names = Labels.of(["Pre-dose", "", "Week 2", "", "Month 3"] * 2)
    summary = summarize_concentrations(replace(p, time_nominal=planned, visit=names))
    assert [cell.row for cell in summary] == [
        Visit("Pre-dose", 0.0), Visit("", 7.0), Visit("Week 2", None), Visit("Day 28", None), Visit("Month 3", None),
    ]  # fmt: skip
    frame = summary.to_frame()
    assert list(frame["visit"].unique()) == ["Pre-dose", "Day 7", "Week 2", "Day 28", "Month 3"]
    assert frame["time_nominal"].unique().tolist()[:2] == [0, 7]
    assert list(frame.columns) == [
        "assay",
        "matrix",
        "infusion",
        "visit",
        "time_nominal",
        "unit",
        "statistic",
        "value",
        "reason",
    ]


def test_two_visits_at_one_planned_day_stay_apart():
    p = cohort({"qpcr": [[0, 100, 200, 150, 90]] * 2})
    summary = summarize_concentrations(
        replace(p, time_nominal=np.array([0, 0, 14, 28, 90.0] * 2), visit=Labels.of(["Pre", "Post", "", "", ""] * 2))
    )
    assert [(c.row.label, c.values["n"]) for c in summary][:2] == [("Post", 2), ("Pre", 2)]


def test_a_notebook_sees_the_answers_and_no_markup_of_the_data(results):
    hostile = cohort(covariates={"dose_level": ["<script>", "=cmd()", "$x$", "<script>", "=cmd()"]})
    summary = summarize(ck.nca(hostile), "dose_level")
    assert "&lt;script&gt;" in summary._repr_html_()
    assert "<script>" not in summary._repr_html_()
    assert "<td>2830</td>" in summarize(results)._repr_html_()  # as tables round, not 2828.4271247461903
    assert "qpcr cmax Total: geometric mean 2830 copies/ug gDNA (n=4)" in repr(summarize(results))
    assert repr(summarize_concentrations(hostile)).startswith("Summary of concentrations: 1 assays")


def test_unscheduled_samples_stand_in_no_visit(read_text):
    head = "subject_id,time,visit,time_nominal,value,unit,lloq\n"
    visits = (("Day 0", 0, 0, "BLQ"), ("Day 7", 7, 7, 900), ("Unscheduled", 9, "", 100), ("UNSCH 2", 10, 10, 90), ("Day 14", 14, 14, 300))  # fmt: skip
    rows = [f"S{s},{t},{v},{n},{x},cells/uL,5\n" for s in (1, 2, 3) for v, t, n, x in visits]
    profiles = ck.Profiles.from_samples(read_text(head + "".join(rows)))
    summary = summarize_concentrations(profiles)
    assert [cell.row.label for cell in summary] == ["Day 0", "Day 7", "Day 14"]
    assert [cell.values["n"] for cell in summary] == [3, 3, 3]
    only = ck.Profiles.from_samples(read_text(head + "".join(r for r in rows if "Uns" in r)))
    assert len(summarize_concentrations(only)) == 0


def test_two_samples_of_a_subject_at_a_visit_count_as_one_subject(read_text):
    head = "subject_id,time,visit,time_nominal,value,unit,lloq,dose_level\n"
    rows = [f"S{s},{t},Day 7,7,{x},cells/uL,5,DL{s % 2}\n" for s in (1, 2, 3) for t, x in ((7, 900), (7.5, 100))]
    summary = summarize_concentrations(ck.Profiles.from_samples(read_text(head + "".join(rows[:5]))), "dose_level")
    counts = {cell.group.text: (cell.values["n"], cell.values["n_subjects"]) for cell in summary}
    assert counts == {"DL0": (2, 1), "DL1": (3, 2), "Total": (5, 3)}
    assert summary.find(Visit("Day 7", 7.0), TOTAL).text("n_subjects") == "3"
