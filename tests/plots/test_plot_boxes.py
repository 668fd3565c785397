"""Parameters by group: every subject a point."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import HOSTILE, VALUES, lines, places, study, texts, words
from matplotlib.axes import Axes

from cartpk.errors import UsageError
from cartpk.nca import nca
from cartpk.plots import parameters
from cartpk.plots.boxes import parameters_caption
from cartpk.plots.colours import dose_colours
from cartpk.rules import NcaRules

TWELVE = tuple(f"S{k}" for k in range(12))
SPREAD = {s: [v * (1 + k) for v in VALUES] for k, s in enumerate(TWELVE)}


def test_the_default_parameters_are_peak_its_time_and_the_areas() -> None:
    drawn = parameters(nca(study(("S1", "S2"), ("qpcr", "flow")), NcaRules(horizons={"0_28": 28, "0_m6": 180})))
    assert drawn.shape == (2, 4)  # type: ignore[union-attr]
    assert [texts(axes)[0] for axes in drawn[0]] == ["Cmax", "Tmax", "AUC0-28", "AUC0-M6 (day 180)"]  # type: ignore[index]
    assert texts(drawn[1, 2])[1] == "day·copies/µg gDNA"  # type: ignore[index]


def test_every_value_is_a_point_in_the_colour_of_its_dose() -> None:
    p = study(TWELVE, values=SPREAD, covariates={"dose_level": ["DL1", "DL2"] * 6})
    axes = parameters(nca(p), by="dose_level", names=["cmax"])
    assert isinstance(axes, Axes)
    assert sorted(y for _, y in places(axes, "value")) == [5000.0 * (1 + k) for k in range(12)]
    assert {line.get_markerfacecolor() for line in lines(axes, "value")} == set(dose_colours(2))
    assert len([patch for patch in axes.patches if patch.get_label() == "box"]) == 2
    assert {"DL1", "DL2", "n 6", "6"} <= set(texts(axes))


def test_small_groups_have_points_and_a_median_but_no_box() -> None:
    axes = parameters(nca(study(TWELVE[:3], values=SPREAD)), names=["cmax"])
    assert len(axes.patches) == 0  # type: ignore[union-attr]
    (median,) = [c for c in axes.collections if c.get_label() == "median"]  # type: ignore[union-attr]
    assert median.get_segments()[0][0][1] == 10000.0


def test_equal_values_stand_side_by_side() -> None:
    axes = parameters(nca(study(TWELVE[:5])), names=["cmax"])
    x = [a for a, _ in places(axes, "value")]  # type: ignore[arg-type]
    assert len(set(np.round(x, 6))) == 5


def test_a_zero_on_a_log_axis_is_an_open_symbol_on_its_floor() -> None:
    values = {"S1": VALUES, "S2": [v * 20 for v in VALUES], "S3": [0.0] * 12}
    axes = parameters(nca(study(("S1", "S2", "S3"), values=values)), names=["cmax"])
    assert axes.get_yscale() == "log"  # type: ignore[union-attr]
    assert [y for _, y in places(axes, "zero")] == [axes.get_ylim()[0]]  # type: ignore[arg-type, union-attr]


def test_missing_values_are_counted_out_and_their_reason_is_in_the_caption() -> None:
    values = {"S1": VALUES, "S2": [0.0] * 12}
    results = nca(study(("S1", "S2"), values=values))
    assert "qpcr Tmax of S2 (no sample after the infusion was quantifiable)" in parameters_caption(results)
    axes = parameters(results, names=["tmax"])
    assert "n 1" in texts(axes)  # type: ignore[arg-type]


def test_long_and_hostile_group_names_are_drawn_as_text_on_the_page() -> None:
    p = study([f"S{k}" for k in range(len(HOSTILE))], covariates={"site": HOSTILE})
    page = parameters(nca(p), by="site")[0, 0].figure  # type: ignore[index]
    page.canvas.draw()
    assert all(t.get_window_extent().x0 >= -1 for axes in page.axes for t in axes.texts)
    assert not any(t.get_parse_math() for axes in page.axes for t in axes.texts)


def test_a_parameter_nobody_has_leaves_an_empty_panel() -> None:
    axes = parameters(nca(study(("S1",), times=[7], values=[500])), names=["half_life"])
    axes.figure.canvas.draw()  # type: ignore[union-attr]
    assert places(axes, "value") == []  # type: ignore[arg-type]
    assert "Missing: qpcr t½ of S1" in words(axes.figure)  # type: ignore[union-attr]


def test_an_unknown_parameter_is_refused_in_words() -> None:
    results = nca(study())
    with pytest.raises(UsageError, match="no parameter 'cmin'; there are: cmax, tmax"):
        parameters(results, names=["cmin"])
    with pytest.raises(UsageError, match="no parameter is named"):
        parameters(results, names=[])


def test_groups_with_long_names_lie_in_rows_that_are_named_once() -> None:
    sites = ["a very long name of a site in the north"] * 6 + ["another very long name of a site, south"] * 6
    p = study(TWELVE, values=SPREAD, covariates={"site": sites})
    drawn = parameters(nca(p), by="site")
    page = drawn[0, 0].figure  # type: ignore[index]
    page.canvas.draw()
    assert page.get_size_inches()[0] > page.get_size_inches()[1]
    assert [sum(t.startswith("a") for t in texts(axes)) for axes in drawn[0]] == [2, 0, 0, 0]  # type: ignore[index]
    assert not any(t.get_rotation() for axes in page.axes for t in axes.texts)
    cmax = drawn[0, 0]  # type: ignore[index]
    assert sorted(x for x, _ in places(cmax, "value")) == [5000.0 * (1 + k) for k in range(12)]
    assert cmax.get_xscale() == "log"
    assert len([patch for patch in cmax.patches if patch.get_label() == "box"]) == 2
    assert {"n 6", "6"} <= set(texts(cmax))
