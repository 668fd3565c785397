"""PC, CP, PP and their supplemental qualifiers, held against the samples and results they come from."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from cdisc_cases import column, made_of, rows_of, two_assays, where, worked_out
from factories import samples_from

import cartpk as ck
from cartpk.cdisc.vocabulary import FLAGS, METHODS, SPONSOR_TESTS, duration, number_text, parameter_name
from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import RulesError
from cartpk.input_rules import InputRules
from cartpk.reasons import Flag, Reason
from cartpk.rules import NcaRules
from cartpk.terms import TERMS


def test_pc_has_one_row_for_each_input_row_and_names_it() -> None:
    samples = two_assays()
    pc = made_of(samples)["PC"]

    assert sorted(map(int, pc.columns["PCSPID"])) == samples.record.tolist()
    for row in rows_of(pc):
        i = samples.record.tolist().index(int(row["PCSPID"]))
        assert row["USUBJID"] == samples.subject[i]
        assert row["PCORRES"] == samples.reported[i]
        assert row["PCLLOQ"] == samples.lloq[i]
        assert row["PCTPTNUM"] == samples.time_nominal[i]
        assert (row["VISIT"], row["PCSPEC"], row["PCTPTREF"]) == (samples.visit[i], "BLOOD", "INFUSION 1")


def test_the_sequence_numbers_of_a_subject_are_1_2_3() -> None:
    pc = made_of(two_assays())["PC"]

    for subject, n in (("S2", 13), ("S10", 3)):
        assert column(where(pc, USUBJID=subject), "PCSEQ") == list(range(1, n + 1))


@pytest.mark.parametrize(
    ("spid", "orres", "stresc", "stresn"),
    [("2", "BLQ", "<50", math.nan), ("4", "4200.5", "4200.5", 4200.5), ("8", "30", "<50", math.nan), ("9", "<1", "<1", math.nan)],
)  # fmt: skip
def test_a_result_stands_as_reported_and_in_standard_form(spid: str, orres: str, stresc: str, stresn: float) -> None:
    (row,) = where(made_of(two_assays())["PC"], PCSPID=spid)

    assert (row["PCORRES"], row["PCSTRESC"], row["PCSTAT"]) == (orres, stresc, "")
    np.testing.assert_equal(row["PCSTRESN"], stresn)


def test_a_missing_result_is_not_done_and_has_no_units() -> None:
    (row,) = where(made_of(two_assays())["PC"], PCSTAT="NOT DONE")

    assert row["PCSPID"] == "7"
    assert [row[n] for n in ("PCORRES", "PCORRESU", "PCSTRESC", "PCSTRESU")] == [""] * 4
    assert math.isnan(row["PCSTRESN"])


def test_planned_times_are_iso_durations_and_actual_ones_supplemental() -> None:
    data = made_of(two_assays())
    (row,) = where(data["PC"], PCSPID="3")
    (actual,) = where(data["SUPPPC"], USUBJID="S2", IDVARVAL=f"{row['PCSEQ']:g}")

    assert (row["PCTPT"], row["PCTPTNUM"], row["PCELTM"]) == ("DAY 7", 7.0, "P7D")
    assert [actual[n] for n in ("RDOMAIN", "IDVAR", "QNAM", "QVAL")] == ["PC", "PCSEQ", "AELTM", "P7.25D"]


def test_flow_counts_go_to_cp_where_the_plan_says_so() -> None:
    data = made_of(two_assays(), CdiscRules(flow_domain="CP"))

    assert set(data["PC"].columns["PCTESTCD"]) == {"QPCR"}
    assert set(data["CP"].columns["CPTESTCD"]) == {"FLOW"}
    assert (len(data["PC"]), len(data["CP"])) == (10, 6)
    assert column(rows_of(data["CP"]), "CPSEQ") == list(range(1, 7))
    assert len(data["SUPPCP"]) == 6


def test_visits_are_numbered_by_their_planned_days() -> None:
    numbers = {r["VISIT"]: r["VISITNUM"] for r in rows_of(made_of(two_assays())["PC"])}

    assert numbers == {"Pre-dose": 1, "Day 7": 2, "Day 10": 3, "Day 14": 4, "Day 28": 5, "Day 42": 6, "Day 90": 7}


def test_a_converted_result_keeps_the_unit_it_was_reported_in(read_text: Callable[..., ck.Samples]) -> None:
    text = "subject_id,time,value,unit,lloq\nS1,0,0,cells/mL,10\nS1,7,5000,cells/mL,10\nS1,14,200,cells/mL,10\n"
    samples = read_text(text, rules=InputRules(units={"flow": "cells/uL"}))
    (row,) = where(made_of(samples)["PC"], PCSPID="3")

    assert (row["PCORRES"], row["PCORRESU"]) == ("5000", "cells/mL")
    assert (row["PCSTRESN"], row["PCSTRESU"], row["PCLLOQ"]) == (5.0, "cells/uL", 0.01)


def test_rows_of_several_files_are_told_apart(tmp_path) -> None:
    head, paths = "subject_id,time,value,unit,lloq\n", []
    for name, subject in (("a.csv", "S1"), ("b.csv", "S2")):
        paths.append(tmp_path / name)
        paths[-1].write_text(head + f"{subject},0,0,cells/uL,1\n{subject},7,9,cells/uL,1\n", encoding="utf-8")
    pc = made_of(ck.read(*paths))["PC"]

    assert pc.columns["PCSPID"] == ["1:2", "1:3", "2:2", "2:3"]
    (spid,) = (v for v in pc.variables if v.name == "PCSPID")
    assert "1: a.csv, 2: b.csv" in spid.derivation


def test_every_value_of_pp_is_that_of_the_results() -> None:
    samples = two_assays()
    results = worked_out(samples)
    pp = rows_of(made_of(samples)["PP"])
    long = results.to_long().to_dict("records")

    assert len(pp) == len(long)
    for row, cell in zip(pp, long, strict=True):
        there = not math.isnan(cell["value"])
        assert row["USUBJID"] == cell["subject_id"]
        assert row["PPTESTCD"] == cell["pptestcd"]
        np.testing.assert_equal(row["PPSTRESN"], cell["value"])
        assert row["PPORRES"] == row["PPSTRESC"]
        assert (float(row["PPORRES"]) == cell["value"]) if there else row["PPORRES"] == ""
        assert row["PPORRESU"] == row["PPSTRESU"] == (cell["unit"] if there else "")
        assert row["PPSTAT"] == ("" if there else "NOT DONE")
        assert row["PPREASND"] == ("" if there else Reason[cell["reason"]].sentence)


def test_horizons_are_told_apart_by_their_intervals() -> None:
    pp = made_of(two_assays(), nca_rules=NcaRules(horizons={"0_28": 28, "0_m3": 90, "0_w5": 31.5}))["PP"]
    areas = where(pp, USUBJID="S2", PPTESTCD="AUCINT", PPCAT="CAR Transgene by QPCR")

    assert [(r["PPSTINT"], r["PPENINT"]) for r in areas] == [("P0D", "P28D"), ("P0D", "P90D"), ("P0D", "P31.5D")]
    assert {r["PPENINT"] for r in where(pp, PPTESTCD="CMAX")} == {""}


@pytest.mark.parametrize("method", list(METHODS))
def test_the_method_stands_with_areas_alone(method: str) -> None:
    pp = made_of(two_assays(), nca_rules=NcaRules(auc_method=method))["PP"]  # type: ignore[arg-type]
    by_code = {r["PPTESTCD"]: r["PPANMETH"] for r in rows_of(pp)}

    assert {code for code, text in by_code.items() if text} == {t.pptestcd for n, t in TERMS.items() if n.startswith("auc_")}  # fmt: skip
    assert by_code["AUCLST"] == METHODS[method][0]


def test_every_flag_is_a_supplemental_qualifier() -> None:
    samples = two_assays()
    results = worked_out(samples)
    data = made_of(samples)
    said = {(r["USUBJID"], r["IDVARVAL"], r["QNAM"]) for r in rows_of(data["SUPPPP"])}
    names = list(results.terms)
    expected = set()
    for row, (i, name) in zip(rows_of(data["PP"]), ((i, n) for i in range(len(results)) for n in names), strict=True):
        held = results.flag(name, i)
        expected |= {(row["USUBJID"], f"{row['PPSEQ']:g}", FLAGS[f][0]) for f in Flag if f and f in held}

    assert said == expected
    assert {q for _, _, q in said} >= {"NEVERQ", "ONEINT"}
    assert set(data["SUPPPP"].columns["QVAL"]) == {"Y"}


def test_every_parameter_reason_and_flag_has_words_that_a_transport_file_holds() -> None:
    assert {t.pptestcd for t in TERMS.values() if t.sponsor_defined} == set(SPONSOR_TESTS)
    names = [parameter_name(t) for t in TERMS.values()]
    texts = [*names, *(n for n, _ in FLAGS.values()), *(label for _, label in FLAGS.values())]
    assert all(t.isascii() and 0 < len(t) <= 40 for t in texts)
    assert all(len(n) <= 8 for n, _ in FLAGS.values())
    assert len({n for n, _ in FLAGS.values()}) == len([f for f in Flag if f])
    assert all(r.sentence.isascii() and len(r.sentence) <= 200 for r in Reason)


def test_one_name_is_one_code() -> None:
    pairs = {(t.pptestcd, parameter_name(t)) for t in TERMS.values()}

    assert len({code for code, _ in pairs}) == len({name for _, name in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("days", "text"), [(0.1, "P0.1D"), (1e-7, "P0.0000001D"), (123456.0, "P123456D"), (-0.5, "-P0.5D"), (0.0, "P0D")]
)
def test_a_duration_has_no_exponent(days: float, text: str) -> None:
    assert duration(days) == text


@pytest.mark.parametrize(
    ("value", "text"), [(6.5e-05, "0.000065"), (1e17, "100000000000000000"), (0.1 + 0.2, "0.30000000000000004"), (-0.0, "0")]
)  # fmt: skip
def test_a_number_as_text_has_no_exponent_and_gives_the_number_back(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value


def test_a_small_number_in_standard_form_has_no_exponent() -> None:
    samples = samples_from(
        "subject_id,time,value,unit,lloq\nS1,0,BLQ,copies/cell,0.00001\nS1,7,3.5e-05,copies/cell,0.00001\n"
    )
    rows = rows_of(made_of(samples)["PC"])

    assert [(r["PCORRES"], r["PCSTRESC"]) for r in rows] == [("BLQ", "<0.00001"), ("3.5e-05", "0.000035")]


def test_a_reason_may_be_given_for_results_that_have_none() -> None:
    samples = two_assays()
    (blank,) = where(made_of(samples)["PC"], PCSTAT="NOT DONE")
    (told,) = where(made_of(samples, CdiscRules(values={"reported": {"": "NOT RECORDED"}}))["PC"], PCSTAT="NOT DONE")

    assert (blank["PCREASND"], told["PCREASND"]) == ("", "NOT RECORDED")
    assert told["PCORRES"] == ""


def test_assays_get_short_names_that_differ() -> None:
    head = "subject_id,assay,time,value,unit,lloq\n"
    names = ["vector one a", "vector one b", "1-qpcr transgene", "流式", "", "_S01"]
    units = ["copies/ug gDNA"] * 3 + ["cells/uL"] * 2 + ["copies/ug gDNA"]
    rows = "".join(
        f"S1,{a},{d},{v},{u},5\n" for a, u in zip(names, units, strict=True) if a for d, v in ((0, 0), (7, 90))
    )
    pc = made_of(samples_from(head + rows))["PC"]
    pairs = {(r["PCTESTCD"], r["PCTEST"]) for r in rows_of(pc)}

    assert {code for code, _ in pairs} == {"VECTORON", "VECTORO2", "QPCRTRAN", "FLOW", "S01"}
    assert len({test for _, test in pairs}) == 5


@pytest.mark.parametrize("assay", ["other", "Multiple"])
def test_an_assay_is_not_called_other_or_multiple(assay: str) -> None:
    text = f"subject_id,assay,time,value,unit,lloq\nS1,{assay},0,0,copies/ug gDNA,5\nS1,{assay},7,90,copies/ug gDNA,5\n"
    (first, _) = rows_of(made_of(samples_from(text))["PC"])

    assert (first["PCTESTCD"], first["PCTEST"]) == ("PCR", "CAR Transgene by PCR")


def test_two_subjects_or_assays_never_become_one() -> None:
    samples = two_assays()

    with pytest.raises(RulesError, match=r"subject_id: several become 'S2'; give each its own in \[cdisc.values\]"):
        made_of(samples, CdiscRules(values={"subject_id": {"S10": "S2"}}))
    with pytest.raises(RulesError, match=r"assay: 'flow', 'qpcr' become 'X'; give each a text of its own"):
        made_of(samples, CdiscRules(values={"assay": {"flow": "X", "qpcr": "X"}}))


@pytest.mark.parametrize(("study", "words"), [("", "STUDYID is not known; give study in"), ("研究", "is not ASCII; give studyid")])  # fmt: skip
def test_a_study_must_be_known(study: str, words: str) -> None:
    with pytest.raises(RulesError, match=words):
        made_of(two_assays(), study=study)


def test_what_the_plan_says_for_a_text_stands_for_it() -> None:
    rules = CdiscRules(values={"reported": {"BLQ": "BELOW"}, "subject_id": {"S2": "T-2"}, "visit": {"Day 7": "D7"}, "matrix": {"BLOOD": "whole blood"}})  # fmt: skip
    data = made_of(two_assays(), rules)
    (row,) = where(data["PC"], PCSPID="3")

    assert (row["USUBJID"], row["VISIT"], row["PCSPEC"]) == ("T-2", "D7", "WHOLE BLOOD")
    assert where(data["PC"], PCSPID="2")[0]["PCORRES"] == "BELOW"
    assert {r["USUBJID"] for name in data for r in rows_of(data[name])} == {"T-2", "S10"}
