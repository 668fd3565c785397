"""The models' own numbers: published typical values, areas, derivatives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from cartpk.fit.quantities import quadrature
from cartpk.models import MODELS, Data, KineticModel
from cartpk.models.kinetic import log_add_exp

STEIN = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032}
TYPICAL: dict[str, dict[str, float]] = {
    "exponential": {"cmax": 24000.0, "tmax": 9.3, "rho": 0.889, "alpha": 0.16},
    "stein": STEIN,
    "effector-memory": STEIN,
    "ogasawara": {
        "cmax": 24000.0, "tmax": 9.29, "tlag": 3.27, "doubling_time": 0.755,
        "alpha": np.log(2) / 5.0, "fb": 0.0079, "beta": np.log(2) / 352,
    },
    "smooth": {"cmax": 24000.0, "tmax": 9.3, "rho": 0.889, "alpha": 0.16, "w": 0.5},
}  # fmt: skip
CLOSED = [name for name, model in MODELS.items() if model.area is not None]


def area(name: str, end: float) -> float:
    closed = MODELS[name].area
    assert closed is not None
    return float(closed(end, **TYPICAL[name]))


def derived(name: str, quantity: str) -> float:
    (found,) = [d for d in MODELS[name].derived if d.name == quantity]
    return float(found.value(**TYPICAL[name]))


def test_every_model_has_typical_values_here() -> None:
    assert set(TYPICAL) == set(MODELS)


@pytest.mark.parametrize(
    ("end", "expected"),
    [(28, 171_774.285), (84, 188_397.910), (90, 189_285.685), (91, 189_431.955), (np.inf, 235_051.335)],
)
def test_areas_of_the_typical_stein_curve_are_the_golden_numbers(end: float, expected: float) -> None:
    assert area("stein", end) == pytest.approx(expected, abs=5e-4)


def test_start_and_growth_rate_of_the_typical_stein_curve_are_the_golden_numbers() -> None:
    assert derived("stein", "r0") == pytest.approx(6.153846, abs=5e-7)
    assert derived("stein", "rho") == pytest.approx(0.889111, abs=5e-7)
    assert derived("stein", "doubling_time") == pytest.approx(0.78, abs=5e-3)
    assert derived("stein", "alpha_half_life") == pytest.approx(4.3, abs=0.05)
    assert derived("stein", "beta_half_life") == pytest.approx(220, abs=5)


@pytest.mark.parametrize("changed", [{}, {"alpha": 1.2, "beta": 0.3}, {"fb": 0.6}, {"foldx": 2.0, "tmax": 30.0}])
def test_stein_is_effector_memory(changed: dict[str, float]) -> None:
    time = np.array([0.0, 0.5, 3.0, 9.3, 9.300001, 12.0, 30.0, 90.0, 400.0, 12.0])
    parameters = {**STEIN, **changed}
    by_formula = MODELS["stein"].log_curve(time, **parameters)
    by_ode = MODELS["effector-memory"].log_curve(time, **parameters)
    assert np.exp(by_ode) == pytest.approx(np.exp(by_formula), rel=1e-8)


@pytest.mark.parametrize("name", [n for n in CLOSED if n != "effector-memory"])
@pytest.mark.parametrize("end", [2.0, 5.0, 28.0, 90.0])
def test_closed_areas_are_those_of_quadrature(name: str, end: float) -> None:
    parameters, model = TYPICAL[name], MODELS[name]
    corners = [parameters[c] for c in ("tlag", "tmax") if c in parameters and parameters[c] < end]

    def height(t: float) -> float:
        return float(np.exp(model.log_curve(np.array([t]), **parameters)[0]))

    pieces = [0.0, *corners, end]
    expected = sum(quad(height, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(pieces))
    assert area(name, end) == pytest.approx(expected, rel=1e-10)
    assert quadrature(model, parameters, (end, np.inf))[0] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("name", CLOSED)
def test_closed_area_to_infinity_is_that_of_quadrature(name: str) -> None:
    assert quadrature(MODELS[name], TYPICAL[name], (np.inf,))[0] == pytest.approx(area(name, np.inf), rel=1e-8)


@pytest.mark.parametrize("w", [0.05, 0.5, 3.0])
def test_area_of_a_smooth_curve_is_that_of_an_adaptive_rule(w: float) -> None:
    parameters = {**TYPICAL["smooth"], "w": w}

    def height(t: float) -> float:
        return float(np.exp(MODELS["smooth"].log_curve(np.array([t]), **parameters)[0]))

    expected = sum(quad(height, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in ((0, 9.3), (9.3, 12), (12, 28)))
    assert quadrature(MODELS["smooth"], parameters, (28.0,))[0] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("name", list(MODELS))
def test_the_curve_is_highest_at_cmax(name: str) -> None:
    time = np.linspace(0, 60, 6001)
    height = np.exp(MODELS[name].log_curve(time, **TYPICAL[name]))
    assert height.max() == pytest.approx(24000.0, rel=2e-5 if name == "smooth" else 1e-2)
    assert height.max() <= 24000.0 * (1 + 1e-9)


def test_the_peak_of_a_smooth_curve_stands_where_it_says() -> None:
    time = np.linspace(9, 12, 30_001)
    highest = time[np.argmax(MODELS["smooth"].log_curve(time, **TYPICAL["smooth"]))]
    assert derived("smooth", "peak_time") == pytest.approx(highest, abs=2e-4)


def test_smooth_tends_to_exponential_as_its_turn_narrows() -> None:
    time = np.array([1.0, 5.0, 8.0, 11.0, 20.0])
    smooth = MODELS["smooth"].log_curve(time, **{**TYPICAL["smooth"], "w": 1e-3})
    assert smooth == pytest.approx(MODELS["exponential"].log_curve(time, **TYPICAL["exponential"]), abs=0.01)


def test_ogasawara_stays_at_its_start_in_the_lag_and_doubles_after_it() -> None:
    log_value = MODELS["ogasawara"].log_curve(np.array([0.0, 3.0, 3.27, 3.27 + 0.755, 9.29]), **TYPICAL["ogasawara"])
    value = np.exp(log_value)
    assert value[0] == value[1] == pytest.approx(value[2]) == pytest.approx(derived("ogasawara", "c0"))
    assert value[3] == pytest.approx(2 * value[2])
    assert value[4] == pytest.approx(24000.0)


@pytest.mark.parametrize("name", [n for n, m in MODELS.items() if not m.numbers_only])
def test_a_complex_step_gives_the_derivatives_of_plain_differences(name: str) -> None:
    model, parameters = MODELS[name], TYPICAL[name]
    time = np.array([0.7, 4.0, 9.0, 12.0, 60.0])
    for parameter, value in parameters.items():
        h = 1e-5 * value
        exact = model.log_curve(time, **{**parameters, parameter: value + 1e-30j}).imag / 1e-30
        up, down = (model.log_curve(time, **{**parameters, parameter: value + s * h}) for s in (1, -1))
        assert exact == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9 / value)


@pytest.mark.parametrize("name", list(MODELS))
def test_guesses_lie_inside_the_limits_and_name_every_parameter(name: str) -> None:
    model: KineticModel = MODELS[name]
    time = np.array([1.0, 4, 7, 10, 14, 21, 28, 60])
    log_value = model.log_curve(time, **TYPICAL[name])
    data = Data(time, log_value, np.zeros(8, bool), np.full(8, np.nan))
    guess = model.guess(data)
    assert set(guess) >= set(model.names)
    for p in model.parameters:
        assert p.lower <= guess[p.name] <= p.upper


def test_log_add_exp_holds_where_one_is_far_larger_and_for_complex_numbers() -> None:
    a, b = np.array([1000.0, -1000.0, 0.0]), np.array([0.0, -1001.0, 0.0])
    assert log_add_exp(a, b) == pytest.approx(np.logaddexp(a, b), rel=1e-15)
    stepped = log_add_exp(a + 1e-30j, b.astype(complex))
    assert stepped.imag / 1e-30 == pytest.approx([1.0, 1 / (1 + np.exp(-1)), 0.5])
