"""A whole analysis in memory, before anything is written: what the report and the tables are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartpk.findings import Findings
    from cartpk.fit import Fits
    from cartpk.nca.sensitivity import Sensitivity
    from cartpk.plan import Plan
    from cartpk.profiles import Profiles
    from cartpk.results import Results
    from cartpk.samples import Ledger, Samples
    from cartpk.summary import Summary

__all__ = ["Analysis"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Analysis:
    """What `cartpk.analyze` worked out from one plan and its inputs.

    Attributes:
        plan: the plan as used, complete; `plan.report.by` is a tuple here, its default resolved against the data.
        samples: what was read; `ledger`: what became of each of its rows.
        findings: of the reader and the checks; no error among them.
        profiles, results: what was computed on, and what was found.
        summary: of the parameters by `plan.report.by`, with the total.
        summary_concentrations: of the values by nominal visit.
        sensitivity: AUC0-M3 under each trapezoid rule, BLQ preset and length of M3.
        fits: every model that was fitted; of ``auto`` its candidates, and last ``auto`` itself, where each profile
            has its own model.
        summary_fits: of the estimates of all of them, by `plan.report.by`; None without fits.
        by_disease: of the parameters by disease, where the data name it and `summary` does not have it.
    """

    plan: Plan
    samples: Samples
    ledger: Ledger
    findings: Findings
    profiles: Profiles
    results: Results
    summary: Summary
    summary_concentrations: Summary
    sensitivity: Sensitivity
    fits: tuple[Fits, ...] = ()
    summary_fits: Summary | None = None
    by_disease: Summary | None = None

    @property
    def by(self) -> tuple[str, ...]:
        """The groupings, each a column or several joined by a comma; empty where there is only the total."""
        return self.plan.report.by or ()

    @property
    def summary_of_all(self) -> Summary:
        """All groupings of the parameters, that by disease last: what ``summary.csv`` holds."""
        return self.summary if self.by_disease is None else self.summary + self.by_disease

    @property
    def asked(self) -> tuple[Fits, ...]:
        """The fits that the plan names: of ``auto`` the chosen ones alone."""
        return tuple(fits for fits in self.fits if fits.model in self.plan.models.names)

    def __repr__(self) -> str:
        p, f = self.profiles, self.findings
        return (
            f"Analysis: {len(self.samples)} rows, {len(p)} profiles of {len(self.samples.subjects)} subjects, "
            f"{len(self.results.terms)} parameters, {len(f.warnings)} warnings"
        )
