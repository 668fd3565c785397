"""Profiles of a model with a known truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cartpk as ck
from cartpk.models import MODELS
from cartpk.simulate import modelled

TYPICAL = {"cmax": 2e4, "tmax": 9.3, "rho": 0.8, "alpha": 0.2}


def test_without_noise_they_lie_on_the_curve() -> None:
    study = ck.simulate_model("exponential", TYPICAL, 3, noise=0.0, lloq=None)
    days = study.profiles.time[:13]
    assert study.profiles.conc[:13] == pytest.approx(np.exp(MODELS["exponential"].log_curve(days, **TYPICAL)))
    assert not study.profiles.blq.any()


def test_the_same_seed_gives_the_same_study_and_a_larger_one_begins_with_it() -> None:
    small, large = (ck.simulate_model("exponential", TYPICAL, n, seed=3, spread={"cmax": 0.5}) for n in (4, 9))
    assert small.profiles.conc.tobytes() == large.profiles.conc[: small.profiles.n_rows].tobytes()
    other = ck.simulate_model("exponential", TYPICAL, 4, seed=4, spread={"cmax": 0.5})
    assert not np.array_equal(other.parameters["cmax"], small.parameters["cmax"])


def test_subjects_differ_as_said() -> None:
    study = ck.simulate_model("exponential", TYPICAL, 4000, spread={"cmax": 0.5, "tmax": 1.0}, days=(7, 14))
    assert np.log(study.parameters["cmax"]).std() == pytest.approx(0.5, rel=0.05)
    assert study.parameters["tmax"].std() == pytest.approx(1.0, rel=0.05)
    assert np.median(study.parameters["cmax"]) == pytest.approx(2e4, rel=0.05)
    assert (study.parameters["rho"] == 0.8).all()


def test_noise_is_that_of_the_assay_and_values_below_the_limit_are_censored() -> None:
    study = ck.simulate_model("exponential", TYPICAL, 1000, days=(9,), noise=0.4, lloq=None)
    assert np.log(study.profiles.conc).std() == pytest.approx(0.4, rel=0.05)
    late = ck.simulate_model("exponential", TYPICAL, 10, days=(9, 90))
    assert late.profiles.blq.tolist() == [False, True] * 10


def test_visits_are_early_or_late_but_keep_their_order_and_their_planned_day() -> None:
    study = ck.simulate_model("exponential", TYPICAL, 50, jitter=0.9)
    p = study.profiles
    for one in p:
        assert (np.diff(one.time) > 0).all()
    assert np.abs(p.time - p.time_nominal).max() > 3
    assert p.time_nominal[:13].tolist() == [1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90]


def test_who_leaves_does_not_come_back() -> None:
    study = ck.simulate_model("exponential", TYPICAL, 400, dropout=0.1)
    counts = np.diff(study.profiles.offsets)
    assert counts.min() >= 1
    assert (counts == 13).mean() == pytest.approx(0.9**12, abs=0.08)
    for one in study.profiles[:20]:
        assert one.time_nominal.tolist() == [1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90][: len(one.time)]


def test_what_must_lie_above_another_does() -> None:
    typical = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.05, "fb": 0.0079, "beta": 0.03}
    study = ck.simulate_model("stein", typical, 200, spread={"alpha": 1.0, "beta": 1.0})
    assert (study.parameters["alpha"] > study.parameters["beta"]).all()


def test_it_writes_itself_as_an_input_file_and_comes_back(tmp_path: Path) -> None:
    study = ck.simulate_model("smooth", TYPICAL, 5, seed=1, jitter=0.3)
    read = ck.Profiles.from_samples(ck.read(study.to_csv(tmp_path / "counts.csv")))
    for name in ("time", "conc", "blq", "lloq", "offsets", "time_nominal"):
        assert np.array_equal(getattr(read, name), getattr(study.profiles, name), equal_nan=True), name
    lines = study.truth_to_csv(tmp_path / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "subject_id,cmax,tmax,rho,alpha,w"
    assert lines[1] == "S01,20000.0,9.3,0.8,0.2,0.5"
    assert list(study.truth["subject_id"]) == ["S01", "S02", "S03", "S04", "S05"]


OWN = replace(MODELS["exponential"], name="my own")


@pytest.mark.parametrize("model", MODELS)
def test_what_is_not_given_is_the_models_typical_value(model: str) -> None:
    study = ck.simulate_model(model, {"cmax": 5.0})

    truth = {name: float(values[0]) for name, values in study.parameters.items()}
    held = {p.name: p.fixed for p in MODELS[model].parameters if p.fixed is not None}
    assert truth == {**held, **modelled.TYPICAL[model], "cmax": 5.0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": OWN, "parameters": {"cmax": 1.0}}, "my own needs tmax; my own needs rho"),
        ({"parameters": {**TYPICAL, "beta": 1.0}}, "has no parameter 'beta'"),
        ({"parameters": {**TYPICAL, "rho": -1.0}}, "rho is -1.0, not between 0 and inf"),
        ({"subjects": 0}, "subjects is 0: give 1 or more"),
        ({"days": (0, 7)}, "days must be different days after the infusion"),
        ({"noise": -0.1, "jitter": 1.0}, "noise is -0.1: give a number 0 to 10; jitter is 1.0"),
        ({"dropout": 1.0}, "dropout is 1.0: give a number 0 to below 1"),
        ({"lloq": 0.0}, "lloq is 0.0: give a number above 0"),
        ({"spread": {"cmax": -1.0}}, "spread of cmax is -1.0"),
        ({"model": "exponental"}, "no model 'exponental'"),
    ],
)
def test_wrong_use_is_told_all_at_once(change: dict, words: str) -> None:
    with pytest.raises(ck.UsageError, match=words):
        ck.simulate_model(**{"model": "exponential", "parameters": TYPICAL, **change})
