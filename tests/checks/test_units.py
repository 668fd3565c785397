import pytest

from cartpk.rulebook import finding
from cartpk.samples import Exclusion

HEAD = "subject_id,time,value,unit,assay\n"


def test_a_result_without_a_unit_is_an_error_and_a_missing_result_needs_none(found):
    faults = found("E-UNIT-MISSING", HEAD + "S01,7,5,,flow\nS01,9,,,flow\nS01,10,5,cells/uL,flow\n")
    assert [(f.row, f.column) for f in faults] == [(2, "unit")]


def test_a_missing_unit_column_is_said_once_by_the_reader(found):
    missing = finding("E-COLUMN-MISSING", file="counts.csv", row=1)
    assert not found("E-UNIT-MISSING", "subject_id,time,value\nS01,7,5\nS01,9,5\n", findings=[missing])


def test_two_units_of_one_assay_are_an_error_at_the_first_row_of_the_rarer(found):
    text = HEAD + "S01,7,5,cells/uL,flow\nS01,9,6,cells/uL,flow\nS01,10,7,cells/mL,flow\nS02,7,9,copies/ug gDNA,qpcr\n"
    (fault,) = found("E-UNIT-MIXED", text)
    assert (fault.row, fault.value) == (4, "cells/mL")
    assert "cells/uL in 2 rows, cells/mL in 1 row." in fault.message


def test_an_excluded_row_in_another_unit_does_not_mix(found):
    text = HEAD + "S01,7,5,cells/uL,flow\nS01,10,7,cells/mL,flow\n"
    assert not found("E-UNIT-MIXED", text, exclusions=[Exclusion("wrong unit", row=3)])


@pytest.mark.parametrize(
    ("assay", "unit"),
    [
        ("flow", "copies/ug gDNA"),
        ("Flow Cytometry", "copies/mL"),
        ("流式细胞术", "copies/ug gDNA"),
        ("qPCR", "cells/uL"),
        ("ｄｄＰＣＲ", "10^6/L"),
    ],
)
def test_a_unit_that_the_assay_cannot_measure_is_an_error(found, assay, unit):
    (fault,) = found("E-UNIT-ASSAY", HEAD + f"S01,7,5,{unit},{assay}\nS01,9,5,{unit},{assay}\n")
    assert (fault.row, fault.column, fault.value) == (2, "unit", unit)
    assert "2 rows" in fault.message


@pytest.mark.parametrize(
    ("assay", "unit"),
    [
        ("flow", "cells/uL"),
        ("flow", "%"),
        ("ddpcr", "%"),
        ("qpcr", "copies/cell"),
        ("LAB-7", "copies/mL"),
        ("LAB-7", "%"),
    ],
)
def test_a_unit_that_fits_or_an_assay_that_says_nothing_passes(found, assay, unit):
    assert not found("E-UNIT-ASSAY", HEAD + f"S01,7,5,{unit},{assay}\n")
