import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.readers.cells import BLANK, MISSING_WORDS, fold, number_fault, numbers_of


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0.0), ("12.5", 12.5), (" 12.5\t", 12.5), ("+3", 3.0), ("-3", -3.0), (".5", 0.5), ("5.", 5.0), ("1.25e4", 12500.0), ("1E-3", 0.001), ("007", 7.0), ("-0.0", 0.0)],
)  # fmt: skip
def test_plain_numbers_are_read(text: str, number: float) -> None:
    assert numbers_of([text], ".").value[0] == number
    assert numbers_of([text], ".").fault == ("",)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1,000", "E-NUMBER-THOUSANDS"),
        ("1,234,567.5", "E-NUMBER-THOUSANDS"),
        ("1 000", "E-NUMBER-THOUSANDS"),
        ("1\u00a0000", "E-NUMBER-THOUSANDS"),
        ("1\u202f000", "E-NUMBER-THOUSANDS"),
        ("1'000", "E-NUMBER-THOUSANDS"),
        ("1.234,5", "E-NUMBER-THOUSANDS"),
        ("1.234.567", "E-NUMBER-THOUSANDS"),
        ("12,5", "E-NUMBER-DECIMAL-COMMA"),
        ("0,125", "E-NUMBER-DECIMAL-COMMA"),
        ("-1,5e3", "E-NUMBER-DECIMAL-COMMA"),
        ("1l", "E-NUMBER-NOT-A-NUMBER"),
        ("O.5", "E-NUMBER-NOT-A-NUMBER"),
        ("0x10", "E-NUMBER-NOT-A-NUMBER"),
        ("1e", "E-NUMBER-NOT-A-NUMBER"),
        ("--5", "E-NUMBER-NOT-A-NUMBER"),
        ("\u22125", "E-NUMBER-NOT-A-NUMBER"),
        ("3×10³", "E-NUMBER-NOT-A-NUMBER"),
        ("nan", "E-NUMBER-NOT-FINITE"),
        ("NaN", "E-NUMBER-NOT-FINITE"),
        ("inf", "E-NUMBER-NOT-FINITE"),
        ("-Infinity", "E-NUMBER-NOT-FINITE"),
        ("1e400", "E-NUMBER-OUT-OF-RANGE"),
        ("-1e400", "E-NUMBER-OUT-OF-RANGE"),
        ("1e-400", "E-NUMBER-OUT-OF-RANGE"),
        ("1.7e308", "E-NUMBER-OUT-OF-RANGE"),
        ("-1.1e30", "E-NUMBER-OUT-OF-RANGE"),
        ("5e-324", "E-NUMBER-OUT-OF-RANGE"),
        ("9.9e-31", "E-NUMBER-OUT-OF-RANGE"),
        ("1_000", "E-NUMBER-FOREIGN-DIGITS"),
        ("１２", "E-NUMBER-FOREIGN-DIGITS"),
        ("٣", "E-NUMBER-FOREIGN-DIGITS"),
        ("1．5", "E-NUMBER-FOREIGN-DIGITS"),
    ],
)
def test_what_is_not_a_plain_number_has_its_rule_and_no_value(text: str, rule: str) -> None:
    numbers = numbers_of([text], ".")
    assert numbers.fault == (rule,)
    assert math.isnan(numbers.value[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [("12,5", ""), (",5", ""), ("1,5e3", ""), ("7", ""), ("12.5", "E-NUMBER-NOT-A-NUMBER"), ("1.000", "E-NUMBER-THOUSANDS"), ("1.234,5", "E-NUMBER-THOUSANDS"), ("1,234.5", "E-NUMBER-THOUSANDS")],
)  # fmt: skip
def test_with_a_decimal_comma_a_point_is_not_a_decimal_sign(text: str, fault: str) -> None:
    assert number_fault(text, ",") == fault
    if not fault:
        assert numbers_of([text], ",").value[0] == float(text.replace(",", "."))


@pytest.mark.parametrize("text", ["", "  ", *MISSING_WORDS, "n/a", "Not  done"])
def test_words_for_a_missing_result_are_blank(text: str) -> None:
    assert number_fault(text, ".") == BLANK


def test_a_zero_is_a_number_however_it_is_written() -> None:
    assert numbers_of(["0", "0.00", "-0", "0e5", "000"], ".").fault == ("",) * 5


@given(st.floats(-1e30, 1e30).filter(lambda x: x == 0 or abs(x) >= 1e-30))
def test_every_number_comes_back_as_it_was_written(number: float) -> None:
    assert numbers_of([repr(number)], ".").value[0] == number
    assert numbers_of([repr(number).replace(".", ",")], ",").value[0] == number


@given(st.text(max_size=12))
def test_a_text_is_a_number_or_has_a_reason(text: str) -> None:
    numbers = numbers_of([text], ".")
    assert math.isnan(numbers.value[0]) == bool(numbers.fault[0])
    if not numbers.fault[0]:
        assert set(text.strip()) <= set("0123456789.eE+-")


def test_a_long_run_of_digits_takes_no_long_time() -> None:
    assert number_fault("1" * 100_000 + "x", ".") == "E-NUMBER-NOT-A-NUMBER"


def test_words_fold_by_case_width_and_spaces() -> None:
    assert fold(" Ｎｏｔ \u00a0DETECTED ") == "not detected"


def test_numbers_up_to_the_ends_of_the_range_are_held() -> None:
    numbers = numbers_of(["1e30", "-1e30", "1e-30", "0", "-0.0", "0e-999"], ".")
    assert set(numbers.fault) == {""}
    assert numbers.value.tolist() == [1e30, -1e30, 1e-30, 0, 0, 0]
