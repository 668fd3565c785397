"""What the simulated studies have in common: archetypes, visits, assays, doses, and how random numbers are used."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = [
    "ARCHETYPES",
    "ASSAYS",
    "COLUMNS",
    "COMMENTS",
    "DAYS",
    "DECIMALS",
    "DOSES",
    "DRAWS",
    "INDICATIONS",
    "LLOQ",
    "LN_SD_NOISE",
    "SEED",
    "TRUTH_COLUMNS",
    "UNITS",
    "USE",
    "VISITS",
    "WINDOW",
    "Archetype",
    "Draws",
]

SEED = 73
"""The seed of the sample data."""

_Range = tuple[float, float]


class Archetype(NamedTuple):
    """One kind of course: the ranges its curve is drawn from (days, 1/day, copies/ug, shares of Cmax)."""

    name: str
    tlag: _Range = (2.5, 3.3)
    tmax: _Range = (8.5, 13.5)
    fb: _Range = (0.005, 0.05)
    beta: _Range = (0.03, 0.06)
    second: _Range = (0.0, 0.0)
    median_cmax: float = 7000.0
    flow_ratio: float = 0.012
    last_visit: float = 90.0


ARCHETYPES = (
    *(Archetype("expander"),) * 4,
    Archetype("expander, left at day 28", last_visit=28.0),
    Archetype("late expander", tlag=(9.5, 11.0), tmax=(19.0, 21.0)),
    Archetype("second peak", second=(0.15, 0.40)),
    Archetype("persistent", fb=(0.08, 0.15), beta=(0.006, 0.012)),
    Archetype("non-expander", median_cmax=110.0, flow_ratio=0.0005),
)
"""The nine courses of every nine subjects, in an order that is drawn."""

LN_SD_CMAX, LN_SD_RATIO = 0.8, 0.3
RHO, ALPHA = (0.75, 0.95), (0.25, 0.30)
TMAX2, RHO2, ALPHA2, RISE2 = (40.0, 44.0), (0.40, 0.50), (0.20, 0.30), 12.0

DAYS = np.array([-14, 0, 1, 3, 5, 7, 10, 12, 14, 21, 28, 42, 56, 90], np.int64)
WINDOW = np.array([3, 0, 0, 0, 0, 1, 1, 0, 1, 2, 2, 3, 3, 7], np.int64)
VISITS = ("Screening", "Pre-dose", *(f"Day {day}" for day in DAYS[2:]))

ASSAYS = ("flow", "qpcr")
UNITS = ("cells/uL", "copies/ug gDNA")
LN_SD_NOISE = np.array([0.35, 0.25])
DECIMALS = (1, 0)
LLOQ = np.array([1.0, 50.0])
LLOQ_NEW_QPCR, CHANGE_DAY, ENROL_EVERY = 25.0, 98, 14
P_MISSING, P_WORD = 0.015, 0.35
COMMENTS = ("sample clotted", "insufficient DNA")

DOSES = (("1000000", "DL1"), ("3000000", "DL2"), ("10000000", "DL3"))
INDICATIONS = ("SLE", "systemic sclerosis", "SLE", "ANCA vasculitis", "Sjögren's disease", "SLE",
                "inflammatory myopathy", "systemic sclerosis", "ANCA vasculitis")  # fmt: skip

COLUMNS = ("subject_id", "visit", "time_nominal", "time", "assay", "value", "unit", "lloq", "dose", "dose_unit",
           "dose_level", "indication", "sex", "age", "weight", "response", "comment")  # fmt: skip
TRUTH_COLUMNS = ("subject_id", "assay", "unit", "archetype", "tlag", "tmax", "cmax", "rho", "alpha", "fb", "beta",
                 "tlag2", "tmax2", "cmax2", "rho2", "alpha2", "t_below_lloq", "auc_0_28", "auc_0_m3")  # fmt: skip


class Draws(NamedTuple):
    """How one subject's random numbers are used, in this order."""

    subject: int = 19  # place in its nine, Cmax (2), curve (10), flow ratio (2), sex, age, weight, response
    visit: int = 2  # per visit: the two parts of the deviation from the planned day
    sample: int = 4  # per assay and visit: noise (2), missing, word for BLQ


USE = Draws()
DRAWS = USE.subject + len(DAYS) * (USE.visit + len(ASSAYS) * USE.sample)
