from collections.abc import Callable

import pytest

from cartpk.errors import RulesError
from cartpk.samples import Samples

from .conftest import told

Read = Callable[..., Samples]


@pytest.mark.parametrize(
    ("unit", "assay", "name"),
    [("cells/µL", "flow", "cells/uL"), ("Copies/μg", "pcr", "copies/ug gDNA"), ("%", "flow", "%")],
)
def test_without_an_assay_the_unit_tells_it(read_bytes: Read, unit: str, assay: str, name: str) -> None:
    samples = read_bytes(f"subject_id,time,value,unit\nS1,0,5,{unit}\nS1,7,,\n")
    assert samples.assay.texts() == [assay, assay]
    assert samples.unit.texts() == [name, ""]
    assert not told(samples)


def test_spellings_of_one_unit_are_one_unit(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5,copies/ug\nS1,1,5,copies/µg gDNA\nS1,2,5,COPIES/μG\n")
    assert samples.unit.levels == ("copies/ug gDNA",)


def test_more_than_one_unit_needs_an_assay(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5,cells/uL\nS1,0,5,copies/ug\n")
    assert told(samples) == [("E-ASSAY-MISSING", 1, "assay", "")]


def test_assays_are_kept_as_written_and_a_blank_one_is_an_error(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit,assay\nS1,0,5,cells/uL,Flow \nS1,1,5,cells/uL,\n")
    assert samples.assay.texts() == ["Flow ", ""]
    assert told(samples) == [("E-ASSAY-MISSING", 3, "assay", "")]


def test_unknown_units_are_told_and_kept(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5,ng/mL\nS1,1,5,礚\n")
    assert told(samples)[:2] == [("E-ASSAY-MISSING", 1, "assay", ""), ("E-UNIT-UNKNOWN", 2, "unit", "ng/mL")]
    assert samples.unit.texts() == ["ng/mL", "礚"]


def test_a_unit_spoilt_by_a_wrong_encoding_says_which_was_taken(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5,cells/µL\n".encode("cp1252"))
    (fault,) = samples.findings.errors
    assert fault.rule == "E-UNIT-UNKNOWN"
    assert "GB18030" in fault.message


def test_units_are_converted_when_the_plan_says_so_limits_too(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit,assay,lloq\nS1,0,<2000,cells/mL,flow,\nS1,7,5000,cells/mL,flow,1000\nS1,7,500,copies/ug,qpcr,50\n"
    samples = read_bytes(text, units={"flow": "cells/uL"})
    assert samples.unit.texts() == ["cells/uL", "cells/uL", "copies/ug gDNA"]
    assert samples.value[1:].tolist() == [5.0, 500.0]
    assert samples.lloq.tolist() == [2.0, 1.0, 50.0]
    assert samples.reported.tolist() == ["<2000", "5000", "500"]
    assert samples.conversions == (
        "counts.csv: flow: 2 results and their limits were converted from cells/mL to cells/uL (times 0.001).",
    )
    assert ("N-UNIT-CONVERTED", 2, "unit", "") in told(samples, "note")


def test_nothing_is_converted_unasked(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5000,cells/mL\n")
    assert (samples.value.tolist(), samples.unit.levels, samples.conversions) == ([5000.0], ("cells/mL",), ())


def test_what_cannot_be_converted_is_an_error(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,0,5000,copies/mL\n", units={"pcr": "copies/ug gDNA"})
    assert told(samples) == [("E-UNIT-ASSAY", 2, "unit", "copies/mL")]
    assert samples.value.tolist() == [5000.0]


def test_a_plan_that_names_an_unknown_unit_is_refused(read_bytes: Read) -> None:
    with pytest.raises(RulesError, match="'ng/mL'"):
        read_bytes("subject_id,time,value,unit\nS1,0,5,cells/uL\n", units={"flow": "ng/mL"})


def test_the_matrix_is_blood_where_none_is_given(read_bytes: Read) -> None:
    assert read_bytes("subject_id,time,value,unit\nS1,0,5,cells/uL\n").matrix.texts() == ["BLOOD"]
    given = read_bytes("subject_id,time,value,unit,matrix\nS1,0,5,cells/uL,BONE MARROW\nS1,0,5,cells/uL,\n")
    assert given.matrix.texts() == ["BONE MARROW", "BLOOD"]
