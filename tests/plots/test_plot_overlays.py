"""All subjects over one another."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import HOSTILE, VALUES, excluding, lines, places, study, texts, words
from matplotlib.axes import Axes

from cartpk.errors import UsageError
from cartpk.nca import nca
from cartpk.plots import mean, overlay, parameters
from cartpk.plots.colours import GREY, INK, dose_colours

FOUR = ("S1", "S2", "S3", "S4")
LEVELS = {"dose_level": ["DL1", "DL1", "DL2", "DL2"], "site": ["x", "y", "y", "y"]}
SIX = (*FOUR, "S5", "S6")
TWO_LEVELS = {"dose_level": ["DL1"] * 3 + ["DL2"] * 3}
SPREAD = {s: [v * (1 + k) for v in VALUES] for k, s in enumerate(SIX)}


def test_by_dose_the_groups_share_a_panel_and_are_told_by_colour() -> None:
    axes = overlay(study(SIX, values=SPREAD, covariates=TWO_LEVELS), by="dose_level")
    assert isinstance(axes, Axes)
    assert [line.get_color() for line in lines(axes, "measured")] == [c for c in dose_colours(2) for _ in (0, 1, 2)]
    strong = lines(axes, "geometric mean")
    assert [line.get_color() for line in strong] == list(dose_colours(2))
    assert dict(strong[0].get_xydata())[10.0] == pytest.approx(5000 * 6 ** (1 / 3))
    assert "qpcr (n = 6)" in texts(axes)


def test_by_anything_else_each_group_has_a_panel_and_colour_still_means_dose() -> None:
    drawn = overlay(study(FOUR, ("qpcr", "flow"), values=SPREAD, covariates=LEVELS), by="site")
    assert len(drawn) == 4  # type: ignore[arg-type]
    flow_x, flow_y = drawn[:2]  # type: ignore[index]
    assert "x (n = 1)" in texts(flow_x)
    assert "y (n = 3)" in texts(flow_y)
    colours = dose_colours(2)
    assert [line.get_color() for line in lines(flow_y, "measured")] == [colours[0], colours[1], colours[1]]
    assert [line.get_color() for line in lines(flow_y, "geometric mean")] == [INK]
    assert flow_x.get_ylim() == flow_y.get_ylim()
    assert len({axes.get_xlim() for axes in drawn}) == 1  # type: ignore[union-attr]


def test_the_geometric_mean_is_drawn_only_where_half_of_the_results_are_quantifiable() -> None:
    values = {
        s: [0, 0, 60, 900, 5000, 2000, 500, 150, 80, 70 if k < 2 else 0, 60 if k < 1 else 0, 0]
        for k, s in enumerate(FOUR)
    }
    (strong,) = lines(overlay(study(FOUR, values=values)), "geometric mean")  # type: ignore[arg-type]
    assert list(strong.get_xdata()) == [3.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0]


def test_a_group_of_two_has_no_line_in_either_figure_and_the_figure_says_so() -> None:
    two = study(FOUR, values=SPREAD, covariates=LEVELS)
    (axes,) = np.atleast_1d(np.asarray(overlay(two, by="dose_level"), object))
    assert not lines(axes, "geometric mean")
    assert "No geometric mean: fewer than 3 quantifiable values" in words(axes)
    axes = mean(two, by="dose_level")
    assert not any(len(line.get_xdata()) for line in lines(axes, "DL1"))  # type: ignore[arg-type]
    assert "No geometric mean: fewer than 3 quantifiable values" in words(axes)  # type: ignore[arg-type]
    axes = overlay(study(FOUR, values=SPREAD, covariates={"dose_level": ["DL1"] * 3 + ["DL2"]}), by="dose_level")
    assert "No geometric mean: DL2" in texts(axes)  # type: ignore[arg-type]
    axes = mean(study(SIX, values=SPREAD, covariates=TWO_LEVELS), by="dose_level")
    assert "No geometric mean" not in words(axes)  # type: ignore[arg-type]


def test_the_key_names_levels_that_somebody_drawn_has() -> None:
    p = study(SIX, infusions=(1, 2), values=SPREAD, covariates=TWO_LEVELS)
    for draw in (overlay, lambda some, **more: parameters(nca(some), **more)):
        axes = draw(p[:7], by="dose_level", infusion=2)
        page = np.atleast_1d(np.asarray(axes, object)).ravel()[0].figure
        said = texts(page)
        assert "DL1" in said
        assert "DL2" not in said


def test_a_blank_dose_level_is_grey_and_takes_no_colour_of_the_others() -> None:
    axes = overlay(study(FOUR, values=SPREAD, covariates={"dose_level": ["DL1", "DL2", "DL2", ""]}))
    assert [line.get_color() for line in lines(axes, "measured")] == [*dose_colours(2), dose_colours(2)[1], GREY]  # type: ignore[arg-type]
    assert "(missing)" in texts(axes.figure)  # type: ignore[union-attr]


def test_samples_below_the_limit_are_open_and_excluded_ones_are_not_drawn() -> None:
    axes = overlay(excluding(study(("S1",)), 10.0))
    assert places(axes, "below the limit") == [(0.0, 50.0), (1.0, 50.0), (95.0, 50.0)]  # type: ignore[arg-type]
    assert 10.0 not in [x for x, _ in places(axes, "quantifiable")]  # type: ignore[arg-type]


def test_forty_subjects_a_scale_and_a_single_assay_can_be_asked() -> None:
    many = [f"S{k}" for k in range(40)]
    axes = overlay(study(many, ("qpcr", "flow")), assay="flow", scale="linear")
    assert len(lines(axes, "measured")) == 40  # type: ignore[arg-type]
    assert axes.get_yscale() == "linear"  # type: ignore[union-attr]
    assert "n = 40" in words(axes.figure)  # type: ignore[union-attr]


def test_hostile_groups_are_text_and_none_is_lost() -> None:
    p = study([f"S{k}" for k in range(len(HOSTILE))], covariates={"dose_level": HOSTILE, "site": HOSTILE})
    for by in ("dose_level", "site"):
        drawn = np.atleast_1d(np.asarray(overlay(p, by=by), object))
        page = drawn[0].figure
        page.canvas.draw()
        assert sum(len(lines(axes, "measured")) for axes in drawn) == len(HOSTILE)
        assert not any(t.get_parse_math() for on in (page, *page.axes) for t in on.texts)


def test_an_all_blq_cohort_is_drawn() -> None:
    axes = overlay(study(FOUR, values=[0.0] * 12, covariates=LEVELS), by="dose_level")
    axes.figure.canvas.draw()  # type: ignore[union-attr]
    assert len(places(axes, "below the limit")) == 48  # type: ignore[arg-type]


def test_wrong_use_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="scale is 'both', not log or linear"):
        overlay(study(FOUR), scale="both")
    with pytest.raises(UsageError, match="there is no covariate"):
        overlay(study(FOUR), by="dose")
