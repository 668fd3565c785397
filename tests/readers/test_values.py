from collections.abc import Callable

import numpy as np
import pytest

from cartpk.samples import Samples, State

from .conftest import HEADER, told

Read = Callable[..., Samples]


def test_values_states_and_limits(read_bytes: Read) -> None:
    text = HEADER + "S1,0,0,cells/uL,\nS1,1,BLQ,cells/uL,1\nS1,2,<2,cells/uL,\nS1,3,,cells/uL,1\nS1,4,0.5,cells/uL,1\n"
    samples = read_bytes(text)
    np.testing.assert_array_equal(samples.value, [0, np.nan, np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(samples.lloq, [np.nan, 1, 2, 1, 1])
    assert [State(s).name for s in samples.state] == ["NUMBER", "BLQ", "BLQ", "MISSING", "NUMBER"]
    assert samples.blq.tolist() == [False, True, True, False, True]
    assert not told(samples)


def test_the_text_of_a_result_is_kept_to_the_letter(read_bytes: Read) -> None:
    assert read_bytes(HEADER + "S1,0, 5.00 ,cells/uL,\nS1,1,< 50,cells/uL,\n").reported.tolist() == [" 5.00 ", "< 50"]


def test_a_limit_known_from_text_alone_is_noted_once(read_bytes: Read) -> None:
    samples = read_bytes(
        HEADER + "S1,0,5,cells/uL,\nS1,1,<2,cells/uL,\nS1,2,<2,cells/uL,\nS1,3,<3,cells/uL,\nS1,4,<4,cells/uL,4\n"
    )
    assert told(samples, "note") == [("N-LLOQ-FROM-TEXT", 3, "value", "<2"), ("N-LLOQ-FROM-TEXT", 5, "value", "<3")]
    assert "(2 rows)" in samples.findings[0].message


def test_faults_of_results_are_told_with_their_subject(read_bytes: Read) -> None:
    text = (
        HEADER
        + 'S1,0,"1,000",cells/uL,\nS1,1,>900,cells/uL,\nS2,2,LOW,cells/uL,\nS2,3,<50,cells/uL,20\nS2,4,５,cells/uL,\n'
    )
    samples = read_bytes(text)
    assert told(samples) == [
        ("E-NUMBER-THOUSANDS", 2, "value", "1,000"),
        ("E-VALUE-ULOQ", 3, "value", ">900"),
        ("E-BLQ-WORD", 4, "value", "LOW"),
        ("E-LLOQ-CONTRADICTS", 5, "value", "<50"),
        ("E-NUMBER-FOREIGN-DIGITS", 6, "value", "５"),
    ]
    assert [f.subject_id for f in samples.findings] == ["S1", "S1", "S2", "S2", "S2"]
    assert all(f.file == "counts.csv" for f in samples.findings)


def test_each_of_many_equal_faults_is_told(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "".join(f"S1,{i},LOW,cells/uL,\n" for i in range(3000)))
    assert [f.row for f in samples.findings] == list(range(2, 3002))


def test_the_plan_may_name_words_for_below_the_limit(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S1,2,LOW,cells/uL,1\n", blq_words=("low",))
    assert samples.state.tolist() == [State.BLQ]
    assert not told(samples)


def test_faults_of_limits_are_told(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + 'S1,0,5,cells/uL,0\nS1,1,5,cells/uL,-1\nS1,2,5,cells/uL,x\nS1,3,5,cells/uL,"0,5"\nS1,4,<0,cells/uL,\nS1,5,5,cells/uL,NA\n')  # fmt: skip
    assert told(samples) == [
        ("E-LLOQ-NOT-POSITIVE", 2, "lloq", "0"),
        ("E-LLOQ-NOT-POSITIVE", 3, "lloq", "-1"),
        ("E-NUMBER-NOT-A-NUMBER", 4, "lloq", "x"),
        ("E-NUMBER-DECIMAL-COMMA", 5, "lloq", "0,5"),
        ("E-LLOQ-NOT-POSITIVE", 6, "value", "<0"),
    ]
    assert np.isnan(samples.lloq).all()


def test_the_plans_limit_stands_where_the_file_gives_none(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit,assay,lloq\nS1,0,BLQ,cells/uL,flow,\nS1,1,5,cells/uL,flow,2\nS1,2,<3,cells/uL,flow,\nS1,0,5,copies/ug,qpcr,\n"
    np.testing.assert_array_equal(read_bytes(text, lloq={"flow": 1.0}).lloq, [1, 2, 3, np.nan])


def test_a_decimal_comma_is_read_where_the_plan_says_so(read_bytes: Read) -> None:
    text = "subject_id;time;value;unit;lloq;dose\nS1;0,5;1,25e1;cells/uL;0,5;1,5\nS1;1;<0,5;cells/uL;0,5;1,5\nS1;2;12.5;cells/uL;0,5;1,5\n"
    samples = read_bytes(text, decimal=",")
    np.testing.assert_array_equal(samples.time, [0.5, 1, 2])
    np.testing.assert_array_equal(samples.value, [12.5, np.nan, np.nan])
    assert samples.covariates["dose"].levels == ("1.5",)
    assert told(samples) == [("E-NUMBER-NOT-A-NUMBER", 4, "value", "12.5")]
    assert "comma" in samples.findings[0].message


@pytest.mark.parametrize(
    ("numbers", "warned"),
    [
        (["1.250", "900", "60"], True),
        (["1.250", "12.500", " 100.000 "], True),
        (["1.250", "12.5"], False),
        (["1.250", "0.125"], False),
        (["1.250", "1250"], False),
        (["900", "60"], False),
        (["BLQ"], False),
    ],
)
def test_numbers_that_could_have_thousands_separators_are_a_warning(
    read_bytes: Read, numbers: list[str], warned: bool
) -> None:
    samples = read_bytes(HEADER + "".join(f"S1,{i},{x},cells/uL,\n" for i, x in enumerate(numbers)))
    assert [rule for rule, *_ in told(samples, "warning")] == ["W-NUMBER-THOUSANDS"] * warned
    commas = "".join(f"S1;{i};{x.replace('.', ',')};cells/uL;\n" for i, x in enumerate(numbers))
    samples = read_bytes(HEADER.replace(",", ";") + commas, decimal=",")
    assert [rule for rule, *_ in told(samples, "warning")] == ["W-NUMBER-THOUSANDS"] * warned


def test_each_assay_is_judged_by_itself_for_thousands(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit,assay\nS1,0,0.5,cells/uL,flow\nS1,0,1.250,copies/ug,qpcr\n"
    assert told(read_bytes(text), "warning") == [("W-NUMBER-THOUSANDS", 3, "value", "1.250")]


def test_the_character_result_stands_in_where_the_number_is_blank(read_bytes: Read) -> None:
    samples = read_bytes(
        "subject_id,time,PCSTRESN,PCSTRESC,unit\nS1,0,,<LLOQ,cells/uL\nS1,1,5,5.0,cells/uL\nS1,2,,pending,cells/uL\nS1,3,,,cells/uL\n"
    )
    assert samples.reported.tolist() == ["<LLOQ", "5", "pending", ""]
    assert told(samples) == [("E-BLQ-WORD", 4, "PCSTRESC", "pending")]
    assert ("N-COLUMN-ALIAS", 1, "PCSTRESC", "") in told(samples, "note")


@pytest.mark.parametrize("column", ["value", "lloq", "dose", "time", "time_nominal"])
@pytest.mark.parametrize("number", ["1e300", "5e-324", "-1e31"])
def test_numbers_that_no_measurement_gives_are_errors_in_every_column(
    read_bytes: Read, column: str, number: str
) -> None:
    row = {"subject_id": "S1", "time": "7", "time_nominal": "7", "value": "5", "unit": "cells/uL", "lloq": "1", "dose": "1e6"}  # fmt: skip
    row[column] = number
    samples = read_bytes(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    assert told(samples) == [("E-NUMBER-OUT-OF-RANGE", 2, column, number)]
