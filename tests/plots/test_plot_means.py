"""The course of groups: what is averaged, its interval, and n under the axis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import TIMES, VALUES, lines, places, study, texts, words
from matplotlib.axes import Axes

from cartpk.errors import UsageError
from cartpk.plots import mean
from cartpk.plots.colours import dose_colours
from cartpk.plots.counts import spread
from cartpk.summary import summarize_concentrations

SIX = tuple(f"S{k}" for k in range(6))
SPREAD = {s: [v * (1 + k) for v in VALUES] for k, s in enumerate(SIX)}
COVARIATES = {"dose_level": ["DL1", "DL2"] * 3, "site": ["x", "y", "y", "x", "y", "y"]}


def cohort() -> object:
    return study(SIX, values=SPREAD, covariates=COVARIATES)


def test_the_geometric_mean_and_its_confidence_interval_are_those_of_the_summary() -> None:
    p = study(SIX, values=SPREAD)
    axes = mean(p)
    assert isinstance(axes, Axes)
    cell = next(c for c in summarize_concentrations(replace(p, time_nominal=p.time)) if c.row.time_nominal == 10.0)
    assert dict(places(axes, "visits"))[10.0] == pytest.approx(cell.values["geo_mean"])
    bars = {s[0][0]: (s[0][1], s[1][1]) for s in axes.collections[0].get_segments()}
    assert bars[10.0] == pytest.approx((cell.values["geo_lower"], cell.values["geo_upper"]))


def test_mean_and_median_have_their_own_intervals() -> None:
    p = study(SIX, values=SPREAD)
    at_10 = np.array([5000.0 * (1 + k) for k in range(6)])
    arithmetic = mean(p, statistic="mean", scale="linear")
    assert dict(places(arithmetic, "visits"))[10.0] == pytest.approx(at_10.mean())  # type: ignore[arg-type]
    median = mean(p, statistic="median")
    assert dict(places(median, "visits"))[10.0] == pytest.approx(np.median(at_10))  # type: ignore[arg-type]
    bars = {s[0][0]: (s[0][1], s[1][1]) for s in median.collections[0].get_segments()}  # type: ignore[union-attr]
    assert bars[10.0] == pytest.approx((10000.0, 25000.0))


def test_n_under_the_axis_counts_quantifiable_and_all_results() -> None:
    values = {s: [0 if k < 2 and v == 60 else v for v in VALUES] for k, s in enumerate(SIX)}
    axes = mean(study(SIX, values=values))
    said = texts(axes)  # type: ignore[arg-type]
    assert said.count("0/6") == 3
    assert said.count("4/6") == 2
    assert said.count("6/6") == 7
    assert "n ≥ LLOQ / n, day" in said


def test_doses_are_told_by_colour_and_other_groups_by_symbol() -> None:
    by_dose = mean(cohort(), by="dose_level")  # type: ignore[arg-type]
    assert [line.get_color() for line in lines(by_dose, "visits")] == list(dose_colours(2))  # type: ignore[arg-type]
    by_site = mean(cohort(), by="site")  # type: ignore[arg-type]
    visits = lines(by_site, "visits")  # type: ignore[arg-type]
    assert len({line.get_marker() for line in visits}) == 2
    for line in visits:
        colour = str(line.get_color())
        assert colour[1:3] == colour[3:5] == colour[5:7], "a grey"


def test_groups_of_fewer_than_three_have_their_values_but_no_geometric_mean() -> None:
    axes = mean(study(SIX[:2], values=SPREAD))
    assert places(axes, "visits") == []  # type: ignore[arg-type]
    assert len(places(axes, "values")) == 18  # type: ignore[arg-type]
    assert len(places(axes, "values below the limit")) == 6  # type: ignore[arg-type]


def test_visits_stand_at_their_planned_day() -> None:
    p = study(SIX, values=SPREAD)
    late = p.time + np.where(p.time == 10, 0.7, 0.0)
    planned = replace(p, time=late, time_nominal=p.time)
    assert [x for x, _ in places(mean(planned), "visits")] == list(TIMES[2:-1])  # type: ignore[arg-type]


def test_named_visits_without_a_planned_day_stand_at_their_median_day() -> None:
    from cartpk.labels import Labels

    p = study(SIX, values=SPREAD)
    shift = np.repeat(np.arange(6.0), len(TIMES)) / 10
    named = replace(p, time=p.time + shift, visit=Labels.of([f"V{t:g}" for t in p.time]))
    assert dict(places(mean(named), "visits"))[10.25] > 5000  # type: ignore[arg-type]


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="statistic is 'mode', not one of geometric_mean, mean, median"):
        mean(study(SIX), statistic="mode")
    with pytest.raises(UsageError, match="scale is 'sqrt', not log or linear"):
        mean(study(SIX), scale="sqrt")


@pytest.mark.parametrize("scale", ["log", "linear"])
@pytest.mark.parametrize("statistic", ["geometric_mean", "mean", "median"])
def test_an_all_blq_cohort_and_a_single_subject_are_drawn(statistic: str, scale: str) -> None:
    for p in (study(SIX, values=[0.0] * 12), study(("S1",), times=[7], values=[500])):
        axes = mean(p, statistic=statistic, scale=scale)
        axes.figure.canvas.draw()  # type: ignore[union-attr]
        assert "Values by planned visit" in words(axes.figure)  # type: ignore[union-attr]


def test_columns_move_no_further_apart_than_they_must() -> None:
    wide = np.array([0.4, 0.4, 0.4, 0.4])
    places = spread(np.array([1.0, 1.1, 3.0, 4.9]), wide, 5.0)
    assert places.tolist() == pytest.approx([0.85, 1.25, 3.0, 4.9])
    crowded = spread(np.zeros(10), np.full(10, 0.4), 5.0)
    assert np.diff(crowded).min() >= 0.4 - 1e-12
    assert crowded[0] >= 0.2


def test_many_visits_keep_their_counts_apart_and_on_the_page() -> None:
    times = np.r_[np.arange(0, 20), 360.0]
    p = study(SIX, times=times, values=np.full(21, 100.0))
    axes = mean(p)
    page = axes.figure  # type: ignore[union-attr]
    page.canvas.draw()
    boxes = [t.get_window_extent() for t in axes.texts if t.get_text()]  # type: ignore[union-attr]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    assert max(b.x1 for b in boxes) <= page.bbox.x1
