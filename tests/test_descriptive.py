"""Descriptive statistics against hand-worked numbers, numpy and scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cartpk.descriptive import describe


def one(values, min_n=3, **kwargs):
    found = describe(np.array(values, float), np.zeros(len(values), np.int64), 1, min_n, **kwargs)
    return {name: float(column[0]) for name, column in found.items()}


def test_statistics_worked_by_hand():
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32, SD sqrt(32/7); SAS 5: np = 2, 4, 6 are whole, so ranks 2|3, 4|5, 6|7
    found = one([5, 9, 2, 4, 7, 4, 5, 4])
    assert (found["n"], found["mean"], found["median"]) == (8, 5, 4.5)
    assert (found["q1"], found["q3"], found["min"], found["max"]) == (4, 6, 2, 9)
    assert found["sd"] == pytest.approx(math.sqrt(32 / 7), rel=1e-15)
    assert found["cv_pct"] == pytest.approx(100 * math.sqrt(32 / 7) / 5, rel=1e-15)


def test_geometric_statistics_worked_by_hand():
    # 1, 10, 100: logarithms 0, ln 10, 2 ln 10; mean ln 10, SD ln 10
    found = one([100, 1, 10])
    assert found["geo_mean"] == pytest.approx(10, rel=1e-15)
    assert found["geo_cv_pct"] == pytest.approx(100 * math.sqrt(math.exp(math.log(10) ** 2) - 1), rel=1e-14)
    half = 0.95 / math.sqrt(2 * 0.975 * 0.025) * math.log(10) / math.sqrt(3)  # Student's t with 2 degrees of freedom
    assert found["geo_lower"] == pytest.approx(10 * math.exp(-half), rel=1e-12)
    assert found["geo_upper"] == pytest.approx(10 * math.exp(half), rel=1e-12)


def test_geometric_statistics_have_their_own_number():
    found = one([0, 0, 1, 10, 100])
    assert (found["n"], found["geo_n"]) == (5, 3)
    assert found["geo_mean"] == pytest.approx(10, rel=1e-15)
    few = one([0, 0, 1, 10])
    assert few["geo_n"] == 2
    assert math.isnan(few["geo_mean"])
    assert few["mean"] == 2.75


def test_fewer_than_min_n_values_give_only_n_median_min_and_max():
    for values in ([], [3.0], [3.0, 5.0]):
        given_ones = {name for name, value in one(values).items() if not math.isnan(value)}
        assert given_ones == ({"n", "geo_n", "median", "min", "max"} if values else {"n", "geo_n"})
    assert one([3.0, 5.0], min_n=2)["sd"] == pytest.approx(math.sqrt(2))
    assert math.isnan(one([3.0], min_n=1)["sd"])


def test_means_are_of_exact_sums():
    assert one([1.9, 6.0, 1.9, 6.0])["mean"] == 3.95
    assert one([0.1] * 9 + [1e17, -1e17])["mean"] == 0.9 / 11


def test_equal_values_do_not_vary_at_all():
    found = one([0.1] * 7)
    assert (found["mean"], found["sd"], found["geo_mean"], found["geo_cv_pct"]) == (0.1, 0, 0.1, 0)


def test_a_mean_of_zero_has_no_cv():
    assert math.isnan(one([0, 0, 0])["cv_pct"])


def test_what_overflows_is_not_estimable():
    found = one([1e308, 1.7e308, 1e307])
    assert math.isnan(found["sd"])
    assert found["median"] == 1e308


@given(st.lists(st.floats(1e-6, 1e9), min_size=3, max_size=40))
def test_statistics_agree_with_numpy_and_scipy(values):
    found = one(values)
    assert found["mean"] == pytest.approx(np.mean(values), rel=1e-12)
    assert found["sd"] == pytest.approx(np.std(values, ddof=1), rel=1e-7, abs=1e-9 * max(values))
    assert found["geo_mean"] == pytest.approx(stats.gmean(values), rel=1e-12)
    spread = np.std(np.log(values), ddof=1)
    assert found["geo_cv_pct"] == pytest.approx(100 * math.sqrt(math.expm1(spread**2)), rel=1e-7, abs=1e-5)
    for name, p in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        assert found[name] == pytest.approx(np.quantile(values, p, method="averaged_inverted_cdf"), rel=1e-15)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 3)), min_size=1, max_size=60), st.randoms())
def test_cells_together_equal_each_alone_in_any_order(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    values, cells = (np.array(column) for column in zip(*shuffled, strict=True))
    together = describe(values.astype(float), cells.astype(np.int64), 4)
    for k in range(4):
        alone = one([v for v, c in pairs if c == k])
        assert {name: repr(float(column[k])) for name, column in together.items()} == {
            name: repr(value) for name, value in alone.items()
        }
