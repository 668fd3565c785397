"""How long the cells are seen."""

from __future__ import annotations

from drawn import VALUES, lines, places, study, texts, words
from matplotlib.axes import Axes

from cartpk.nca import nca
from cartpk.plots import persistence
from cartpk.plots.colours import dose_colours

FOUR = ("S1", "S2", "S3", "S10")
COURSES = {
    "S1": VALUES,
    "S2": [0.0] * 12,
    "S3": [0, 0, 60, 900, 5000, 2000, 500, 150, 80, 70, 60, 55],
    "S10": [0, 0, 0, 0, 500, 0, 0, 0, 0, 0, 0, 0],
}


def drawn() -> Axes:
    p = study(FOUR, values=COURSES, covariates={"dose_level": ["DL2", "DL1", "DL1", "DL1"]})
    axes = persistence(nca(p))
    assert isinstance(axes, Axes)
    return axes


def test_subjects_are_ordered_by_dose_and_then_id() -> None:
    assert [t for t in texts(drawn()) if t in FOUR] == ["S2", "S3", "S10", "S1"]


def test_bars_reach_from_the_first_to_the_last_quantifiable_sample() -> None:
    bars = {int(line.get_ydata()[0]): line for line in lines(drawn(), "bar")}
    assert list(bars[3].get_xdata()) == [3.0, 88.0]
    assert list(bars[1].get_xdata()) == [3.0, 95.0]
    assert list(bars[2].get_xdata()) == [10.0]
    assert 0 not in bars
    assert [bars[k].get_color() for k in (1, 3)] == list(dose_colours(2))


def test_peak_loss_and_follow_up_are_marked() -> None:
    axes = drawn()
    assert places(axes, "Tmax") == [(10.0, 3.0), (10.0, 1.0)]
    assert places(axes, "first BLQ") == [(95.0, 3.0), (14.0, 2.0)]
    assert places(axes, "still quantifiable") == [(95.0, 1.0)]
    assert [x for x, _ in places(axes, "end of follow-up")] == [95.0] * 4


def test_the_caption_counts_the_never_and_the_still_quantifiable() -> None:
    assert "n = 4, never quantifiable 1, still quantifiable at the last sample 1." in words(drawn().figure)


def test_assays_stand_side_by_side_with_the_ids_once() -> None:
    both = persistence(nca(study(FOUR, ("qpcr", "flow"))))
    assert [sum(t in FOUR for t in texts(axes)) for axes in both] == [4, 0]  # type: ignore[union-attr]


def test_a_crowd_has_no_names_and_says_so() -> None:
    many = [f"S{k}" for k in range(200)]
    axes = persistence(nca(study(many)))
    assert len(lines(axes, "bar")) == 200  # type: ignore[arg-type]
    assert not any(t in many for t in texts(axes))  # type: ignore[arg-type]
    assert "too many subjects to name them" in words(axes.figure)  # type: ignore[union-attr]
    assert axes.figure.get_size_inches()[1] < 11  # type: ignore[union-attr]
