"""The curve of a fit with its pointwise interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cartpk.errors import UsageError
from cartpk.fit.fits import Fits
from cartpk.fit.likelihood import Likelihood
from cartpk.fit.path import t_quantile
from cartpk.fit.problem import space_of
from cartpk.models import Data

__all__ = ["Prediction", "predict"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The fitted curve at `time` (days), each array of shape (n,).

    `lower` and `upper` bound the curve itself; `value_lower` and `value_upper` a further measured value, with its noise.
    """

    time: Array
    value: Array
    lower: Array
    upper: Array
    value_lower: Array
    value_upper: Array


def predict(fits: Fits, i: int, times: ArrayLike) -> Prediction:
    """The curve of profile i at `times`, with intervals by the delta method on the log scale.

    Raises:
        UsageError: the profile has no fit, with the reason.
    """
    fitted = fits.fitted[i]
    if fitted.reason:
        raise UsageError(f"profile {i} has no fit by {fitted.model}: {fitted.reason.sentence}")
    time = np.atleast_1d(np.asarray(times, float))
    n = len(time)
    blank = Data(time, np.zeros(n), np.zeros(n, bool), np.full(n, np.nan))
    space = space_of(fits.models[fitted.model], fits.fit_rules)
    log_value, slopes = Likelihood(blank, space).curve_and_slopes(fitted.coordinates)
    k = len(slopes)
    variance = np.einsum("in,ij,jn->n", slopes, fitted.covariance[:k, :k], slopes)
    t = t_quantile(fits.fit_rules.level, fitted.df)
    curve, value = t * np.sqrt(variance), t * np.sqrt(variance + fitted.sigma**2)
    return Prediction(
        time,
        np.exp(log_value),
        np.exp(log_value - curve),
        np.exp(log_value + curve),
        np.exp(log_value - value),
        np.exp(log_value + value),
    )
