"""Curves for people: `Profiles` and `Results` become matplotlib Axes.

Nothing here saves (but `save`, when asked), and nothing touches global state:
figures are made without pyplot and the style is laid on by plain functions.
The public names load matplotlib when first touched.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartpk.plots.beside import beside_nca as beside_nca
    from cartpk.plots.boxes import parameters as parameters
    from cartpk.plots.deviations import residuals as residuals
    from cartpk.plots.entries import FigureEntry as FigureEntry
    from cartpk.plots.entries import catalogue as catalogue
    from cartpk.plots.fits import fitted as fitted
    from cartpk.plots.likelihood import profile_likelihoods as profile_likelihoods
    from cartpk.plots.means import mean as mean
    from cartpk.plots.overlays import overlay as overlay
    from cartpk.plots.panels import fit_panels as fit_panels
    from cartpk.plots.predictions import predictive as predictive
    from cartpk.plots.saving import save as save
    from cartpk.plots.subject import individual as individual
    from cartpk.plots.swimmers import persistence as persistence

_FILES = {
    "FigureEntry": "entries",
    "beside_nca": "beside",
    "catalogue": "entries",
    "fit_panels": "panels",
    "fitted": "fits",
    "individual": "subject",
    "mean": "means",
    "overlay": "overlays",
    "parameters": "boxes",
    "persistence": "swimmers",
    "predictive": "predictions",
    "profile_likelihoods": "likelihood",
    "residuals": "deviations",
    "save": "saving",
}

__all__ = sorted(_FILES)


def __getattr__(name: str) -> Any:
    if name not in _FILES:
        raise AttributeError(f"module 'cartpk.plots' has no attribute {name!r}")
    return getattr(importlib.import_module(f"cartpk.plots.{_FILES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
