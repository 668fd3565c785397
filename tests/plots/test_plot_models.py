"""Figures of fits: what is believed is drawn as such, what is not is not, and the same fits give the same picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawn import study
from matplotlib.axes import Axes

import cartpk as ck
from cartpk.errors import UsageError
from cartpk.fit import Fits
from cartpk.models import MODELS
from cartpk.plots.modelled import residuals_of
from cartpk.plots.panels import pages_of
from cartpk.plots.sheet import page_of
from cartpk.profiles import Profiles

TIMES = (-7.0, 0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 14.0, 17.0, 21.0, 28.0, 42.0, 56.0)
FEW = (1.0,) * 6 + (300.0, 200.0) + (1.0,) * 6


def values(seed: int) -> tuple[float, ...]:
    """A curve with noise; the samples to the infusion are below the limit."""
    curve = MODELS["exponential"].log_curve(np.array(TIMES), cmax=20000.0, tmax=10.0, rho=0.8, alpha=0.2)
    return tuple(np.exp(curve + 0.2 * np.random.default_rng(seed).standard_normal(len(TIMES))).tolist())


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    """Three subjects of whom the last has too few quantifiable samples."""
    return study(("S1", "S2", "S3"), times=TIMES, values={"S1": values(1), "S2": values(2), "S3": FEW})


@pytest.fixture(scope="module")
def fits(profiles: Profiles) -> Fits:
    return ck.fit(profiles, "exponential")


@pytest.fixture(scope="module")
def doubtful(profiles: Profiles) -> Fits:
    """Fits of which not every parameter is estimable: one sample a phase too few."""
    return ck.fit(profiles, "stein")


def lines(axes: Axes, label: str) -> list[tuple[list[float], list[float]]]:
    found = [line for line in axes.lines if line.get_label() == label]
    return [(list(map(float, line.get_xdata())), list(map(float, line.get_ydata()))) for line in found]


def test_a_fit_stands_over_its_samples_with_an_interval(fits: Fits) -> None:
    linear, log = ck.plots.fitted(fits, subject_id="S1").ravel()
    for axes in (linear, log):
        ((time, curve),) = lines(axes, "fit")
        assert max(curve) == pytest.approx(fits["cmax"][0])
        assert time[int(np.argmax(curve))] == pytest.approx(fits["tmax"][0])
        assert [c for c in axes.collections if c.get_label() == "interval"]
    assert (linear.get_yscale(), log.get_yscale()) == ("linear", "log")


def test_samples_below_the_limit_are_arrows_at_their_own_limit(fits: Fits) -> None:
    axes = ck.plots.fitted(fits, subject_id="S1", scale="log")
    ((time, height),) = lines(axes, "below the limit")
    p = fits.profiles[0]
    assert time == p.time[p.blq].tolist()
    assert height == [50.0] * len(time)


def test_no_curve_is_drawn_where_there_is_no_fit_and_the_caption_says_why(fits: Fits) -> None:
    axes = ck.plots.fitted(fits, subject_id="S3", scale="log")
    assert not lines(axes, "fit")
    caption = " ".join(t.get_text() for t in page_of(axes).texts)
    assert "No fit: There are not more quantifiable" in caption


def test_a_fit_that_is_not_believed_is_dashed_and_has_no_interval(doubtful: Fits) -> None:
    i = next(i for i, f in enumerate(doubtful.fitted) if not f.reason and not f.believed)
    axes = ck.plots.fitted(doubtful, subject_id=doubtful.profiles.keys[i].subject_id, scale="log")
    (line,) = [line for line in axes.lines if line.get_label() == "fit"]
    assert line.get_linestyle() == "--"
    assert not [c for c in axes.collections if c.get_label() == "interval"]
    assert any("not estimable" in t.get_text() for t in axes.texts)


def test_residuals_are_logs_over_sigma_and_mark_the_samples_below_the_limit(fits: Fits) -> None:
    found = residuals_of(fits, 0)
    assert found is not None
    assert residuals_of(fits, 2) is None
    f, p = fits.fitted[0], fits.profiles[0]
    rows = (p.time > 0) & ~p.blq
    curve = MODELS["exponential"].log_curve(p.time[rows], **f.parameters)
    assert found.residual[~found.blq] == pytest.approx((np.log(p.conc[rows]) - curve) / f.sigma)
    axes = ck.plots.residuals(fits)
    assert axes.shape == (1, 2)
    drawn = sum(len(x) for x, _ in lines(axes[0, 0], "residuals"))
    assert drawn == sum(int((~r.blq).sum()) for r in (residuals_of(fits, i) for i in range(3)) if r)


def test_residuals_need_a_fit(profiles: Profiles) -> None:
    with pytest.raises(UsageError, match="no residuals to draw"):
        ck.plots.residuals(ck.fit(profiles[2], "exponential"))


def test_the_model_stands_beside_noncompartmental_numbers_about_the_line_of_equals(
    profiles: Profiles, fits: Fits
) -> None:
    results = ck.nca(profiles)
    axes = ck.plots.beside_nca(results, fits)
    assert axes.shape == (1, 2)
    points = lines(axes[0, 0], "subject")
    assert [x[0] for x, _ in points] == results["cmax"][:2].tolist()
    assert [y[0] for _, y in points] == fits["cmax"][:2].tolist()
    ((x, y),) = lines(axes[0, 0], "equal")
    assert x == y


def test_panels_show_every_subject_on_the_same_axes(fits: Fits) -> None:
    axes = ck.plots.fit_panels(fits)
    assert len(axes) == 3
    assert len({(a.get_xlim(), a.get_ylim()) for a in axes}) == 1
    assert pages_of(fits) == 1


def test_many_subjects_take_pages_of_twenty() -> None:
    some = study([f"S{i}" for i in range(1, 24)], times=(1.0, 2.0), values=(100.0, 50.0))
    fits = ck.fit(some, "exponential")
    assert pages_of(fits) == 2
    assert len(ck.plots.fit_panels(fits, page=1)) == 20
    second = ck.plots.fit_panels(fits, page=2)
    assert [a.texts[0].get_text() for a in second] == ["S21", "S22", "S23"]


def cohort(n: int) -> Profiles:
    """Subjects about one curve, and one with too few quantifiable samples."""
    names = [f"S{i}" for i in range(1, n + 1)]
    return study([*names, "none"], times=TIMES, values={**{s: values(i) for i, s in enumerate(names)}, "none": FEW})


def test_a_predictive_check_is_seeded_and_counts_the_believed(tmp_path: Path) -> None:
    fits, pictures = ck.fit(cohort(5), "exponential"), []
    for seed in (1, 1, 2):
        axes = ck.plots.predictive(fits, studies=50, seed=seed)
        pictures.append(ck.plots.save(page_of(axes[0, 0]), tmp_path / f"{len(pictures)}.png").read_bytes())
    assert pictures[0] == pictures[1]
    assert pictures[1] != pictures[2]
    caption = " ".join(t.get_text() for t in page_of(axes[0, 0]).texts)
    assert "5 of 6 profiles with a believed fit" in caption


def test_a_predictive_check_holds_what_was_simulated_from_the_model() -> None:
    axes = ck.plots.predictive(ck.fit(cohort(15), "exponential"))[0, 0]
    median = lines(axes, "measured")[1]
    bands = [c for c in axes.collections if c.get_label() == "simulated"]
    inside = (
        bands[1]
        .get_paths()[0]
        .contains_points([(t, v) for t, v in zip(*median, strict=True) if np.isfinite(v)], radius=1e-9)
    )
    assert inside.mean() > 0.7


def test_a_predictive_check_needs_a_believed_fit(profiles: Profiles) -> None:
    with pytest.raises(UsageError, match="nothing to simulate from"):
        ck.plots.predictive(ck.fit(profiles[2], "exponential"))


def test_profile_likelihoods_are_drawn_on_request(profiles: Profiles) -> None:
    found = [ck.profile_likelihood(profiles[0], "exponential", name) for name in ("cmax", "alpha")]
    axes = ck.plots.profile_likelihoods(found)
    assert len(axes) == 2
    ((value, loss),) = lines(axes[0], "loss")
    assert min(loss) == pytest.approx(0.0, abs=1e-6)
    assert found[0].lower < value[int(np.argmin(loss))] < found[0].upper
    with pytest.raises(UsageError, match="no profile likelihood"):
        ck.plots.profile_likelihoods([])


def test_the_catalogue_has_the_figures_of_models_when_they_are_asked_for(profiles: Profiles, fits: Fits) -> None:
    results = ck.nca(profiles)
    without = [e.kind for e in ck.plots.catalogue(profiles, results)]
    entries = list(ck.plots.catalogue(profiles, results, fits=[fits]))
    kinds = [e.kind for e in entries]
    assert kinds[: len(without)] == without
    assert kinds[len(without) :] == ["predictive", "beside_nca", "residuals", "fit_panels", *["fitted"] * 3]
    for entry in entries[len(without) :]:
        texts = " ".join(t.get_text() for t in entry.draw().texts)
        assert entry.title in texts
        assert " ".join(entry.caption.split()[:6]) in texts
    cohort = [e.kind for e in ck.plots.catalogue(profiles, results, which="cohort", fits=[fits])]
    assert "fitted" not in cohort
    assert "residuals" in cohort


def test_subjects_stay_text_whatever_they_are_called() -> None:
    names = ("<script>", "$\\frac{", "=cmd()")
    some = study(names, times=TIMES, values=values(1))
    fits = ck.fit(some, "exponential")
    for name in names:
        axes = ck.plots.fitted(fits, subject_id=name, scale="log")
        assert any(name in t.get_text() for t in page_of(axes).texts)
