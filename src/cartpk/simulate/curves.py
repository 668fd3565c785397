"""True curves of expansion and contraction, with their exact areas: `Curves`."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curves"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curves:
    """True curves, one an entry: flat to `tlag`, growth `rho` to (`tmax`, `cmax`), then the decline

    cmax·[(1-fb)·e^(-alpha·τ) + fb·e^(-beta·τ)], τ = t - tmax; where `cmax2` > 0 a second rise (`rho2`) from
    `tlag2` to (`tmax2`, `cmax2`) and fall (`alpha2`) is added. Days and 1/day; shape (n,) or (n, 1) to broadcast.
    """

    tlag: Floats
    tmax: Floats
    cmax: Floats
    rho: Floats
    alpha: Floats
    fb: Floats
    beta: Floats
    tlag2: Floats
    tmax2: Floats
    cmax2: Floats
    rho2: Floats
    alpha2: Floats

    def scaled(self, factor: Floats) -> Curves:
        """The same curves, higher or lower."""
        return replace(self, cmax=self.cmax * factor, cmax2=self.cmax2 * factor)

    def over_visits(self) -> Curves:
        """The same curves with an axis for times."""
        return Curves(**{f.name: getattr(self, f.name)[:, None] for f in fields(self)})

    def value(self, time: Floats) -> Floats:
        """The value at `time`; 0 before the infusion."""
        fall = np.maximum(time - self.tmax, 0.0)
        rise = np.minimum(np.maximum(time, self.tlag) - self.tmax, 0.0)
        tail = (1 - self.fb) * np.exp(-self.alpha * fall) + self.fb * np.exp(-self.beta * fall)
        fall2 = np.maximum(time - self.tmax2, 0.0)
        rise2 = np.minimum(time - self.tmax2, 0.0)
        second = np.where(time < self.tlag2, 0.0, self.cmax2 * np.exp(self.rho2 * rise2 - self.alpha2 * fall2))
        first: Floats = self.cmax * np.exp(self.rho * rise) * tail
        return np.where(time > 0, first + second, 0.0)

    def area(self, day: float) -> Floats:
        """The exact area from the infusion to `day` (at or after every peak)."""
        start = np.exp(-self.rho * (self.tmax - self.tlag))
        d, d2 = day - self.tmax, np.maximum(day - self.tmax2, 0.0)
        growth = start * self.tlag + (1 - start) / self.rho
        tail = (1 - self.fb) / self.alpha * -np.expm1(-self.alpha * d) + self.fb / self.beta * -np.expm1(-self.beta * d)
        rise2 = np.clip(day, self.tlag2, self.tmax2)
        growth2 = (np.exp(self.rho2 * (rise2 - self.tmax2)) - np.exp(self.rho2 * (self.tlag2 - self.tmax2))) / self.rho2
        second = self.cmax2 * (growth2 - np.expm1(-self.alpha2 * d2) / self.alpha2)
        area: Floats = self.cmax * (growth + tail) + second
        return area

    def last_above(self, limit: float) -> Floats:
        """The last day the curve stands at or above `limit`; NaN where it never does."""
        second = self.value(self.tmax2) >= limit
        low = np.where(second & (self.cmax2 > 0), self.tmax2, self.tmax)
        high = np.where(second | (self.cmax2 == 0), low + 36500.0, self.tlag2)
        reached = self.value(low) >= limit
        for _ in range(60):
            middle = (low + high) / 2
            above = self.value(middle) >= limit
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.where(reached, low, np.nan)
