"""One subject's figure shows what was measured and what was found, each where it belongs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import HOSTILE, TIMES, VALUES, excluding, lines, places, study, texts, words
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from cartpk.errors import UsageError
from cartpk.nca import nca
from cartpk.plots import individual
from cartpk.plots.colours import NEUTRAL, dose_colours
from cartpk.plots.subject import individual_panels
from cartpk.plots.words import DPI, SMALLEST
from cartpk.profiles import Profiles, profile
from cartpk.rules import NcaRules


def panels(p: Profiles, rules: NcaRules | None = None, **options: object) -> tuple[Axes, Axes]:
    """The linear and the logarithmic panel of the first subject."""
    drawn = individual_panels(p, nca(p, rules), subject_id=p.keys.subject[0], **options)  # type: ignore[arg-type]
    return drawn[0, 0], drawn[0, 1]  # type: ignore[index]


def test_quantifiable_samples_are_filled_and_those_below_the_limit_open_at_their_own_limit() -> None:
    limits = [50.0] * 10 + [20.0, 30.0]
    linear, log = panels(study(("S1",), lloq=limits))
    for axes in (linear, log):
        assert places(axes, "quantifiable") == [(t, v) for t, v in zip(TIMES, VALUES, strict=True) if v]
        assert places(axes, "below the limit") == [(0.0, 50.0), (1.0, 50.0), (95.0, 30.0)]
        (open_symbols,) = lines(axes, "below the limit")
        assert open_symbols.get_markerfacecolor() == "white"
        assert to_rgba(open_symbols.get_markeredgecolor()) == to_rgba(NEUTRAL)


def test_solid_lines_join_quantifiable_samples_and_dashed_ones_lead_to_the_others() -> None:
    _, log = panels(study(("S1",), values=[0, 60, 0, 900, 5000, 2000, 500, 150, 80, 70, 60, 0]))
    (solid,) = lines(log, "measured")
    assert not np.isnan(solid.get_xdata()).any()
    assert solid.get_xdata().min() == 7
    assert solid.get_linestyle() == "-"
    (dashed,) = lines(log, "towards BLQ")
    assert dashed.get_linestyle() == "--"
    segments = {(float(a), float(b)) for a, b in zip(dashed.get_xdata(), dashed.get_xdata()[1:], strict=False) if a < b}
    assert segments == {(0, 1), (1, 3), (3, 7), (88, 95)}


def test_the_limit_is_a_step_line_named_at_its_end() -> None:
    linear, log = panels(study(("S1",), lloq=[50.0] * 8 + [25.0] * 4))
    (step,) = lines(log, "LLOQ")
    assert step.get_linestyle() == "--"
    assert sorted(set(step.get_ydata())) == [25.0, 50.0]
    assert step.get_xdata()[1] == 35.0
    assert "LLOQ 25" in texts(log)
    assert not any("LLOQ" in t for t in texts(linear))


def test_excluded_samples_are_crossed_out_and_the_reason_is_in_the_caption() -> None:
    linear, log = panels(excluding(study(("S1",)), 10.0, 0.0, reason="clotted <b> $sample$"))
    assert places(log, "crossed out") == [(0.0, 50.0), (10.0, 5000.0)]
    assert (10.0, 5000.0) not in places(log, "quantifiable")
    assert 10.0 not in lines(log, "measured")[0].get_xdata()
    assert "2 excluded (day 0 and 10: clotted <b> $sample$)" in words(linear.figure)
    assert places(linear, "Cmax") == [(14.0, 2000.0)]


def test_the_peak_is_marked_once_with_its_values_and_its_bracket() -> None:
    linear, log = panels(study(("S1",)))
    assert places(linear, "Cmax") == [(10.0, 5000.0)]
    assert lines(log, "Cmax") == []
    assert "Cmax 5000\nTmax day 10 (7–14)" in texts(linear)
    for axes in (linear, log):
        (bar,) = lines(axes, "bracket of Tmax")
        assert list(bar.get_xdata()) == [7.0, 14.0]


def test_a_peak_at_the_last_sample_leaves_the_bracket_open() -> None:
    linear, _ = panels(study(("S1",), times=[0, 7, 14], values=[0, 900, 5000]))
    (bar,) = lines(linear, "bracket of Tmax")
    assert list(bar.get_xdata()) == [7.0, 14.0]
    assert bar.get_marker() == ">"
    assert "Tmax day 14" in words(linear)
    assert "Tmax day 14 (" not in words(linear)


def test_the_area_is_filled_to_the_horizon_and_its_interpolated_part_hatched() -> None:
    linear, log = panels(study(("S1",)))
    fills = {c.get_label(): c for c in linear.collections}
    assert set(fills) == {"area", "interpolated area"}
    assert fills["interpolated area"].get_hatch()
    x = fills["interpolated area"].get_paths()[0].vertices[:, 0]
    assert (x.min(), x.max()) == (88.0, 90.0)
    assert fills["area"].get_paths()[0].vertices[:, 0].max() == 90.0
    assert "AUC0-M3 (day 90) 40 700" in words(linear)
    assert "% interpolated" in words(linear)
    assert len(log.collections) == 0


def test_the_terminal_line_runs_through_its_points_with_its_numbers_beside_it() -> None:
    results = nca(p := study(("S1",)))
    axes = individual(p, results, subject_id="S1", scale="log")
    (line,) = lines(axes, "terminal line")  # type: ignore[arg-type]
    slope = -np.diff(np.log(line.get_ydata()))[0] / np.diff(line.get_xdata())[0]
    assert slope == pytest.approx(results["lambda_z"][0])
    assert (line.get_xdata()[0], line.get_xdata()[-1]) == (42.0, 88.0)
    assert [x for x, _ in places(axes, "terminal points")] == [42.0, 60.0, 88.0]  # type: ignore[arg-type]
    assert "t½ 112 d, 3 points adj. R² 0.99" in words(axes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("times", "values", "said"),
    [
        ([0, 7, 14, 28], [0, 900, 5000, 500], "AUC0-M3 (day 90) missing. Sampling ends"),
        ([0, 7, 14, 28], [0, 900, 5000, 500], "Followed to day 28."),
        ([0, 7, 14, 28], [0, 900, 5000, 500], "t½ missing."),
        ([0, 7, 14, 95], [0, 0, 0, 0], "Never quantifiable: Cmax 0 AUC0-M3 (day 90) 0"),
        ([0, 7, 14, 28, 60], [0, 900, 5000, 500, 0], "0 assumed after the last sample"),
        ([0, 7, 14, 28, 86], [0, 900, 5000, 500, 100], "to the last sample, day 86"),
        ([-5, 0], [0, 0], "No sample was taken after the infusion."),
    ],
)
def test_what_is_missing_or_assumed_is_said_in_words(times: list[float], values: list[float], said: str) -> None:
    linear, log = panels(study(("S1",), times=times, values=values))
    assert said in f"{words(linear)} {words(log)}"


def test_a_late_peak_is_marked_too() -> None:
    linear, _ = panels(study(("S1",), times=[0, 7, 14, 28, 120, 180], values=[0, 900, 500, 300, 2200, 90]))
    assert places(linear, "Late peak") == [(120.0, 2200.0)]
    assert "Late peak 2200" in words(linear)


def test_a_measured_zero_stands_on_the_floor_of_the_log_axis_as_its_own_symbol() -> None:
    linear, log = panels(study(("S1",), times=[0, 7, 14, 28, 90], values=[0, 900, 0, 500, 60], lloq=float("nan")))
    assert places(linear, "quantifiable")[2] == (14.0, 0.0)
    assert places(log, "measured 0") == [(0.0, log.get_ylim()[0]), (14.0, log.get_ylim()[0])]
    assert all(y > 0 for _, y in places(log, "quantifiable"))


def test_a_blq_sample_without_a_limit_stands_on_the_axis_and_the_caption_says_so() -> None:
    p = profile(time=[0, 7, 14, 28, 95], conc=[np.nan, 900, 500, 300, np.nan], blq=[True, False, False, False, True])
    linear, log = panels(p)
    assert places(log, "below the limit") == [(0.0, log.get_ylim()[0]), (95.0, log.get_ylim()[0])]
    assert "on the axis where it has none" in words(linear.figure)


def test_samples_without_a_result_are_told_in_the_caption_and_lines_pass_over_them() -> None:
    linear, _ = panels(study(("S1",), times=[0, 7, 14, 28, 95], values=[0, 900, np.nan, 500, 60]))
    assert "1 without a result (day 14)" in words(linear.figure)
    assert 14.0 not in lines(linear, "measured")[0].get_xdata()


def test_assays_stand_above_one_another_and_share_the_days() -> None:
    p = study(("S1",), ("qpcr", "flow", "ddpcr"))
    drawn = individual_panels(p, nca(p), subject_id="S1")
    assert drawn.shape == (3, 2)  # type: ignore[union-attr]
    assert [axes.get_ylabel() for axes in drawn[:, 0]] == [  # type: ignore[index]
        "CAR transgene (copies/µg gDNA)",
        "CAR-T cells (cells/µL)",
        "CAR transgene (copies/µg gDNA)",
    ]
    assert len({axes.get_xlim() for axes in drawn.ravel()}) == 1  # type: ignore[union-attr]
    assert [axes.get_yscale() for axes in drawn[0]] == ["linear", "log"]  # type: ignore[index]


def test_the_first_panel_is_given_and_its_figure_is_the_page() -> None:
    p = study(("S1",), ("qpcr", "flow"))
    axes = individual(p, subject_id="S1")
    assert isinstance(axes, Axes)
    assert (axes.get_yscale(), len(axes.figure.axes), axes.figure.axes[0]) == ("linear", 4, axes)


def test_colour_is_the_subjects_dose() -> None:
    p = study(("S1", "S2", "S3"), covariates={"dose_level": ["high", "low", "mid"]}, dose=[1e7, 1e6, 3e6])
    for subject, colour in zip(("S1", "S2", "S3"), [dose_colours(3)[k] for k in (2, 0, 1)], strict=True):
        axes = individual(p, subject_id=subject, scale="log")
        assert lines(axes, "measured")[0].get_color() == colour  # type: ignore[arg-type]
    assert "Dose level high (10⁷ cells/kg)" in texts(individual(p, subject_id="S1", scale="log").figure)  # type: ignore[union-attr]


def test_each_infusion_has_a_figure_of_its_own() -> None:
    p = study(("S1",), infusions=(1, 2))
    linear, _ = panels(p, infusion=2)
    assert "Infusion 2" in texts(linear.figure)
    with pytest.raises(UsageError, match=r"infusion 3; there is: assay 'qpcr' in BLOOD, infusion 1; .* infusion 2"):
        individual(p, subject_id="S1", infusion=3)


def test_an_unknown_subject_is_told_with_near_ones() -> None:
    with pytest.raises(UsageError, match="no subject 'SO1' among 3 subjects; near it: 'S01'"):
        individual(study(("S01", "S02", "X")), subject_id="SO1")
    with pytest.raises(UsageError, match="the first are 'S1', 'S2'"):
        individual(study(), subject_id="zzzz")


def test_wrong_use_says_what_there_is() -> None:
    p = study(("S1",))
    with pytest.raises(UsageError, match="scale is 'both sides', not one of both, linear, log"):
        individual(p, subject_id="S1", scale="both sides")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no horizon '0_m6' in the results; there are: 0_28, 0_m3"):
        individual(p, nca(p), subject_id="S1", horizon="0_m6")
    with pytest.raises(UsageError, match="the results are of other samples"):
        individual(p, nca(study(("S1",), values=[v * 2 for v in VALUES])), subject_id="S1")


def test_another_horizon_can_be_filled() -> None:
    linear, _ = panels(study(("S1",)), horizon="0_28")
    assert linear.collections[0].get_paths()[0].vertices[:, 0].max() == 28.0
    assert "AUC0-28" in words(linear)


def test_results_of_more_profiles_than_those_drawn_are_matched_by_key() -> None:
    p = study(("S1", "S2"), values={"S1": VALUES, "S2": [v * 2 for v in VALUES]})
    drawn = individual_panels(p[1], nca(p), subject_id="S2")
    assert places(drawn[0, 0], "Cmax") == [(10.0, 10000.0)]  # type: ignore[index]


@pytest.mark.parametrize("subject", HOSTILE)
def test_any_id_is_drawn_as_text_and_stands_in_full_in_the_caption(subject: str) -> None:
    from cartpk.plots.subject import individual_caption

    p = study((subject,), ("qpcr",), covariates={"dose_level": [subject]})
    drawn = individual_panels(p, nca(p), subject_id=subject)
    page = drawn[0, 0].figure  # type: ignore[index]
    page.canvas.draw()
    assert individual_caption(p, nca(p), subject_id=subject).startswith(f"Subject {subject}")
    assert not any(t.get_parse_math() for axes in page.axes for t in axes.texts)


ODD = {
    "one sample": study(("S1",), times=[7], values=[500]),
    "one sample before the infusion": study(("S1",), times=[-40], values=[500]),
    "all below the limit": study(("S1",), times=[0, 7, 95], values=[0, 0, 0]),
    "all excluded": excluding(study(("S1",))),
    "no result at all": study(("S1",), times=[0, 7], values=[np.nan, np.nan]),
    "huge": study(("S1",), times=[0, 7, 5000], values=[1e-3, 1e29, 1e20], lloq=1e-4),
    "flat": study(("S1",), values=[100.0] * 12),
    "no unit": replace(study(("S1",), ("x",))),
    "many": study(("S1",), times=np.arange(400) / 4, values=1000 + 900 * np.sin(np.arange(400))),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_profiles_are_drawn_without_a_warning_and_nothing_leaves_the_page(name: str) -> None:
    p = ODD[name]
    drawn = individual_panels(p, nca(p), subject_id="S1")
    page = drawn[0, 0].figure  # type: ignore[index]
    page.canvas.draw()
    renderer = page.canvas.get_renderer()
    width, height = page.get_size_inches() * DPI
    for on in (page, *page.axes):
        for text in on.texts:
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1, text.get_text()
            assert box.x1 <= width + 1, text.get_text()
            assert box.y0 >= -1, text.get_text()
            assert box.y1 <= height + 1, text.get_text()


def test_no_text_is_smaller_than_seven_points_and_labels_keep_apart() -> None:
    p = study(("S1",), ("qpcr", "flow"))
    page = individual(p, nca(p), subject_id="S1").figure
    page.canvas.draw()
    for axes in page.axes:
        assert all(
            t.get_fontsize() >= SMALLEST for t in [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
        )
        boxes = [t.get_window_extent() for t in axes.texts if t.get_text()]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    assert all(t.get_fontsize() >= SMALLEST for t in page.texts)
