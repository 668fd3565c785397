"""The dictionary: one row a parameter, read by results, summaries, tables, plots and CDISC alike.

CDISC codes are those of the SDTM/ADaM controlled terminology; a parameter
without a term has a sponsor-defined code, marked by `Term.sponsor_defined`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from cartpk.language import phrase
from cartpk.units import area_unit

__all__ = ["TERMS", "Average", "Term", "UnitKind", "area_symbol", "horizon_terms", "terms_for", "unit_of"]

UnitKind = Literal["conc", "day", "area", "per day", "percent", "count", "ratio", "conc/dose", "area/dose"]
Average = Literal["geometric", "arithmetic", "time", "count"]
Rows = Literal[
    "peak", "before_peak", "after_peak", "late_peak", "first", "before_first", "last", "after_last",
    "first_to_last", "to_last", "all", "lambda_z", "expansion", "contraction",
    "after_peak_course", "reexpansion_start", "reexpansion", "horizon",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One parameter.

    Attributes:
        name: the column's name.
        symbol: how it is written wherever people read it, ``Cmax``; an area to a day that its name does not say
            has the day beside it, ``AUC0-M3 (day 90)``.
        label: what it is, in words.
        unit_kind: what its unit is made from (`unit_of`).
        average: how a summary leads: geometric statistics, arithmetic, median and range of a time, or a count.
        rows: the named set of rows it is made from.
        pptestcd, pptest, c_code: CDISC short name, name and C-code ("" where no term exists).
        horizon: name of the horizon the term belongs to, or "".
    """

    name: str
    symbol: str
    label: str
    unit_kind: UnitKind
    average: Average
    rows: Rows
    pptestcd: str
    pptest: str = ""
    c_code: str = ""
    horizon: str = ""

    @property
    def sponsor_defined(self) -> bool:
        """Whether the CDISC code is ours and not the terminology's."""
        return not self.c_code


_BEFORE_HORIZONS = (
    Term("cmax", "Cmax", "Maximum observed value", "conc", "geometric", "peak", "CMAX", "Max Conc", "C70918"),
    Term("tmax", "Tmax", "Time of the maximum", "day", "time", "peak", "TMAX", "Time of CMAX Observation", "C70919"),
    Term("tmax_lower", "Tmax, lower", "Sample before the maximum", "day", "time", "before_peak", "TMAXLO"),
    Term("tmax_upper", "Tmax, upper", "Sample after the maximum", "day", "time", "after_peak", "TMAXUP"),
    Term("late_peak", "Late peak", "Highest value after the peak window, where above Cmax", "conc", "geometric", "late_peak", "LTPEAK"),
    Term("late_peak_time", "Late peak time", "Time of the late peak", "day", "time", "late_peak", "LTPEAKT"),
    Term("clast", "Clast", "Last quantifiable value", "conc", "geometric", "last", "CLST", "Last Nonzero Conc", "C85655"),
    Term("tlast", "Tlast", "Time of the last quantifiable value (persistence)", "day", "time", "last", "TLST", "Time of Last Nonzero Conc", "C85822"),
    Term("tlag", "Tlag", "Sample before the first quantifiable one", "day", "time", "before_first", "TLAG", "Time Until First Nonzero Conc", "C85824"),
    Term("tfirst", "Tfirst", "Time of the first quantifiable value", "day", "time", "first", "TFIRST"),
    Term("t_blq", "T BLQ", "First result below the limit after Tlast", "day", "time", "after_last", "TBLQ"),
    Term("quantifiable_duration", "Quantifiable duration", "Tlast - Tfirst", "day", "time", "first_to_last", "QUANTDUR"),
    Term("auc_last", "AUClast", "Area to the last quantifiable value", "area", "geometric", "to_last", "AUCLST", "AUC to Last Nonzero Conc", "C85565"),
    Term("auc_all", "AUCall", "Area to the last sample", "area", "geometric", "all", "AUCALL", "AUC All", "C85564"),
)  # fmt: skip

_HORIZON = (
    Term("auc_{h}", "{s}", "Area from the infusion to day {day}", "area", "geometric", "horizon", "AUCINT", "AUC from T1 to T2", "C85566"),
    Term("auc_{h}_pct_interp", "{s}, % interpolated", "Share of {s} cut by interpolation", "percent", "arithmetic", "horizon", "AUCINTPI"),
    Term("auc_{h}_pct_extrap", "{s}, % extrapolated", "Share of {s} extrapolated", "percent", "arithmetic", "horizon", "AUCINTPE"),
)  # fmt: skip

_AFTER_HORIZONS = (
    Term("auc_inf_obs", "AUCinf,obs", "Area to infinity, from Clast as observed", "area", "geometric", "to_last", "AUCIFO", "AUC Infinity Obs", "C85761"),
    Term("auc_inf_pred", "AUCinf,pred", "Area to infinity, from Clast as predicted", "area", "geometric", "to_last", "AUCIFP", "AUC Infinity Pred", "C85785"),
    Term("auc_pct_extrap_obs", "% extrapolated, obs", "Share of AUCinf,obs after Tlast", "percent", "arithmetic", "to_last", "AUCPEO", "AUC %Extrapolation Obs", "C85764"),
    Term("auc_pct_extrap_pred", "% extrapolated, pred", "Share of AUCinf,pred after Tlast", "percent", "arithmetic", "to_last", "AUCPEP", "AUC %Extrapolation Pred", "C85788"),
    Term("lambda_z", "λz", "Terminal slope", "per day", "geometric", "lambda_z", "LAMZ", "Lambda z", "C85652"),
    Term("half_life", "t½", "Terminal half-life", "day", "geometric", "lambda_z", "LAMZHL", "Half-Life Lambda z", "C85818"),
    Term("lambda_z_n", "λz, n", "Points of the terminal line", "count", "count", "lambda_z", "LAMZNPT", "Number of Points for Lambda z", "C85816"),
    Term("lambda_z_lower", "λz, from", "First point of the terminal line", "day", "time", "lambda_z", "LAMZLL", "Lambda z Lower Limit", "C85653"),
    Term("lambda_z_upper", "λz, to", "Last point of the terminal line", "day", "time", "lambda_z", "LAMZUL", "Lambda z Upper Limit", "C85654"),
    Term("span", "Span", "Half-lives spanned by the terminal line", "ratio", "arithmetic", "lambda_z", "LAMZSPN", "Lambda z Span", "C135492"),
    Term("r2", "R²", "R² of the terminal line", "ratio", "arithmetic", "lambda_z", "R2", "R Squared", "C85542"),
    Term("r2adj", "R² adjusted", "Adjusted R² of the terminal line", "ratio", "arithmetic", "lambda_z", "R2ADJ", "R Squared Adjusted", "C85553"),
    Term("clast_pred", "Clast,pred", "Clast predicted by the terminal line", "conc", "geometric", "lambda_z", "CLSTP"),
    Term("expansion_rate", "Expansion rate", "Rate of the rise to Tmax", "per day", "geometric", "expansion", "EXPRATE"),
    Term("expansion_n", "Expansion n", "Samples of the rise", "count", "count", "expansion", "EXPN"),
    Term("expansion_r2", "Expansion R²", "R² of the rise", "ratio", "arithmetic", "expansion", "EXPR2"),
    Term("doubling_time", "Doubling time", "Doubling time of the rise", "day", "geometric", "expansion", "DOUBLET"),
    Term("fold_expansion", "Fold expansion", "Cmax over the first value of the rise", "ratio", "geometric", "expansion", "FOLDEXP"),
    Term("contraction_half_life", "Contraction t½", "Half-life of the fall from Tmax", "day", "geometric", "contraction", "CONTRHL"),
    Term("contraction_n", "Contraction n", "Samples of the fall", "count", "count", "contraction", "CONTRN"),
    Term("contraction_r2", "Contraction R²", "R² of the fall", "ratio", "arithmetic", "contraction", "CONTRR2"),
    Term("n_peaks", "Peaks", "Peaks observed (1 + re-expansions)", "count", "count", "after_peak_course", "NPEAKS"),
    Term("reexpansion_start", "Re-expansion start", "Start of the largest re-expansion", "day", "time", "reexpansion_start", "REXSTART"),
    Term("reexpansion_peak_time", "Re-expansion peak", "Peak time of the largest re-expansion", "day", "time", "reexpansion", "REXPKT"),
    Term("reexpansion_fold", "Re-expansion fold", "Peak of the largest re-expansion over its trough", "ratio", "geometric", "reexpansion", "REXFOLD"),
    Term("cmax_dn", "Cmax/dose", "Cmax divided by the dose", "conc/dose", "geometric", "peak", "CMAXD", "Max Conc Norm by Dose", "C85698"),
)  # fmt: skip

_HORIZON_DN = Term(
    "auc_{h}_dn", "{s}/dose", "{s} divided by the dose", "area/dose", "geometric", "horizon", "AUCINTD",
    "AUC from T1 to T2 Norm by Dose", "C92313",
)  # fmt: skip


def area_symbol(name: str, days: float | None = None) -> str:
    """The area to a horizon; given `days`, with the day where the name itself does not say it.

    >>> area_symbol("0_m3", 84), area_symbol("0_28", 28), area_symbol("0_m3")
    ('AUC0-M3 (day 84)', 'AUC0-28', 'AUC0-M3')
    """
    symbol = f"AUC{name.replace('_', '-').upper()}"
    if days is None or name == f"0_{days:.10g}":
        return symbol
    return phrase("{symbol} (day {day})", symbol=symbol, day=f"{days:.10g}")


def horizon_terms(name: str, days: float) -> tuple[Term, ...]:
    """The terms of one horizon: the area, its shares, and the area by dose (last)."""
    fill = {"h": name, "s": area_symbol(name, days)}
    return tuple(
        replace(
            term,
            name=term.name.format(**fill),
            symbol=phrase(term.symbol, **fill),
            label=phrase(term.label, s=fill["s"], day=f"{days:.10g}"),
            horizon=name,
        )
        for term in (*_HORIZON, _HORIZON_DN)
    )


def terms_for(horizons: Mapping[str, float]) -> dict[str, Term]:
    """Every parameter of an analysis with these horizons, in the order of its outputs.

    >>> list(terms_for({"0_28": 28}))[14:18]
    ['auc_0_28', 'auc_0_28_pct_interp', 'auc_0_28_pct_extrap', 'auc_inf_obs']
    """
    return dict(_terms_for(tuple(horizons.items())))


@lru_cache(maxsize=64)
def _terms_for(horizons: tuple[tuple[str, float], ...]) -> dict[str, Term]:
    families = [horizon_terms(name, days) for name, days in horizons]
    terms = (
        *_BEFORE_HORIZONS,
        *(term for family in families for term in family[:-1]),
        *_AFTER_HORIZONS,
        *(family[-1] for family in families),
    )
    return {term.name: term for term in terms}


TERMS = terms_for({"0_28": 28, "0_m3": 90})
"""The parameters of an analysis with the default horizons."""


def unit_of(kind: UnitKind, conc_unit: str, dose_unit: str = "") -> str:
    """The unit of a parameter whose assay measures in `conc_unit`.

    >>> unit_of("area", "copies/ug gDNA")
    'day*copies/ug gDNA'
    """
    per_dose = f"/({dose_unit})" if dose_unit else "/dose"
    return {
        "conc": conc_unit,
        "day": "day",
        "area": area_unit(conc_unit),
        "per day": "1/day",
        "percent": "%",
        "count": "",
        "ratio": "",
        "conc/dose": f"{conc_unit}{per_dose}",
        "area/dose": f"{area_unit(conc_unit)}{per_dose}",
    }[kind]
