"""Days and values to places on a panel, and the ticks people know."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cartpk.rounding import grouped

__all__ = ["VISITS", "Panel", "Scale", "day_axis", "linear_axis", "log_axis"]

VISITS = (0, 7, 14, 28, 56, 90, 180, 270, 360, 540, 720, 1080, 1440, 1800, 3600, 5400)
"""Days of visits people know; ticks are taken from these."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low..high` in the data to `start..end` on the panel; logarithmic where `log`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The place of a value; on a logarithmic scale it is above 0."""
        low, high, v = (
            (math.log10(x) for x in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return self.start + (self.end - self.start) * (v - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes: the scales and their ticks (place, label; a label may be empty)."""

    x: Scale
    y: Scale
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]

    @property
    def log(self) -> bool:
        """Whether the values are on a logarithmic axis."""
        return self.y.log

    def at(self, time: float, value: float) -> tuple[float, float]:
        """The place of a value; what lies below a logarithmic axis stands on its floor."""
        return self.x(time), self.y(max(value, self.y.low) if self.log else value)


def day_axis(
    low: float, high: float, start: float, end: float, gap: float = 21
) -> tuple[Scale, tuple[tuple[float, str], ...]]:
    """Days from `low` to `high`, ticked at the visits people know that are at least `gap` apart on the panel."""
    pad = 0.02 * (high - low)
    scale = Scale(min(low, 0.0) - pad, high + pad, start, end)
    ticks: list[tuple[float, str]] = []
    for day in VISITS:
        if day <= scale.high and (not ticks or scale(day) - ticks[-1][0] >= gap):
            ticks.append((scale(day), f"{day:d}"))
    return scale, tuple(ticks)


def linear_axis(high: float, start: float, end: float) -> tuple[Scale, tuple[tuple[float, str], ...]]:
    """From 0 to a little above `high`, ticked at about four steps of 1, 2 or 5.

    >>> [label for _, label in linear_axis(4200, 100, 0)[1]]
    ['0', '1000', '2000', '3000', '4000']
    """
    high = high if high > 0 else 1.0
    scale = Scale(0.0, high * 1.12, start, end)
    rough = high / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    n = math.floor(scale.high / step + 1e-9)
    return scale, tuple((scale(i * step), grouped(f"{i * step:.{digits}f}")) for i in range(n + 1))


def log_axis(
    values: Iterable[float], limits: Iterable[float], start: float, end: float
) -> tuple[Scale, tuple[tuple[float, str], ...]]:
    """Over all positive values and limits, ticked at decades, with room below the lowest limit for its name.

    >>> [label for _, label in log_axis([120, 8000], [50], 100, 0)[1] if label]
    ['10²', '10³', '10⁴']
    """
    shown = [v for v in (*values, *limits) if v > 0]
    low, high = (min(shown) / 2.5, max(shown) * 1.6) if shown else (0.1, 10.0)
    low = min(low, high / 30)
    high = max(high, 10.0 ** math.ceil(math.log10(low) - 1e-9) * 10.5)
    scale = Scale(low, high, start, end, log=True)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = max(1, math.ceil((last - first) / 8))
    ticks = []
    for exponent in range(first, last + 1):
        for multiple in range(1, 10):
            value = multiple * 10.0**exponent
            if low <= value <= high:
                label = multiple == 1 and exponent % every == 0
                ticks.append((scale(value), f"10{str(exponent).translate(_SUPERSCRIPT)}" if label else ""))
    return scale, tuple(ticks)
