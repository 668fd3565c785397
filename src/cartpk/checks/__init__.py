"""Checking: samples are held against every rule, and all findings come at once.

`RULES` is written by hand: to read it is to know what is checked. Each rule
is a function that looks at the `Evidence` and yields its findings; texts and
thresholds stand in `cartpk.rulebook`. What only a reader can see (bytes,
cells, shape) rides in `Samples.findings` already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from cartpk.checks.courses import (
    courses_without_sample,
    embedded_blq,
    horizons_not_reached,
    late_peaks,
    quantifiable_before_infusion,
)
from cartpk.checks.covariates import (
    alike_groups,
    dose_units_mixed,
    doses_missing,
    doses_not_positive,
    reserved_columns,
    varying_covariates,
)
from cartpk.checks.evidence import Evidence
from cartpk.checks.exclusions import forgive_excluded, unused_exclusions
from cartpk.checks.lateness import courses_begun_late, days_of_an_earlier_infusion
from cartpk.checks.matrices import alike_matrices, misspelt_matrices, split_matrices
from cartpk.checks.names import (
    alike_assays,
    alike_subjects,
    formula_subjects,
    misspelt_assays,
    misspelt_subjects,
)
from cartpk.checks.numbering import counted_from_one, mixed_numbering
from cartpk.checks.repeats import contradicting_rows, repeated_rows
from cartpk.checks.times import excel_serials, far_times, peaks_too_late, times_in_another_unit, times_in_hours
from cartpk.checks.units import mixed_units, units_missing, units_that_do_not_fit
from cartpk.checks.values import (
    blq_without_lloq,
    missing_values,
    negative_values,
    numbers_below_lloq,
    values_above_what_the_unit_can_mean,
)
from cartpk.checks.visit_names import alike_visits, samples_without_visit, unevenly_planned, visits_twice
from cartpk.findings import Finding, Findings
from cartpk.rules import NcaRules
from cartpk.samples import Samples

__all__ = ["RULES", "Evidence", "check"]

Rule = Callable[[Evidence], Iterator[Finding]]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "E-COLUMN-RESERVED": reserved_columns,
        "E-VALUE-NEGATIVE": negative_values,
        "W-VALUE-MISSING": missing_values,
        "W-VALUE-BELOW-LLOQ": numbers_below_lloq,
        "W-VALUE-IMPLAUSIBLE": values_above_what_the_unit_can_mean,
        "E-BLQ-NO-LLOQ": blq_without_lloq,
        "E-UNIT-MISSING": units_missing,
        "E-UNIT-MIXED": mixed_units,
        "E-UNIT-ASSAY": units_that_do_not_fit,
        "E-ASSAY-ALIKE": alike_assays,
        "W-ASSAY-TYPO": misspelt_assays,
        "E-MATRIX-ALIKE": alike_matrices,
        "W-MATRIX-TYPO": misspelt_matrices,
        "W-MATRIX-SPLIT": split_matrices,
        "E-SUBJECT-ALIKE": alike_subjects,
        "W-SUBJECT-TYPO": misspelt_subjects,
        "N-SUBJECT-FORMULA": formula_subjects,
        "E-TIME-SERIAL": excel_serials,
        "E-TIME-FAR": far_times,
        "E-TIME-UNIT": times_in_another_unit,
        "E-TIME-HOURS": times_in_hours,
        "W-TIME-SCALE": peaks_too_late,
        "E-TIME-DAY-ONE": mixed_numbering,
        "W-TIME-DAY-ONE": counted_from_one,
        "W-VISIT-ALIKE": alike_visits,
        "W-VISIT-UNEVEN": unevenly_planned,
        "W-VISIT-TWICE": visits_twice,
        "W-VISIT-MISSING": samples_without_visit,
        "E-INFUSION-STUDY-DAYS": days_of_an_earlier_infusion,
        "E-COVARIATE-VARIES": varying_covariates,
        "W-COVARIATE-ALIKE": alike_groups,
        "E-DOSE": doses_not_positive,
        "W-DOSE-MISSING": doses_missing,
        "W-DOSE-UNIT-MIXED": dose_units_mixed,
        "W-ROW-REPEATED": repeated_rows,
        "E-ROW-CONTRADICTS": contradicting_rows,
        "W-EXCLUSION-UNUSED": unused_exclusions,
        "W-COURSE-NO-SAMPLE": courses_without_sample,
        "W-COURSE-PRE-INFUSION": quantifiable_before_infusion,
        "W-COURSE-LATE-PEAK": late_peaks,
        "W-COURSE-LATE-START": courses_begun_late,
        "W-COURSE-HORIZON": horizons_not_reached,
        "W-COURSE-EMBEDDED-BLQ": embedded_blq,
    }
)
"""The rules that compare rows or judge values, by id."""


def check(samples: Samples, rules: NcaRules | None = None) -> Findings:
    """Everything that is wrong or remarkable about samples: what the reader found, and every rule of `RULES`.

    A row that the plan excludes is not judged by its value, and compared with no other.

    Args:
        samples: what a reader gave.
        rules: the analysis to come, for the rules on courses (peak window, horizons); None: the defaults.

    Returns:
        Findings in order; `.raise_for_errors()` stops where there are errors.
    """
    evidence = Evidence.of(samples, rules or NcaRules())
    found = forgive_excluded(evidence)
    if len(samples):
        for judge in RULES.values():
            found.extend(judge(evidence))
    return Findings(found)
