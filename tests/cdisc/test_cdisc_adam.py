"""ADNCA, ADPC and ADPP: what the analysis used, what is summarised, what was found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cdisc_cases import column, made_of, rows_of, two_assays, where, worked_out
from factories import HEADER, course, samples_from

from cartpk.cdisc.vocabulary import FLAGS
from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import RulesError
from cartpk.rules import NcaRules
from cartpk.tables import as_analysed


def by_source(data, name: str) -> dict[int, dict]:
    """Rows of an ADaM data set by the input row they come from."""
    spid = {(r["USUBJID"], r["PCSEQ"]): int(r["PCSPID"]) for r in rows_of(data["PC"])}
    return {spid[r["USUBJID"], r["SRCSEQ"]]: r for r in rows_of(data[name])}


@pytest.mark.parametrize("preset", ["cartpk", "half-lloq", "missing", "all-zero"])
def test_adnca_holds_the_value_that_entered_the_areas_or_why_none_did(preset: str) -> None:
    samples, rules = two_assays(), NcaRules(blq=preset)
    listing = as_analysed(samples, worked_out(samples, rules).profiles, rules).to_dict("records")
    rows = by_source(made_of(samples, nca_rules=rules), "ADNCA")

    assert len(rows) == len(listing)
    for entry in listing:
        row, entered = rows[entry["record"]], not math.isnan(entry["value_used"])
        assert row["NCAXFL"] == ("" if entered else "Y")
        assert row["NCA1XRS"] == ("" if entered else entry["reason"])
        assert row["BLQFL"] == ("Y" if entry["blq"] else "")
        np.testing.assert_equal(row["AVAL"], entry["value_used"] if entered or entry["blq"] else entry["value"])
        assert row["BLQRULE"] == (entry["reason"] if entry["blq"] and entered else "")


def test_excluded_repeated_and_missing_rows_stay_with_their_reasons() -> None:
    rows = by_source(made_of(two_assays()), "ADNCA")

    assert (rows[5]["AVAL"], rows[5]["NCA1XRS"]) == (1300.0, "clotted sample")
    assert (rows[12]["AVAL"], rows[12]["NCA1XRS"]) == (60.0, "repeats row 11")
    assert rows[7]["NCA1XRS"] == "no result"
    assert math.isnan(rows[7]["AVAL"])
    assert {n for n, r in rows.items() if r["NCAXFL"]} == {5, 7, 12}


def test_adpc_holds_zero_below_the_limit_and_flags_what_is_not_summarised() -> None:
    rows = by_source(made_of(two_assays()), "ADPC")

    assert [rows[n]["AVAL"] for n in (2, 3, 8, 9)] == [0.0, 900.0, 0.0, 0.0]
    assert {n for n, r in rows.items() if r["PKSUMXF"] == "Y"} == {5, 7, 12}
    assert rows[5]["PKSUMXRS"] == "clotted sample"


def test_relative_times_are_in_days_and_from_the_first_dose_only_where_that_is_known() -> None:
    second = "S1,0,BLQ,copies/ug gDNA,50,2\nS1,8,700,copies/ug gDNA,50,2\nS1,30,90,copies/ug gDNA,50,2\n"
    text = HEADER.strip() + ",infusion\n" + course("S1").replace(",50\n", ",50,1\n") + second
    rows = rows_of(made_of(samples_from(text))["ADNCA"])

    assert {(r["FRLTU"], r["RRLTU"]) for r in rows} == {("DAYS", "DAYS")}
    for row in rows:
        first = row["ATPTREF"] == "INFUSION 1"
        assert row["AFRLT"] == row["ARRLT"] if first else math.isnan(row["AFRLT"])
    assert column(rows, "ARRLT")[-3:] == [0.0, 8.0, 30.0]


def test_a_parameter_is_one_code_one_name_and_one_unit() -> None:
    for name in ("ADNCA", "ADPC", "ADPP"):
        rows = rows_of(made_of(two_assays(), nca_rules=NcaRules(horizons={"0_28": 28, "0_m3": 90, "0_m12": 360}))[name])
        pairs = {(r["PARAMCD"], r["PARAM"]) for r in rows}
        assert len({c for c, _ in pairs}) == len({p for _, p in pairs}) == len(pairs)
        units: dict[tuple, set[str]] = {}
        for r in rows:
            units.setdefault((r["PARAMCD"], r.get("PARCAT1", "")), set()).add(r["AVALU"])
        assert all(len(u - {""}) <= 1 for u in units.values())
        assert all(len(c) <= 8 for c, _ in pairs)


def test_every_value_of_adpp_is_that_of_the_results_with_its_flags() -> None:
    samples = two_assays()
    results = worked_out(samples)
    data = made_of(samples)
    long = results.to_long().to_dict("records")

    for row, source, cell in zip(rows_of(data["ADPP"]), rows_of(data["PP"]), long, strict=True):
        np.testing.assert_equal(row["AVAL"], cell["value"])
        assert (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == ("PP", "PPSTRESN", source["PPSEQ"])
        assert row["PPREASND"] == source["PPREASND"]
        assert (row["DOSELVL"], row["INDIC"], row["SEX"], row["AGE"]) == (cell["dose_level"], cell["indication"], cell["sex"], float(cell["age"]))  # fmt: skip
        held = {name for flag, (name, _) in FLAGS.items() if flag.name in cell["flags"].split(";")}
        assert {name for name, _ in FLAGS.values() if row[name] == "Y"} == held


@pytest.mark.parametrize("name", ["ADNCA", "ADPC", "ADPP"])
def test_each_row_bears_what_describes_its_own_subject(name: str) -> None:
    described = {(r["USUBJID"], r["DOSEA"], r["DOSEU"], r["DOSELVL"], r["INDIC"], r["SEX"], r["AGE"]) for r in rows_of(made_of(two_assays())[name])}  # fmt: skip

    assert described == {("S2", 1e6, "cells/kg", "DL1", "SLE", "F", 44.0), ("S10", 3e6, "cells/kg", "DL2", "SSc", "M", 51.0)}  # fmt: skip


def test_parameters_of_two_matrices_have_codes_of_their_own() -> None:
    text = "subject_id,time,value,unit,lloq,matrix\n" + "".join(f"S1,{d},{v},cells/uL,1,{m}\n" for m in ("BLOOD", "Bone marrow") for d, v in ((0, 0), (7, 9)))  # fmt: skip
    rows = rows_of(made_of(samples_from(text))["ADNCA"])

    assert {(r["PARAMCD"], r["PARAM"]) for r in rows} == {
        ("FLOW", "CAR-T Cells by FLOW, BLOOD (cells/uL)"),
        ("FLOW2", "CAR-T Cells by FLOW, BONE MARROW (cells/uL)"),
    }


def test_a_column_that_would_become_a_second_variable_is_refused_by_name() -> None:
    text = HEADER.strip() + ",param,age\nS1,0,0,cells/uL,1,x,old\nS1,7,9,cells/uL,1,x,old\n"
    samples = samples_from(text, covariates=["param"])

    with pytest.raises(RulesError, match=r"ADNCA: the column 'param' would become a second PARAM; .* \[cdisc.names\]"):
        made_of(samples)
    (row, *_) = rows_of(made_of(samples, CdiscRules(names={"param": "GRP"}))["ADPP"])
    assert (row["GRP"], row["AGE"]) == ("x", "old")


def test_what_the_plan_says_for_a_disease_stands_in_every_adam_data_set() -> None:
    data = made_of(two_assays(), CdiscRules(values={"indication": {"SLE": "LUPUS"}, "dose_unit": {"cells/kg": "CELLS/KG"}}))  # fmt: skip

    for name in ("ADNCA", "ADPC", "ADPP"):
        assert {r["INDIC"] for r in rows_of(data[name])} == {"LUPUS", "SSc"}
        assert {r["DOSEU"] for r in rows_of(data[name])} == {"CELLS/KG"}
    assert where(data["PP"], USUBJID="S2", PPTESTCD="CMAXD")[0]["PPSTRESU"] == "cells/uL/(CELLS/KG)"
