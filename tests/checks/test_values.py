import pytest
from factories import HEADER, course

from cartpk.checks.values import COPIES_PER_UG
from cartpk.samples import Exclusion

HEAD = "subject_id,time,value,unit,assay,lloq\n"


def test_a_negative_value_is_an_error_at_its_row_and_value(found):
    (fault,) = found("E-VALUE-NEGATIVE", HEAD + "S01,0,1,cells/uL,flow,\nS01,7,-3,cells/uL,flow,\n")
    assert (fault.severity, fault.row, fault.column, fault.subject_id, fault.value) == (
        "error",
        3,
        "value",
        "S01",
        "-3",
    )


def test_a_negative_value_below_the_limit_is_no_blq_warning(found):
    assert not found("W-VALUE-BELOW-LLOQ", HEAD + "S01,7,-3,cells/uL,flow,5\n")


def test_a_negative_value_on_an_excluded_row_is_no_error(found):
    text = HEAD + "S01,7,-3,cells/uL,flow,\nS01,14,-4,cells/uL,flow,\n"
    (fault,) = found("E-VALUE-NEGATIVE", text, exclusions=[Exclusion("clotted", subject_id="S01", time=7)])
    assert fault.row == 3


def test_every_row_without_a_result_is_a_warning(found):
    faults = found("W-VALUE-MISSING", HEAD + "S01,7,,cells/uL,flow,\nS01,14,,cells/uL,flow,\nS01,21,3,cells/uL,flow,\n")
    assert [f.row for f in faults] == [2, 3]


def test_a_number_below_its_limit_is_a_warning_that_says_the_limit(found):
    (fault,) = found("W-VALUE-BELOW-LLOQ", HEAD + "S01,7,30,copies/ug gDNA,qpcr,50\nS01,9,50,copies/ug gDNA,qpcr,50\n")
    assert fault.row == 2
    assert "LLOQ of 50" in fault.message


def test_a_zero_beside_a_limit_counts_as_below_it_and_one_without_does_not(found):
    faults = found("W-VALUE-BELOW-LLOQ", HEAD + "S01,7,0,cells/uL,flow,1\nS01,9,0,cells/uL,flow,\n")
    assert [f.row for f in faults] == [2]


def test_blq_without_any_limit_is_an_error_and_a_limit_in_its_text_is_enough(found):
    faults = found(
        "E-BLQ-NO-LLOQ", HEAD + "S01,7,BLQ,cells/uL,flow,\nS01,9,<5,cells/uL,flow,\nS01,10,BLQ,cells/uL,flow,1\n"
    )
    assert [f.row for f in faults] == [2]


@pytest.mark.parametrize(
    ("unit", "plausible", "too_high"),
    [
        ("copies/ug gDNA", COPIES_PER_UG, COPIES_PER_UG * 1.0001),
        ("%", 100, 100.1),
        ("cells/uL", 1e5, 1.1e5),
        ("cells/mL", 1e8, 1.1e8),
        ("10^6/L", 1e5, 1.1e5),
        ("copies/mL", 1e8, 1.1e8),
        ("copies/cell", 10, 10.5),
    ],
)
def test_a_value_above_what_its_unit_can_mean_is_a_warning(found, unit, plausible, too_high):
    text = f"subject_id,time,value,unit\nS01,7,{plausible!r},{unit}\nS01,9,{too_high!r},{unit}\n"
    (fault,) = found("W-VALUE-IMPLAUSIBLE", text)
    assert (fault.severity, fault.row, fault.value) == ("warning", 3, repr(too_high))


def test_copies_are_judged_by_the_vector_copy_number_where_it_is_given(found):
    text = "subject_id,time,value,unit,vcn\nS01,7,230000,copies/ug gDNA,3\nS02,7,230000,copies/ug gDNA,\n"
    (fault,) = found("W-VALUE-IMPLAUSIBLE", text)
    assert fault.subject_id == "S02"
    assert "151515" in fault.message


def test_an_ordinary_course_has_no_findings_on_values(found):
    for rule in ("E-VALUE-NEGATIVE", "W-VALUE-MISSING", "W-VALUE-BELOW-LLOQ", "W-VALUE-IMPLAUSIBLE", "E-BLQ-NO-LLOQ"):
        assert found(rule, HEADER + course()) == []


@pytest.mark.parametrize(
    ("vcn", "told"), [("1", True), ("0.5", True), ("x", True), ("1.4", True), ("1.6", False), ("-2", True)]
)
def test_a_vector_copy_number_below_one_counts_as_one(found, vcn, told):
    text = f"subject_id,time,value,unit,vcn\nS01,7,230000,copies/ug gDNA,{vcn}\n"
    assert bool(found("W-VALUE-IMPLAUSIBLE", text)) == told
