"""Axes that people know: visits, decades, and the assay's name."""

from __future__ import annotations

import numpy as np
import pytest

from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.sheet import sheet


def labels(axis: object) -> list[str]:
    return [t.get_text() for t in axis.get_ticklabels()]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 90.0, ["0", "7", "14", "28", "56", "90"]),
        (-14.0, 28.0, ["−14", "−7", "0", "7", "14", "21", "28"]),
        (0.0, 360.0, ["0", "28", "56", "90", "180", "270", "360"]),
        (0.0, 2000.0, ["0", "360", "720", "1080", "1440", "1800"]),
    ],
)
def test_ticks_stand_at_visits_and_keep_apart(low: float, high: float, ticks: list[str]) -> None:
    axes = sheet("t", "", 3.0, "c").axes(0.5, 0.1, 2.7, 2.0)
    time_axis(axes, low, high)
    assert labels(axes.xaxis) == ticks
    assert axes.get_xlabel() == "Days after infusion"


def test_ticks_of_a_short_course_are_its_days() -> None:
    axes = sheet("t", "", 3.0, "c").axes(0.5, 0.1, 2.7, 2.0)
    time_axis(axes, 0.0, 5.0)
    assert labels(axes.xaxis) == ["0", "1", "2", "3", "4", "5"] or labels(axes.xaxis) == ["0", "1", "2", "3", "4"]


def test_log_ticks_are_decades_written_as_powers() -> None:
    axes = sheet("t", "", 3.0, "c").axes(0.5, 0.1, 2.7, 2.0)
    log_axis(axes, log_limits(np.array([50.0, 31000.0])))
    assert labels(axes.yaxis) == ["10²", "10³", "10⁴"]


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [5.0], [1e-280, 1e280], [50.0, 60.0]])
def test_log_limits_always_hold_the_values_and_two_ticks(values: list[float]) -> None:
    low, high = log_limits(np.array(values))
    assert 0 < low < high < np.inf
    assert all(low <= v <= high for v in values if v > 0)
    assert np.floor(np.log10(high) + 1e-9) - np.ceil(np.log10(low) - 1e-9) >= 1


def test_a_linear_axis_starts_at_zero_and_has_room_above() -> None:
    axes = sheet("t", "", 3.0, "c").axes(0.5, 0.1, 2.7, 2.0)
    linear_axis(axes, 31501.0)
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] > 31501
    assert labels(axes.yaxis) == ["0", "10\u202f000", "20\u202f000", "30\u202f000"]


def test_units_are_written_as_people_read_them() -> None:
    assert value_label("10^6/L") == "CAR-T cells (10⁶/L)"
    assert value_label("%") == "CAR-T cells (%)"
    assert value_label("copies/mL") == "CAR transgene (copies/mL)"
    assert value_label("mg/L") == "Value (mg/L)"
    assert value_label("") == "Value"
