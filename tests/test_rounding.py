"""Rounding: half away from zero, once, from the digits of the shortest text."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.rounding import THIN, at_least, exact, fixed, grouped, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.125, "0.125"), (1.125, "1.13"), (2.675, "2.68"), (1.005, "1.01"), (-1.125, "-1.13"), (12345.6, "12300"), (12350.0, "12400"),
        (9.995, "10.0"), (999.5, "1000"), (0.00099951, "0.00100"), (14, "14.0"), (1e9, "1.00E+09"), (999_499_999, "999000000"),
        (999_500_000, "1.00E+09"), (0.0001, "0.000100"), (0.00009999, "0.000100"), (0.0000999, "9.99E-05"), (1.235e-7, "1.24E-07"),
        (0, "0"), (-0.0, "0"), (5e-324, "5.00E-324"), (1.7976931348623157e308, "1.80E+308"),
    ],
)  # fmt: skip
def test_three_figures_are_rounded_half_away_from_zero(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.25, 1, "0.3"), (0.35, 1, "0.4"), (-0.25, 1, "-0.3"), (-0.04, 1, "0.0"), (2.5, 0, "3"), (3.5, 0, "4"), (1e300, 1, f"{10**300}.0")],
)  # fmt: skip
def test_fixed_decimals_are_rounded_half_away_from_zero(value, decimals, text):
    assert fixed(value, decimals) == text


def test_a_listing_loses_no_digit_before_the_decimal_sign():
    assert [at_least(v) for v in (12345.6, 999.96, 14.25, 0.99951, 0.0, 2e9)] == [
        "12346", "1000", "14.3", "1.00", "0", "2.00E+09",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_no_text(value):
    for show in (significant, at_least, lambda v: fixed(v, 1)):
        with pytest.raises(ValueError, match="cannot be rounded"):
            show(value)


@given(st.floats(-1e308, 1e308))
def test_a_rounded_number_is_the_nearest_with_as_many_figures(value):
    shown = Decimal(significant(value))
    exact = Decimal(repr(value))
    assert abs(shown - exact) <= Decimal("0.5").scaleb(exact.adjusted() - 2) if exact else shown == 0
    assert significant(float(shown)) == significant(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("9000", "9000"), ("54275", "54 275"), ("-1234567.25", "-1 234 567.25"), ("1.00E+09", "1.00E+09"), ("0.00123", "0.00123")],
)  # fmt: skip
def test_thousands_stand_a_narrow_space_apart_from_five_digits_on(text: str, shown: str) -> None:
    assert grouped(text, " ") == shown
    assert grouped(text) == shown.replace(" ", THIN)


def test_an_exact_number_is_the_shortest_text_that_gives_it_back() -> None:
    assert [exact(v) for v in (14.0, 0.1, 1e300, math.nan)] == ["14", "0.1", "1e+300", ""]
