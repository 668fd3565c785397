"""Why a number is missing (`Reason`) and what a reader should know of one that is there (`Flag`).

Arrays hold the integers; people read the sentences, in English or Chinese.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

from cartpk.language import catalogue

__all__ = ["Flag", "Reason"]


class Reason(IntEnum):
    """Why a value is missing; `NONE` where it is not."""

    NONE = 0
    NO_QUANTIFIABLE_SAMPLE = 1
    NO_QUANTIFIABLE_SAMPLE_IN_WINDOW = 2
    NO_SAMPLE_AFTER_INFUSION = 3
    PEAK_AT_LAST_SAMPLE = 4
    SAMPLING_ENDS_BEFORE_HORIZON = 5
    COURSE_ENDED_BY_INFUSION = 6
    NO_TERMINAL_SLOPE = 7
    TERMINAL_PHASE_RISES = 8
    FLAT_TAIL = 9
    TOO_FEW_POINTS = 10
    GATE_FAILED = 11
    STILL_QUANTIFIABLE_AT_LAST_SAMPLE = 12
    NO_LATE_PEAK = 13
    NO_REEXPANSION = 14
    TROUGH_IS_ZERO = 15
    NO_DOSE = 16
    EXCLUDED = 17
    NO_MEASURED_SAMPLE = 18
    TOO_FEW_SAMPLES = 19
    NOT_ESTIMABLE = 20
    AT_LIMIT = 21
    STARTS_DISAGREE = 22
    SINGULAR_HESSIAN = 23
    NOT_CONVERGED = 24
    FIXED = 25
    NO_LLOQ = 26
    NOT_IN_MODEL = 27

    @property
    def sentence(self) -> str:
        """The reason in English, one sentence."""
        return _REASONS[self]

    @property
    def sentence_zh(self) -> str:
        """The reason in Chinese, one sentence."""
        return catalogue("zh")[self.sentence] if self else ""


_REASONS = {
    Reason.NONE: "",
    Reason.NO_QUANTIFIABLE_SAMPLE: "No sample after the infusion was quantifiable.",
    Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW: "Quantifiable values were seen only after the peak window.",
    Reason.NO_SAMPLE_AFTER_INFUSION: "No sample was taken after the infusion.",
    Reason.PEAK_AT_LAST_SAMPLE: "The highest value is that of the last sample, so the true peak may come later.",
    Reason.SAMPLING_ENDS_BEFORE_HORIZON: "Sampling ends too early before the horizon for the area to be known.",
    Reason.COURSE_ENDED_BY_INFUSION: "A further infusion ended this course before the horizon.",
    Reason.NO_TERMINAL_SLOPE: "There is no terminal slope to extrapolate with.",
    Reason.TERMINAL_PHASE_RISES: "The best-fitting terminal line rises, so there is no terminal decline.",
    Reason.FLAT_TAIL: "The terminal values do not change, so there is no terminal decline.",
    Reason.TOO_FEW_POINTS: "Too few quantifiable samples for the regression.",
    Reason.GATE_FAILED: "The value failed a quality gate, and the rules remove such values.",
    Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE: "The last sample was still quantifiable.",
    Reason.NO_LATE_PEAK: "No value after the peak window is higher than Cmax.",
    Reason.NO_REEXPANSION: "No re-expansion was observed after the peak.",
    Reason.TROUGH_IS_ZERO: "The value rose from a measured zero, so a fold change has no meaning.",
    Reason.NO_DOSE: "No dose is given.",
    Reason.EXCLUDED: "All samples of this profile were excluded by the plan.",
    Reason.NO_MEASURED_SAMPLE: "No sample of this profile has a result.",
    Reason.TOO_FEW_SAMPLES: "There are not more quantifiable samples than parameters to estimate.",
    Reason.NOT_ESTIMABLE: "The samples do not tell this value: its standard error is above the limit, or its interval has no end.",
    Reason.AT_LIMIT: "The best fit lies at a limit of the search, so the samples do not tell the value.",
    Reason.STARTS_DISAGREE: "Searches from different starts ended at different fits, so none of them is believed.",
    Reason.SINGULAR_HESSIAN: "Values far apart fit equally well: the likelihood has no curvature that tells this one.",
    Reason.NOT_CONVERGED: "The search did not reach a point where the likelihood is highest.",
    Reason.FIXED: "The parameter was held at a given value, so it has no interval.",
    Reason.NO_LLOQ: "No limit of quantification is known for this profile.",
    Reason.NOT_IN_MODEL: "The model chosen for this profile has no such quantity.",
}


class Flag(IntFlag):
    """What a reader should know of a value; several may hold at once."""

    NONE = 0
    ASSUMED_ZERO_AT_INFUSION = 1 << 0
    PRE_INFUSION_USED_AT_ZERO = 1 << 1
    NEVER_QUANTIFIABLE = 1 << 2
    INTERPOLATED = 1 << 3
    ASSUMED_ZERO_AFTER_LAST_SAMPLE = 1 << 4
    INTEGRATED_TO_ACTUAL_TIME = 1 << 5
    EXTRAPOLATED = 1 << 6
    ONE_INTERVAL_DOMINATES = 1 << 7
    LAMBDA_Z_R2ADJ_LOW = 1 << 8
    LAMBDA_Z_SPAN_SHORT = 1 << 9
    LAMBDA_Z_POINTS_CHOSEN = 1 << 10
    AUC_EXTRAP_HIGH = 1 << 11
    REEXPANSION_OBSERVED = 1 << 12
    REEXPANSION_CONFIRMED = 1 << 13
    SAMPLES_LEFT_OUT = 1 << 14

    @property
    def sentence(self) -> str:
        """The meaning of a single flag in English."""
        return _FLAGS[self]

    @property
    def sentence_zh(self) -> str:
        """The meaning of a single flag in Chinese."""
        return catalogue("zh")[self.sentence] if self else ""

    @property
    def text(self) -> str:
        """The names of all flags that hold, joined by ``;``."""
        return ";".join(f.name or "" for f in Flag if f and f in self)


_FLAGS = {
    Flag.NONE: "",
    Flag.ASSUMED_ZERO_AT_INFUSION: "No usable sample at the infusion or in the 30 days before it: the value at time 0 was taken as 0.",
    Flag.PRE_INFUSION_USED_AT_ZERO: "The last sample before the infusion stands for time 0.",
    Flag.NEVER_QUANTIFIABLE: "No sample after the infusion was quantifiable: the value is 0 by definition.",
    Flag.INTERPOLATED: "The value at the horizon was interpolated between two samples.",
    Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE: "Sampling or usable results end before the horizon with a value below the limit: the area after it was taken as 0.",
    Flag.INTEGRATED_TO_ACTUAL_TIME: "The last sample lies before the horizon but inside its visit window: the area ends at the actual time.",
    Flag.EXTRAPOLATED: "Part of the area was extrapolated with the terminal slope.",
    Flag.ONE_INTERVAL_DOMINATES: "More than half of the area lies between two neighbouring samples.",
    Flag.LAMBDA_Z_R2ADJ_LOW: "The adjusted R² of the terminal line is below the limit.",
    Flag.LAMBDA_Z_SPAN_SHORT: "The terminal line spans fewer half-lives than the limit.",
    Flag.LAMBDA_Z_POINTS_CHOSEN: "The points of the terminal line were chosen by hand.",
    Flag.AUC_EXTRAP_HIGH: "More of the area is extrapolated than the limit allows.",
    Flag.REEXPANSION_OBSERVED: "Re-expansion was observed in a single sample; assay noise alone can show one.",
    Flag.REEXPANSION_CONFIRMED: "Re-expansion was shown by at least two samples in a row.",
    Flag.SAMPLES_LEFT_OUT: "A measured 0, or a result below a limit that is not known, could not enter the fit.",
}
