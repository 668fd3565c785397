"""Figures of models in Chinese: no English is left, and their numbers are those of the English ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from drawn import latin, numbers, pages_texts, study
from matplotlib.figure import Figure

import cartpk as ck
from cartpk.fit import Fits
from cartpk.fit_rules import ParameterRule
from cartpk.language import say
from cartpk.models import MODELS
from cartpk.plots.fits import fitted_caption, fitted_title
from cartpk.plots.fonts import files_for
from cartpk.plots.modelled import estimate_words
from cartpk.results import Results

pytestmark = pytest.mark.skipif(not files_for("受试者"), reason="no Chinese font is installed")

TIMES = (-7.0, 0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 14.0, 17.0, 21.0, 28.0, 42.0, 56.0)
FEW = (1.0,) * 6 + (300.0, 200.0) + (1.0,) * 6
DATA = {"S1", "S2", "S3", "qpcr", "AUCinf", "FB"}


def noisy(seed: int) -> tuple[float, ...]:
    curve = MODELS["exponential"].log_curve(np.array(TIMES), cmax=20000.0, tmax=10.0, rho=0.8, alpha=0.2)
    return tuple(np.exp(curve + 0.2 * np.random.default_rng(seed).standard_normal(len(TIMES))).tolist())


@pytest.fixture(scope="module")
def results() -> Results:
    return ck.nca(study(("S1", "S2", "S3"), times=TIMES, values={"S1": noisy(1), "S2": noisy(2), "S3": FEW}))


@pytest.fixture(scope="module")
def believed(results: Results) -> Fits:
    return ck.fit(results.profiles, "exponential")


@pytest.fixture(scope="module")
def doubtful(results: Results) -> Fits:
    return ck.fit(results.profiles, "stein")


def model_figures(results: Results, fits: list[Fits]) -> Iterator[tuple[str, str, Callable[[], Figure]]]:
    for entry in ck.plots.catalogue(results.profiles, results, fits=fits):
        if entry.kind in ("predictive", "beside_nca", "residuals", "fit_panels", "fitted"):
            yield entry.kind, f"{entry.title} {entry.caption}", entry.draw
    some = [ck.profile_likelihood(results.profiles[0], "exponential", name) for name in ("cmax", "alpha")]
    yield "likelihood", "", lambda: ck.plots.profile_likelihoods(some)[0].figure


def test_figures_of_models_are_chinese_with_the_numbers_of_the_english_ones(
    results: Results, believed: Fits, doubtful: Fits
) -> None:
    told = {}
    for name in ("zh", "en"):
        with ck.speaking(name):
            told[name] = [
                (k, [said, *pages_texts(draw())]) for k, said, draw in model_figures(results, [believed, doubtful])
            ]
    kinds = {"predictive", "beside_nca", "residuals", "fit_panels", "fitted", "likelihood"}
    assert {kind for kind, _ in told["zh"]} == kinds
    assert latin((text for _, texts in told["zh"] for text in texts), DATA) == set()
    for (kind, chinese), (_, english) in zip(told["zh"], told["en"], strict=True):
        assert numbers(chinese) == numbers(english), (kind, chinese[0])


def test_every_model_has_its_name_in_chinese() -> None:
    with ck.speaking("zh"):
        assert latin((say(model.label) for model in MODELS.values()), ()) == set()


def test_a_held_parameter_a_missing_fit_and_a_chosen_model_are_told_in_chinese(results: Results) -> None:
    rules = ck.FitRules(parameters={"exponential": {"tmax": ParameterRule(fixed=10.0)}})
    held = ck.fit(results.profiles, "exponential", rules)
    chosen = ck.fit(results.profiles[0:1], "auto")
    with ck.speaking("zh"):
        assert "Tmax 10.0（固定）" in estimate_words(held, 0)
        assert estimate_words(held, 2) == ["无拟合"]
        said = fitted_title(chosen, "S1"), fitted_caption(chosen, subject_id="S1")
    assert said[0] == "受试者S1：AICc最低的模型"
    assert "。按AICc选定：" in said[1]
    assert latin(said, DATA) == set()
