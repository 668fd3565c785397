"""Exposure divided by the dose."""

from __future__ import annotations

import numpy as np

from cartpk.nca.course import Columns, Course, first_of
from cartpk.reasons import Reason
from cartpk.rules import NcaRules

__all__ = ["by_dose"]


def by_dose(course: Course, rules: NcaRules, out: Columns) -> None:
    """Cmax and the areas to horizons, divided by the dose where one is given."""
    for name in ("cmax", *(f"auc_{h}" for h in rules.horizons)):
        missing = out.reasons[name]
        reason = first_of(len(course), (missing > 0, missing), (np.isnan(course.dose), Reason.NO_DOSE))
        out.put(f"{name}_dn", out.values[name] / course.dose, reason, out.flags[name])
