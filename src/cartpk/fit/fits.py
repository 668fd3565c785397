"""Fits as `Results`: the same noun as a noncompartmental analysis, so that summaries, tables and listings work on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.fit.estimate import Estimate, Fitted
from cartpk.fit.problem import rows_used
from cartpk.fit.quantities import Quantity, quantities_of
from cartpk.fit_rules import FitRules
from cartpk.models import KineticModel
from cartpk.profiles import Profiles
from cartpk.ragged import first_true, last_true
from cartpk.reasons import Flag, Reason
from cartpk.results import Results, RowSet
from cartpk.rules import NcaRules
from cartpk.terms import Average, Term

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fits", "gather", "terms_of"]

AUTO = "auto"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Fits(Results):
    """A model fitted to every profile.

    Attributes (beside those of `Results`; `rules` gives the horizons):
        models: name -> KineticModel, the one fitted or, of ``auto``, all that were compared.
        fit_rules: how it was fitted.
        fitted: one `Fitted` a profile: of ``auto`` that of the chosen model.
        candidates: of ``auto``, model -> its own Fits; else empty.
    """

    models: Mapping[str, KineticModel]
    fit_rules: FitRules
    fitted: tuple[Fitted, ...]
    candidates: Mapping[str, Fits] = field(default_factory=dict)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The model of each profile."""
        return tuple(f.model for f in self.fitted)

    def comparison(self) -> pd.DataFrame:
        """One row a profile and model: AICc and BIC, whether every parameter is estimable, whether it was chosen."""
        import pandas as pd

        fits = self.candidates or {self.model: self}
        names = ("subject_id", "assay", "matrix", "infusion")
        rows = [
            (*self.profiles.keys[i], name, f.aicc, f.bic, f.n_obs, f.n_blq, f.agree, f.believed, f.reason.name, f.model == mine)
            for i, mine in enumerate(self.chosen)
            for name, fits_of in fits.items()
            for f in (fits_of.fitted[i],)
        ]  # fmt: skip
        frame = pd.DataFrame(
            rows,
            columns=[
                *names,
                "model",
                "aicc",
                "bic",
                "n_obs",
                "n_blq",
                "n_starts_agree",
                "believed",
                "reason",
                "chosen",
            ],
        )
        frame["reason"] = frame["reason"].replace("NONE", "")
        return frame


_ENDS = (("_se", ", SE", "Standard error of {}"), ("_lower", ", lower", "Lower limit of {}"), ("_upper", ", upper", "Upper limit of {}"))  # fmt: skip
_ENDINGS = ("_se", "_lower", "_upper")


def terms_of(quantities: Sequence[Quantity]) -> dict[str, Term]:
    """The terms of a fit: each quantity with its standard error and limits, then what tells how good the fit is."""
    terms = [term for q in quantities for term in _family(q)]
    terms += [
        Term("sigma", "σ", "Residual standard deviation of logs", "ratio", "arithmetic", "all", ""),
        Term("aicc", "AICc", "Akaike criterion, corrected", "ratio", "arithmetic", "all", ""),
        Term("bic", "BIC", "Bayesian criterion", "ratio", "arithmetic", "all", ""),
        Term("n_obs", "n", "Quantifiable samples in the fit", "count", "count", "all", ""),
        Term("n_blq", "n BLQ", "Samples below the limit in the fit", "count", "count", "all", ""),
        Term("n_starts_agree", "Starts agreeing", "Searches that ended at the best fit", "count", "count", "all", ""),
    ]
    return {term.name: term for term in terms}


def _family(q: Quantity) -> list[Term]:
    average: Average = "time" if q.unit_kind == "day" and q.scale == "linear" else "geometric"
    main = Term(q.name, q.symbol, q.label, q.unit_kind, average, "all", "", horizon=q.horizon)
    label = q.label[0].lower() + q.label[1:]
    return [main] + [
        Term(q.name + end, q.symbol + mark, said.format(label), q.unit_kind, "arithmetic", "all", "", horizon=q.horizon)
        for end, mark, said in _ENDS
    ]


def gather(
    profiles: Profiles,
    name: str,
    models: Sequence[KineticModel],
    fitted: Sequence[Fitted],
    fit_rules: FitRules,
    rules: NcaRules,
    candidates: Mapping[str, Fits] | None = None,
) -> Fits:
    """One `Fits` of the fits of all profiles; a quantity that a profile's model does not have is missing with that reason."""
    quantities = tuple({q.name: q for model in models for q in quantities_of(model, rules.horizons)}.values())
    terms, p = terms_of(quantities), len(profiles)
    values = {term: np.full(p, np.nan) for term in terms}
    reasons = {term: np.zeros(p, np.uint8) for term in terms}
    for i, f in enumerate(fitted):
        for column, value, reason in _cells(f, quantities):
            values[column][i], reasons[column][i] = value, reason
    used = rows_used(profiles)
    whole = RowSet(first_true(used, profiles.offsets), last_true(used, profiles.offsets), used)
    return Fits(
        profiles=profiles,
        rules=rules,
        terms=terms,
        values=values,
        reasons=reasons,
        flags=_flags(profiles, used, quantities),
        rows={"all": whole, **{f"to_{horizon}": whole for horizon in rules.horizons}},
        model=name,
        models={model.name: model for model in models},
        fit_rules=fit_rules,
        fitted=tuple(fitted),
        candidates=candidates or {},
    )


def _cells(f: Fitted, quantities: Sequence[Quantity]) -> list[tuple[str, float, Reason]]:
    """Column, value and reason of one profile."""
    cells = []
    for q in quantities:
        e = f.estimates.get(q.name, Estimate.missing(Reason.NOT_IN_MODEL))
        cells.append((q.name, e.value, e.reason))
        limits = zip(_ENDINGS, (e.se, e.lower, e.upper), strict=True)
        cells += [(q.name + end, value, e.interval_reason) for end, value in limits]
    for name, number in (("sigma", f.sigma), ("aicc", f.aicc), ("bic", f.bic)):
        given = not f.reason and np.isfinite(number)
        cells.append((name, number if given else np.nan, Reason.NONE if given else f.reason or Reason.TOO_FEW_SAMPLES))
    searched = f.starts > 0
    agree_reason = Reason.NONE if searched else f.reason
    return [
        *cells,
        ("n_obs", float(f.n_obs), Reason.NONE),
        ("n_blq", float(f.n_blq), Reason.NONE),
        ("n_starts_agree", float(f.agree) if searched else np.nan, agree_reason),
    ]


def _flags(
    profiles: Profiles, used: NDArray[np.bool_], quantities: Sequence[Quantity]
) -> dict[str, NDArray[np.uint32]]:
    """Profiles some of whose results after the infusion could not enter."""
    left = profiles.measured & (profiles.time > 0) & ~used
    if not left.any():
        return {}
    some = np.logical_or.reduceat(left, profiles.offsets[:-1])
    flags = np.where(some, np.uint32(Flag.SAMPLES_LEFT_OUT), np.uint32(0))
    return {q.name: flags for q in quantities}
