from __future__ import annotations

import numpy as np
import pytest

from cartpk.simulate import Curves


def curve(**changes: float) -> Curves:
    """The typical tisagenlecleucel curve (Stein 2019) as one entry."""
    numbers = {
        "tlag": 0.0, "tmax": 9.3, "cmax": 24_000.0, "rho": np.log(3900) / 9.3, "alpha": 0.16, "fb": 0.0079,
        "beta": 0.0032, "tlag2": 0.0, "tmax2": 12.0, "cmax2": 0.0, "rho2": 0.5, "alpha2": 0.2,
    } | changes  # fmt: skip
    return Curves(**{name: np.array([value]) for name, value in numbers.items()})


def test_the_area_of_the_typical_curve_is_the_golden_one() -> None:
    """The closed form R0/rho (e^(rho Tmax) - 1) + Cmax [(1-FB)/alpha (1-e^(-alpha d)) + FB/beta (1-e^(-beta d))]."""
    typical = curve()
    for day, area in ((28, 171774.285), (84, 188397.910), (90, 189285.685), (91, 189431.955)):
        assert typical.area(day)[0] == pytest.approx(area, abs=5e-4)


@pytest.mark.parametrize("second", [0.0, 5000.0])
def test_the_exact_area_is_that_of_a_fine_trapezoid(second: float) -> None:
    one = curve(tlag=2.5, tlag2=30.0, tmax2=42.0, cmax2=second)
    time = np.unique(np.concatenate([np.linspace(0, 90, 900_001), [9.3, 30 - 1e-9, 30, 42]]))[1:]
    values = one.over_visits().value(time[None, :])[0]
    fine = float(np.sum(np.diff(time) * (values[1:] + values[:-1]) / 2))
    assert one.area(90.0)[0] == pytest.approx(fine, rel=1e-5)


def test_an_area_before_the_second_rise_does_not_know_of_it() -> None:
    assert curve(tlag2=30.0, tmax2=42.0, cmax2=5000.0).area(28.0)[0] == curve().area(28.0)[0]


def test_the_day_below_the_limit_is_where_the_curve_meets_it() -> None:
    one = curve()
    day = one.last_above(50.0)
    assert one.value(day)[0] == pytest.approx(50.0, rel=1e-9)
    assert np.isnan(one.last_above(1e6)[0])
    twice = curve(tlag2=30.0, tmax2=42.0, cmax2=5000.0).last_above(3000.0)
    assert twice[0] > 42
    low = curve(tlag2=30.0, tmax2=42.0, cmax2=100.0).last_above(3000.0)
    assert low[0] == pytest.approx(curve().last_above(3000.0)[0], rel=1e-12)
