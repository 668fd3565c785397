"""The figures of one model's fits: which there are, with title and caption, and what draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cartpk.fit import Fits
from cartpk.labels import natural_key
from cartpk.plots.beside import beside_nca, beside_nca_caption, beside_nca_title
from cartpk.plots.deviations import residuals, residuals_caption, residuals_title
from cartpk.plots.fits import fitted, fitted_caption, fitted_title
from cartpk.plots.groups import doses_of, infusion_text, panels_of, titled
from cartpk.plots.panels import fit_panels, fit_panels_caption, fit_panels_title, pages_of
from cartpk.plots.predictions import predictive, predictive_caption, predictive_title
from cartpk.results import Results

__all__ = ["ModelEntry", "model_entries"]

ModelEntry = tuple[str, str, str, str, Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""Kind, title, caption, subject, what draws it, and with which arguments."""


def model_entries(results: Results, fits: Fits, which: str) -> Iterator[ModelEntry]:
    """The figures of a model, those of the cohort first; a figure that would show nothing is not there."""
    for infusion in np.unique(fits.profiles.keys.infusion).tolist():
        yield from _cohort(results, fits, infusion)
    if which == "all":
        yield from _subjects(fits)


def _cohort(results: Results, fits: Fits, infusion: int) -> Iterator[ModelEntry]:
    only: dict[str, Any] = {"infusion": infusion}
    course = infusion_text(fits.profiles, infusion, ", infusion {n}")
    members = np.flatnonzero(fits.profiles.keys.infusion == infusion).tolist()
    if any(fits.fitted[i].believed for i in members):
        yield (
            "predictive",
            predictive_title(fits) + course,
            predictive_caption(fits, **only),
            "",
            predictive,
            (fits,),
            only,
        )
    title = beside_nca_title(fits) + course
    yield "beside_nca", title, beside_nca_caption(results, fits, **only), "", beside_nca, (results, fits), only
    if any(not fits.fitted[i].reason for i in members):
        yield "residuals", residuals_title(fits) + course, residuals_caption(fits, **only), "", residuals, (fits,), only
    for panel in panels_of(fits.profiles, **only):
        where: dict[str, Any] = {"assay": panel.assay, "matrix": panel.matrix, "infusion": infusion}
        for page in range(1, pages_of(fits, **where) + 1):
            asked = {**where, "page": page}
            title = fit_panels_title(fits, panel.title) + course
            yield "fit_panels", title, fit_panels_caption(fits, **asked), "", fit_panels, (fits,), asked


def _subjects(fits: Fits) -> Iterator[ModelEntry]:
    keys, doses = fits.profiles.keys, doses_of(fits.profiles)
    n = len(doses.levels) + 1
    level = {keys.subject[i]: int(doses.code[i]) % n for i in reversed(range(len(fits)))}
    courses = {(keys.subject[i], int(keys.infusion[i])) for i in range(len(fits))}
    for subject, infusion in sorted(courses, key=lambda c: (level[c[0]], natural_key(c[0]), c[1])):
        whose: dict[str, Any] = {"subject_id": subject, "infusion": infusion}
        title = titled(fitted_title(fits, subject), fits.profiles, infusion)
        yield "fitted", title, fitted_caption(fits, **whose), subject, fitted, (fits,), whose
