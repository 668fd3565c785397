"""Models fitted to profiles: `fit`, `predict`, `profile_likelihood`.

>>> from cartpk.profiles import profile
>>> curve = profile(time=[3, 6, 9, 12, 16, 21, 28], conc=[30, 310, 2900, 1500, 480, 160, 33])
>>> fits = fit(curve, "exponential")
>>> low, high = fits["tmax_lower"][0], fits["tmax_upper"][0]
>>> bool(low < fits["tmax"][0] < high)
True
"""

from __future__ import annotations

from cartpk.fit.estimate import Estimate, Fitted
from cartpk.fit.fits import Fits
from cartpk.fit.fitting import fit
from cartpk.fit.intervals import LikelihoodProfile, profile_likelihood
from cartpk.fit.predict import Prediction, predict

__all__ = ["Estimate", "Fits", "Fitted", "LikelihoodProfile", "Prediction", "fit", "predict", "profile_likelihood"]
