"""Which model a profile gets: the lowest AICc among those that are believed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cartpk.fit.estimate import Fitted
from cartpk.fit.fits import Fits

__all__ = ["choose"]


def choose(candidates: Mapping[str, Fits]) -> list[Fitted]:
    """For each profile the fit with the lowest AICc among those whose parameters are all estimable.

    Where there is none, among those that have a fit at all; where there is none of these either, the first model's,
    with its reason.
    """
    return [_best(fits) for fits in zip(*(c.fitted for c in candidates.values()), strict=True)]


def _best(fits: tuple[Fitted, ...]) -> Fitted:
    believed = [f for f in fits if f.believed and np.isfinite(f.aicc)]
    fitted = [f for f in fits if not f.reason and np.isfinite(f.aicc)]
    return min(believed or fitted or [f for f in fits if not f.reason] or list(fits[:1]), key=_rank)


def _rank(f: Fitted) -> tuple[float, int]:
    """By AICc; where samples are too few for it, by how few parameters there are."""
    return (f.aicc if np.isfinite(f.aicc) else np.inf), len(f.free)
