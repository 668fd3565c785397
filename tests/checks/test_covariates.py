import pytest

HEAD = "subject_id,time,value,unit,infusion,dose,dose_unit,dose_level,indication,lot\n"


def row(subject="S01", time=7, infusion=1, dose="1e6", unit="cells/kg", level="DL1", indication="SLE", lot="A1") -> str:
    return f"{subject},{time},5,cells/uL,{infusion},{dose},{unit},{level},{indication},{lot}\n"


def test_a_property_that_changes_within_a_subject_is_an_error_that_names_both_rows(found):
    text = HEAD + row() + row(time=9) + row(time=14, indication="ANCA") + row(time=21, indication="ANCA")
    (fault,) = found("E-COVARIATE-VARIES", text)
    assert (fault.severity, fault.row, fault.column, fault.value) == ("error", 4, "indication", "ANCA")
    assert '"ANCA" here and in 1 row more and "SLE" in row 2' in fault.message


def test_every_text_that_differs_has_its_finding(found):
    text = HEAD + row() + row(time=9, indication="ANCA") + row(time=10, indication="SSc", dose="3e6")
    assert [(f.row, f.column) for f in found("E-COVARIATE-VARIES", text)] == [
        (3, "indication"),
        (4, "dose"),
        (4, "indication"),
    ]


def test_blanks_and_other_spellings_of_a_number_do_not_vary(found):
    text = (
        HEAD + row() + row(time=9, dose="1000000") + row(time=10, dose="", indication="") + row(time=12, dose="1.0E+06")
    )
    assert not found("E-COVARIATE-VARIES", text)


def test_subjects_may_differ(found):
    assert not found("E-COVARIATE-VARIES", HEAD + row() + row("S02", dose="3e6", indication="ANCA"))


def test_dose_and_lot_may_change_from_one_infusion_to_the_next(found):
    text = (
        HEAD
        + row()
        + row(infusion=2, dose="3e6", lot="B7", level="DL2")
        + row(infusion=2, time=9, dose="3e6", lot="B7", level="DL2")
    )
    assert not found("E-COVARIATE-VARIES", text)
    (fault,) = found("E-COVARIATE-VARIES", text + row(infusion=2, time=10, dose="3e6", lot="B8", level="DL2"))
    assert fault.column == "lot"
    assert "of infusion 2" in fault.message
    (fault,) = found("E-COVARIATE-VARIES", HEAD + row() + row(infusion=2, indication="ANCA"))
    assert fault.column == "indication"


def test_a_covariate_named_by_the_plan_is_held_to_it(found):
    text = "subject_id,time,value,unit,site\nS01,7,5,cells/uL,A\nS01,9,5,cells/uL,B\n"
    (fault,) = found("E-COVARIATE-VARIES", text, covariates=["site"])
    assert fault.column == "site"
    assert not found("E-COVARIATE-VARIES", text)


def test_groups_that_look_the_same_are_a_warning(found):
    (fault,) = found("W-COVARIATE-ALIKE", HEAD + row() + row("S02") + row("S03", indication="sle"))
    assert (fault.severity, fault.row, fault.column, fault.value) == ("warning", 4, "indication", "sle")


@pytest.mark.parametrize("dose", ["0", "-1e6", "1,000,000", "1x10^6", "high", "inf", "nan"])
def test_a_dose_that_is_no_number_above_0_is_an_error_once_a_subject(found, dose):
    text = HEAD + row().replace("1e6", f'"{dose}"') + row(time=9).replace("1e6", f'"{dose}"') + row("S02")
    (fault,) = found("E-DOSE", text)
    assert (fault.row, fault.column, fault.value) == (2, "dose", dose)


def test_a_subject_without_a_dose_beside_others_with_one_is_a_warning(found):
    (fault,) = found("W-DOSE-MISSING", HEAD + row() + row("S02", dose="") + row("S02", time=9, dose=""))
    assert (fault.subject_id, fault.row) == ("S02", 3)
    assert not found("W-DOSE-MISSING", HEAD + row(dose="") + row("S02", dose=""))
    assert not found("W-DOSE-MISSING", HEAD + row() + row(time=9, dose=""))


def test_a_second_infusion_without_a_dose_is_told(found):
    (fault,) = found("W-DOSE-MISSING", HEAD + row() + row(infusion=2, dose=""))
    assert ", infusion 2" in fault.message


def test_doses_in_two_units_are_a_warning(found):
    (fault,) = found("W-DOSE-UNIT-MIXED", HEAD + row() + row("S02") + row("S03", unit="cells"))
    assert (fault.row, fault.value) == (4, "cells")
    assert not found("W-DOSE-UNIT-MIXED", HEAD + row() + row("S03", unit=""))


@pytest.mark.parametrize("name", ["source", "cmax", "parameter", "auc_0_m3", "Value "])
def test_a_covariate_with_the_name_of_a_result_is_an_error(found, name):
    text = f"subject_id,time,value,unit,{name}\nS01,7,5,cells/uL,A\n"
    if name == "Value ":
        text = text.replace(name, '"Value "')
    (fault,) = found("E-COLUMN-RESERVED", text, covariates=[name])
    assert (fault.row, fault.column) == (1, name)
    assert not found("E-COLUMN-RESERVED", text)
