"""A number and a text that report one result, in a file of no data standard."""

from collections.abc import Callable

import pytest

from cartpk.samples import Samples, State

from .conftest import told

Read = Callable[..., Samples]
HEAD = "subject_id,time,AVAL,AVALC,unit,ALLOQ\n"


def of(number: str, text: str, lloq: str = "50") -> str:
    return HEAD + f"S1,7,{number},{text},copies/ug gDNA,{lloq}\n"


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [
        ("4200", "<50", "one of them is a number, the other is below the limit"),
        ("50", "BLQ", "one of them is a number"),
        ("BLQ", "900", "one of them is a number"),
        ("4200", "4300", "they are different numbers"),
        ("4200", "42000", "they are different numbers"),
        ("4200", "NOT DONE", "one of them holds no result"),
        ("NOT DONE", "4200", "one of them holds no result"),
        ("4200", ">4000", "above the upper limit"),
    ],
)
def test_a_text_that_contradicts_the_number_is_an_error(read_bytes: Read, number: str, text: str, words: str) -> None:
    samples = read_bytes(of(number, text))
    assert told(samples) == [("E-CDISC-CONTRADICTS", 2, "AVAL", number)]
    (fault,) = samples.findings.errors
    assert words in fault.message
    assert f'"AVALC" is "{text}"' in fault.message


@pytest.mark.parametrize(
    ("number", "text"),
    [("900", "900"), ("900", " 900.0 "), ("12.345", "12.3"), ("900", ""), ("900", "hemolysed"), ("4200.4", "4200")],
)
def test_a_text_that_says_the_number_again_or_nothing_passes(read_bytes: Read, number: str, text: str) -> None:
    samples = read_bytes(of(number, text))
    assert not told(samples)
    assert samples.value.tolist() == [float(number)]


@pytest.mark.parametrize(("number", "text", "lloq"), [("0", "BLQ", "50"), ("25", "<50", ""), ("12", "ND", "50"), ("0", "<50", "")])  # fmt: skip
def test_a_number_that_stands_for_a_result_below_the_limit_gives_way_to_the_text(
    read_bytes: Read, number: str, text: str, lloq: str
) -> None:
    samples = read_bytes(of(number, text, lloq))
    assert not told(samples)
    assert (samples.state.tolist(), samples.reported.tolist(), samples.lloq.tolist()) == ([State.BLQ], [text], [50])
    assert [f.rule for f in samples.findings if f.rule.startswith("N-CDISC")] == ["N-CDISC-BLQ-NUMBER"]


def test_the_limit_may_be_the_plans(read_bytes: Read) -> None:
    assert not told(read_bytes(of("25", "BLQ", ""), lloq={"pcr": 50.0}))
    assert told(read_bytes(of("75", "BLQ", ""), lloq={"pcr": 50.0}))


@pytest.mark.parametrize("number", ["", ".", " "])
def test_a_blank_number_leaves_it_to_the_text(read_bytes: Read, number: str) -> None:
    assert read_bytes(of(number, "<50", "")).state.tolist() == [State.BLQ]
    assert read_bytes(of(number, "900")).value.tolist() == [900.0]


def test_what_is_wrong_with_a_text_that_counts_is_told_in_its_column(read_bytes: Read) -> None:
    assert told(read_bytes(of(".", "1,000").replace("1,000", '"1,000"'))) == [
        ("E-NUMBER-THOUSANDS", 2, "AVALC", "1,000")
    ]


def test_a_contradiction_that_the_standard_shows_is_told_once(read_bytes: Read) -> None:
    text = "USUBJID,AFRLT,AVAL,AVALC,AVALU,PARAMCD,ALLOQ\nS1,10,4200,<50,copies/ug gDNA,QPCR,50\n"
    assert told(read_bytes(text)) == [("E-CDISC-CONTRADICTS", 2, "AVAL", "4200")]
