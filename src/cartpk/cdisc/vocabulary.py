"""The words of the standards: their versions, methods, sponsor-defined names, flags, and times as ISO 8601 has them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from cartpk.labels import Labels
from cartpk.reasons import Flag
from cartpk.terms import Term

__all__ = [
    "FLAGS",
    "METHODS",
    "NOT_DONE",
    "SPONSOR_TESTS",
    "STANDARDS",
    "duration",
    "number_text",
    "parameter_name",
    "reference",
    "said",
]

STANDARDS = (
    "SDTMIG 3.4 (SDTM 2.0): PC, CP, PP, SUPP--, RELREC",
    "ADaMIG 1.3 and ADaMIG for NCA 1.0: ADNCA, ADPC, ADPP",
    "CDISC controlled terminology of 2025-09-26: parameters (codelists C85839 and C85493)",
    "SDTM controlled terminology, an earlier release without a date: PK analytical methods (C172330)",
)
"""What names, labels and terms were checked against."""

METHODS = {
    "linear": ("LINEAR TRAPEZOIDAL METHOD", "C172580"),
    "lin-up-log-down": ("LINEAR UP LOG DOWN METHOD", "C172581"),
    "lin-log": ("LIN-LOG TRAPEZOIDAL METHOD", "C172579"),
}
"""Trapezoid rule -> term of the codelist PK Analytical Method (C172330), and its code."""

NOT_DONE = ("NOT DONE", "C49484")
"""The term of the codelist Not Done (C66789), and its code."""

SPONSOR_TESTS = {
    "TMAXLO": "Time of Sample Before CMAX",
    "TMAXUP": "Time of Sample After CMAX",
    "LTPEAK": "Max Conc After Peak Window",
    "LTPEAKT": "Time of Max Conc After Peak Window",
    "TFIRST": "Time of First Quantifiable Conc",
    "TBLQ": "Time of First BLQ Result After TLST",
    "QUANTDUR": "Duration of Quantifiable Conc",
    "AUCINTPI": "AUC T1 to T2 %Interpolation",
    "AUCINTPE": "AUC T1 to T2 %Extrapolation",
    "CLSTP": "Last Nonzero Conc Pred",
    "EXPRATE": "Expansion Rate",
    "EXPN": "Number of Points for Expansion",
    "EXPR2": "R Squared of Expansion",
    "DOUBLET": "Doubling Time of Expansion",
    "FOLDEXP": "Fold Expansion",
    "CONTRHL": "Half-Life of Contraction",
    "CONTRN": "Number of Points for Contraction",
    "CONTRR2": "R Squared of Contraction",
    "NPEAKS": "Number of Peaks",
    "REXSTART": "Start of Re-expansion",
    "REXPKT": "Time of Re-expansion Peak",
    "REXFOLD": "Fold Re-expansion",
}
"""Name of each parameter that the terminology does not have, at most 40 letters."""

_FLAG_NAMES = {
    "ASSUMED_ZERO_AT_INFUSION": ("ZEROINF", "Value at Infusion Assumed 0"),
    "PRE_INFUSION_USED_AT_ZERO": ("PREINF", "Pre-infusion Sample Used at Time 0"),
    "NEVER_QUANTIFIABLE": ("NEVERQ", "Never Quantifiable, 0 by Definition"),
    "INTERPOLATED": ("INTERPOL", "Interpolated at End of Interval"),
    "ASSUMED_ZERO_AFTER_LAST_SAMPLE": ("ZEROEND", "Area After Last Sample Assumed 0"),
    "INTEGRATED_TO_ACTUAL_TIME": ("ACTEND", "Integrated to Actual Last Time"),
    "EXTRAPOLATED": ("EXTRAP", "Partly Extrapolated"),
    "ONE_INTERVAL_DOMINATES": ("ONEINT", "Over Half of Area in One Interval"),
    "LAMBDA_Z_R2ADJ_LOW": ("R2ADJLOW", "Adjusted R Squared Below Limit"),
    "LAMBDA_Z_SPAN_SHORT": ("SPANSHRT", "Lambda z Span Below Limit"),
    "LAMBDA_Z_POINTS_CHOSEN": ("LZPTSEL", "Lambda z Points Chosen by Hand"),
    "AUC_EXTRAP_HIGH": ("EXTRAPHI", "Extrapolated Share Above Limit"),
    "REEXPANSION_OBSERVED": ("REXOBS", "Re-expansion Seen in One Sample"),
    "REEXPANSION_CONFIRMED": ("REXCONF", "Re-expansion Seen in Samples in a Row"),
    "SAMPLES_LEFT_OUT": ("LEFTOUT", "Results Left Out of the Fit"),
}
FLAGS = {flag: _FLAG_NAMES[str(flag.name)] for flag in Flag if flag}
"""Flag -> name and label of its supplemental qualifier, and of its variable in ADPP."""


def parameter_name(term: Term) -> str:
    """PPTEST: the terminology's name, or ours."""
    return term.pptest or SPONSOR_TESTS.get(term.pptestcd, term.label)


def reference(infusion: int) -> str:
    """The fixed reference of a course's times: ``INFUSION 1``."""
    return f"INFUSION {infusion}"


def duration(days: float) -> str:
    """Days as an ISO 8601 duration, ``""`` for NaN.

    >>> [duration(d) for d in (0.0, 90.0, 13.5, -30.0, float("nan"))]
    ['P0D', 'P90D', 'P13.5D', '-P30D', '']
    """
    if math.isnan(days):
        return ""
    sign = "-" if days < 0 else ""
    return f"{sign}P{number_text(abs(days))}D"


def number_text(value: float) -> str:
    """The shortest text without an exponent that gives a number back, ``""`` for NaN.

    >>> [number_text(v) for v in (14.0, 0.1, 2e-05, float("nan"))]
    ['14', '0.1', '0.00002', '']
    """
    if math.isnan(value):
        return ""
    return "0" if value == 0 else np.format_float_positional(value, trim="-")


def said(texts: Labels | Sequence[str], words: Mapping[str, str]) -> list[str]:
    """The texts of a column with those that the plan's ``[cdisc.values]`` names replaced."""
    if isinstance(texts, Labels):
        levels = [words.get(text, text) for text in texts.levels]
        return [levels[code] for code in texts.codes.tolist()]
    return [words.get(text, text) for text in texts] if words else list(texts)
