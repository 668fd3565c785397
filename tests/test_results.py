"""Results: values, reasons, and the rows behind them."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.terms import TERMS


@pytest.fixture
def results(read_text):
    text = "subject_id,time,value,unit,lloq,dose_level\n" + "".join(
        f"{s},{t},{v},copies/ug gDNA,50,1e6\n"
        for s, rows in {
            "S01": [(0, "<50"), (7, 900), (10, 4200), (14, "BLQ"), (28, 160), (92, "<50")],
            "=1+1": [(0, "<50"), (7, "BLQ"), (14, "BLQ")],
        }.items()
        for t, v in rows
    )
    return ck.nca(ck.Profiles.from_samples(read_text(text)))


def i(results, subject):
    return results.profiles.keys.subject.texts().index(subject)


def test_the_dictionary_and_the_columns_are_the_same_set(results):
    assert set(results.values) == set(results.terms) == set(results.reasons) == set(TERMS)
    assert {f"to_{t.horizon}" if t.horizon else t.rows for t in TERMS.values()} <= set(results.rows)


def test_a_number_names_the_input_rows_it_was_made_from(results):
    n = i(results, "S01")

    assert results.records("cmax")[n].tolist() == [4]
    assert results.records("tmax_upper")[n].tolist() == [5]
    assert results.records("auc_0_28")[n].tolist() == [2, 3, 4, 6]  # the embedded result was left out by the rule
    assert results.records("auc_0_m3")[n].tolist() == [2, 3, 4, 6, 7]
    assert results.records("t_blq")[n].tolist() == [7]


def test_a_zero_that_says_never_quantifiable_is_made_from_every_sample_after_the_infusion(results):
    assert results.records("cmax")[i(results, "=1+1")].tolist() == [9, 10]


def test_what_is_missing_was_made_from_nothing(results):
    assert results.records("tmax")[i(results, "=1+1")].tolist() == []


def test_the_long_table_has_the_promised_columns_in_order(results):
    assert list(results.to_long().columns) == [
        "subject_id", "assay", "matrix", "infusion", "dose_level", "parameter", "label", "value", "unit", "reason",
        "flags", "pptestcd", "interval_start", "interval_end", "n_records", "records", "source",
    ]  # fmt: skip


def test_the_long_table_keeps_the_order_of_profiles_and_terms(results):
    long = results.to_long()

    assert list(long["parameter"]) == list(results.terms) * 2
    assert list(long["subject_id"]) == [t for s in results.profiles.keys.subject.texts() for t in [s] * len(TERMS)]


def test_a_row_of_the_long_table_is_whole(results):
    long = results.to_long().query("subject_id == 'S01' and parameter == 'auc_0_m3'").iloc[0]

    assert (long["unit"], long["pptestcd"]) == ("day*copies/ug gDNA", "AUCINT")
    assert (long["interval_start"], long["interval_end"]) == (0, 90)
    assert (long["n_records"], long["records"], long["source"]) == (5, "2 3 4 6 7", "counts.csv")
    assert "INTERPOLATED" in long["flags"].split(";")


def test_where_value_is_empty_reason_is_not(results):
    long = results.to_long()

    assert (long["value"].isna() == (long["reason"] != "")).all()


def test_the_wide_table_has_a_row_a_profile(results):
    wide = results.to_frame()

    assert len(wide) == 2
    np.testing.assert_array_equal(wide["cmax"], results["cmax"])


def test_an_unknown_parameter_is_answered_with_those_near_it(results):
    with pytest.raises(KeyError, match="auc_0_28"):
        results["auc_028"]
    with pytest.raises(KeyError, match="cmax"):
        results.records("cmx")


def test_it_shows_itself_in_shell_and_notebook_without_becoming_markup(results):
    assert "S01 pcr: cmax 4200, tmax 10" in repr(results)
    assert "No sample after the infusion was quantifiable." in results._repr_html_()
    assert ">4200</td>" in results._repr_html_()
    assert ">10.0</td>" in results._repr_html_()
    assert "e+0" not in results._repr_html_()


def test_hostile_ids_are_text_in_a_notebook():
    p = ck.profile(time=[0, 7], conc=[0, 9], subject_id="<script>alert(1)</script>")

    assert "<script>" not in ck.nca(p)._repr_html_()
