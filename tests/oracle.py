"""A second, independent noncompartmental analysis: slow, plain, one profile at a time, in exact arithmetic.

Written from the rules alone, without looking at `cartpk.nca`, to be compared with
it. Every number is a `fractions.Fraction`; logarithms and exponentials come from
`decimal` with 45 digits. Where the rules leave a choice, a comment marked CHOICE
says which was made.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cartpk.reasons import Flag, Reason
from cartpk.rules import LambdaZPoints, NcaRules

__all__ = ["Answer", "Sample", "analyse"]

_CONTEXT = decimal.Context(prec=45)
_GRAIN = 2**140
LN2 = Fraction(0)


def _of_decimal(number: decimal.Decimal) -> Fraction:
    """On a binary grid, so that sums of many logarithms stay cheap; 1e-42 is far below what is compared."""
    return Fraction(round(Fraction(number) * _GRAIN), _GRAIN)


def _decimal(number: Fraction) -> decimal.Decimal:
    return _CONTEXT.divide(decimal.Decimal(number.numerator), decimal.Decimal(number.denominator))


def ln(number: Fraction) -> Fraction:
    return _of_decimal(_CONTEXT.ln(_decimal(number)))


def exp(number: Fraction) -> Fraction:
    """Not on the grid: a small result must keep its digits."""
    return Fraction(_CONTEXT.exp(_decimal(number)))


LN2 = ln(Fraction(2))


@dataclass(frozen=True)
class Sample:
    """One row: `conc` is None where there is no number (BLQ, or no result)."""

    time: float
    conc: float | None = None
    blq: bool = False
    lloq: float | None = None
    excluded: bool = False

    @property
    def measured(self) -> bool:
        return not self.excluded and (self.blq or self.conc is not None)

    @property
    def quantifiable(self) -> bool:
        """A measured 0 without a limit is a result, and no quantifiable one."""
        return self.measured and not self.blq and self.conc is not None and self.conc > 0

    @property
    def t(self) -> Fraction:
        return Fraction(self.time)

    @property
    def c(self) -> Fraction:
        assert self.conc is not None
        return Fraction(self.conc)


@dataclass(frozen=True)
class Answer:
    value: Fraction | None
    reason: Reason = Reason.NONE
    flags: Flag = Flag.NONE
    rows: tuple[int, ...] = ()


def missing(reason: Reason) -> Answer:
    return Answer(None, reason)


@dataclass(frozen=True)
class Point:
    """A corner of the curve that is integrated: a usable sample, or the value at time 0 (row -1 where assumed)."""

    t: Fraction
    c: Fraction
    row: int


@dataclass(frozen=True)
class Piece:
    """The area between two corners, `cut` where a horizon ends it early."""

    area: Fraction
    cut: bool = False


@dataclass
class Line:
    slope: Fraction
    intercept: Fraction
    r2: Fraction
    n: int
    rows: list[int] = field(default_factory=list)

    @property
    def r2adj(self) -> Fraction:
        return 1 - (1 - self.r2) * (self.n - 1) / (self.n - 2)


def fit(samples: Sequence[tuple[int, Sample]]) -> Line | None:
    """Least squares of ln(value) on time; None where all values are the same (R² is 0/0)."""
    n = len(samples)
    t = [s.t for _, s in samples]
    y = [ln(s.c) for _, s in samples]
    tm, ym = sum(t, Fraction(0)) / n, sum(y, Fraction(0)) / n
    stt = sum(((a - tm) ** 2 for a in t), Fraction(0))
    sty = sum(((a - tm) * (b - ym) for a, b in zip(t, y, strict=True)), Fraction(0))
    syy = sum(((b - ym) ** 2 for b in y), Fraction(0))
    if len({s.c for _, s in samples}) == 1:
        return None
    slope = sty / stt
    return Line(slope, ym - slope * tm, sty**2 / (stt * syy), n, [row for row, _ in samples])


class Profile:
    """The samples of one course, sorted by time, and what the rules say of them."""

    def __init__(self, samples: Sequence[Sample], rules: NcaRules) -> None:
        self.rules = rules
        self.all = list(enumerate(samples))
        self.measured = [(i, s) for i, s in self.all if s.measured]
        self.post = [(i, s) for i, s in self.measured if s.time > 0]
        self.quantifiable = [(i, s) for i, s in self.post if s.quantifiable]
        window = rules.peak_window_days
        self.in_window = [(i, s) for i, s in self.quantifiable if s.time <= window]
        self.after_window = [(i, s) for i, s in self.quantifiable if s.time > window]
        self.peak = max(self.in_window, key=lambda p: (p[1].conc, -p[0])) if self.in_window else None
        self.late = self._late_peak()
        self.last = self.quantifiable[-1] if self.quantifiable else None
        self.first = self.quantifiable[0] if self.quantifiable else None
        self.zero_flag = Flag.NONE
        self.points = self._points()

    def _late_peak(self) -> tuple[int, Sample] | None:
        if not self.after_window:
            return None
        best = max(self.after_window, key=lambda p: (p[1].conc, -p[0]))
        # CHOICE: where nothing in the window is quantifiable there is no Cmax to be higher than, and the highest value is a late peak.
        return best if self.peak is None or best[1].c > self.peak[1].c else None

    def position(self, row: int, sample: Sample) -> str:
        if sample.time <= 0:
            return "pre_infusion"
        if self.first is None or self.last is None or row < self.first[0]:
            return "before_first"
        if row < self.last[0]:
            return "embedded"
        # CHOICE: the first trailing one is the first BLQ after the last quantifiable sample; a measured 0 in between is not BLQ.
        earlier = [i for i, s in self.post if s.blq and self.last[0] < i < row]
        return "later_trailing" if earlier else "first_trailing"

    def used(self, row: int, sample: Sample) -> Fraction | None:
        """The value a measured sample has in an area; None: left out."""
        if not sample.blq:
            return sample.c
        rule = self.rules.blq_rules[self.position(row, sample)]
        if rule == "missing":
            return None
        if rule in ("lloq", "lloq/2"):
            # CHOICE: where the limit is not known there is no such value.
            return None if sample.lloq is None else Fraction(sample.lloq) / (2 if rule == "lloq/2" else 1)
        return Fraction(float(rule))

    def _points(self) -> list[Point]:
        points = [self._at_zero()]
        for i, s in self.post:
            value = self.used(i, s)
            if value is not None:
                points.append(Point(s.t, value, i))
        return points

    def _at_zero(self) -> Point:
        before = [(i, s) for i, s in self.measured if -30 <= s.time <= 0]
        if before:
            row, sample = before[-1]
            value = self.used(row, sample)
            if value is not None:
                self.zero_flag = Flag.NONE if sample.time == 0 else Flag.PRE_INFUSION_USED_AT_ZERO
                return Point(Fraction(0), value, row)
        self.zero_flag = Flag.ASSUMED_ZERO_AT_INFUSION
        return Point(Fraction(0), Fraction(0), -1)

    # --- areas -------------------------------------------------------------------------------------------------------

    def is_log(self, a: Point, b: Point) -> bool:
        if a.c <= 0 or b.c <= 0 or a.c == b.c:
            return False
        if self.rules.auc_method == "lin-up-log-down":
            return b.c < a.c
        if self.rules.auc_method == "lin-log":
            # CHOICE: without a peak in the window there is no Tmax to change at: linear throughout.
            return self.peak is not None and a.t >= self.peak[1].t
        return False

    def segment(self, a: Point, b: Point, end: Fraction | None = None) -> Fraction:
        """The area from a to b, or to `end` between them; linear or log is chosen once, on the whole."""
        end = b.t if end is None else end
        share = (end - a.t) / (b.t - a.t)
        if not self.is_log(a, b):
            return (end - a.t) * (a.c + a.c + (b.c - a.c) * share) / 2
        fall = ln(a.c / b.c)
        at_end = b.c if share == 1 else a.c * exp(-fall * share)
        return (a.c - at_end) * (b.t - a.t) / fall

    def pieces(self, end: Fraction) -> list[Piece]:
        pieces = []
        for a, b in zip(self.points, self.points[1:], strict=False):
            if b.t <= end:
                pieces.append(Piece(self.segment(a, b)))
            elif a.t < end:
                pieces.append(Piece(self.segment(a, b, end), cut=True))
        return pieces

    def rows_to(self, end: Fraction) -> tuple[int, ...]:
        """The samples an area to `end` is made from: usable ones up to there, and the one that closes the cut segment."""
        rows = []
        for a in self.points:
            rows.append(a.row)
            if a.t >= end:
                break
        return tuple(r for r in rows if r >= 0)


def dominated(pieces: Sequence[Piece], total: Fraction) -> Flag:
    """CHOICE: the interval from the infusion to the first sample is one too."""
    return Flag.ONE_INTERVAL_DOMINATES if any(p.area * 2 > total for p in pieces) else Flag.NONE


def total_of(pieces: Sequence[Piece]) -> Fraction:
    return sum((p.area for p in pieces), Fraction(0))


@dataclass
class Terminal:
    line: Line | None
    reason: Reason
    flags: Flag = Flag.NONE
    removed: bool = False

    @property
    def rate(self) -> Fraction:
        assert self.line is not None
        return -self.line.slope

    @property
    def usable(self) -> bool:
        return self.line is not None and not self.removed


def terminal(profile: Profile, chosen: LambdaZPoints | None) -> Terminal:
    rules = profile.rules
    after = profile.late or profile.peak
    if after is None:
        return Terminal(None, Reason.NO_QUANTIFIABLE_SAMPLE)
    candidates = [(i, s) for i, s in profile.quantifiable if s.time > after[1].time]
    by_hand = Flag.NONE
    if chosen is not None:
        by_hand = Flag.LAMBDA_Z_POINTS_CHOSEN
        if chosen.times:
            # CHOICE: points named by hand may lie anywhere after the infusion.
            named = [(i, s) for i, s in profile.quantifiable if s.time in chosen.times]
            if len(named) < rules.lambda_z_min_points:
                return Terminal(None, Reason.TOO_FEW_POINTS)
            return judged(profile, fit(named), by_hand)
        candidates = [(i, s) for i, s in candidates if s.time not in chosen.drop_times]
    if len(candidates) < rules.lambda_z_min_points:
        return Terminal(None, Reason.TOO_FEW_POINTS)
    lines = [fit(candidates[-k:]) for k in range(rules.lambda_z_min_points, len(candidates) + 1)]
    # CHOICE: a window of equal values has no R² and is no candidate; where there is no other, the tail is flat.
    known = [line for line in lines if line is not None]
    if not known:
        return Terminal(None, Reason.FLAT_TAIL)
    best = max(line.r2adj for line in known)
    tolerance = Fraction(rules.lambda_z_r2adj_tolerance)
    return judged(profile, max((x for x in known if x.r2adj >= best - tolerance), key=lambda x: x.n), by_hand)


def judged(profile: Profile, line: Line | None, by_hand: Flag) -> Terminal:
    rules = profile.rules
    if line is None:
        return Terminal(None, Reason.FLAT_TAIL)
    if line.slope == 0:  # CHOICE: a level line is flat, whatever its points do
        return Terminal(None, Reason.FLAT_TAIL)
    if line.slope > 0:
        return Terminal(None, Reason.TERMINAL_PHASE_RISES)
    flags = by_hand
    if line.r2adj < Fraction(rules.lambda_z_r2adj_min):
        flags |= Flag.LAMBDA_Z_R2ADJ_LOW
    if span_of(profile, line) < Fraction(rules.lambda_z_span_min):
        flags |= Flag.LAMBDA_Z_SPAN_SHORT
    failed = bool(flags & (Flag.LAMBDA_Z_R2ADJ_LOW | Flag.LAMBDA_Z_SPAN_SHORT))
    return Terminal(line, Reason.NONE, flags, failed and rules.gate == "missing")


def span_of(profile: Profile, line: Line) -> Fraction:
    times = [profile.all[row][1].t for row in line.rows]
    return (times[-1] - times[0]) * -line.slope / LN2


# --- the whole -------------------------------------------------------------------------------------------------------


def analyse(
    samples: Sequence[Sample],
    rules: NcaRules | None = None,
    *,
    dose: float | None = None,
    ended_by_infusion: bool = False,
    chosen: LambdaZPoints | None = None,
) -> dict[str, Answer]:
    """Every parameter of one profile; samples sorted by time."""
    rules = rules or NcaRules()
    profile = Profile(samples, rules)
    names = parameter_names(rules)
    if not profile.measured:
        # CHOICE: where the plan took away every result there was, that is the reason.
        taken = any(s.excluded for _, s in profile.all)
        return dict.fromkeys(names, missing(Reason.EXCLUDED if taken else Reason.NO_MEASURED_SAMPLE))
    if not profile.post:
        return dict.fromkeys(names, missing(Reason.NO_SAMPLE_AFTER_INFUSION))
    answers: dict[str, Answer] = {}
    if not profile.quantifiable:
        answers |= dict.fromkeys(names, missing(Reason.NO_QUANTIFIABLE_SAMPLE))
        answers |= never(profile, ended_by_infusion)
    else:
        line = terminal(profile, chosen)
        answers |= exposure(profile)
        answers |= areas(profile)
        answers |= to_horizons(profile, line, ended_by_infusion)
        answers |= terminal_answers(profile, line)
        answers |= to_infinity(profile, line, answers["auc_last"])
        answers |= expansion(profile)
        answers |= contraction(profile)
        answers |= reexpansion(profile)
    answers |= by_dose(answers, rules, dose)
    assert set(answers) == set(names), set(answers) ^ set(names)
    return answers


def parameter_names(rules: NcaRules) -> list[str]:
    fixed = [
        "cmax",
        "tmax",
        "tmax_lower",
        "tmax_upper",
        "late_peak",
        "late_peak_time",
        "clast",
        "tlast",
        "tlag",
        "tfirst",
        "t_blq",
        "quantifiable_duration",
        "auc_last",
        "auc_all",
        "auc_inf_obs",
        "auc_inf_pred",
        "auc_pct_extrap_obs",
        "auc_pct_extrap_pred",
        "lambda_z",
        "half_life",
        "lambda_z_n",
        "lambda_z_lower",
        "lambda_z_upper",
        "span",
        "r2",
        "r2adj",
        "clast_pred",
        "expansion_rate",
        "expansion_n",
        "expansion_r2",
        "doubling_time",
        "fold_expansion",
        "contraction_half_life",
        "contraction_n",
        "contraction_r2",
        "n_peaks",
        "reexpansion_start",
        "reexpansion_peak_time",
        "reexpansion_fold",
        "cmax_dn",
    ]
    ends = ("", "_pct_interp", "_pct_extrap", "_dn")
    return [*fixed, *(f"auc_{name}{end}" for name in rules.horizons for end in ends)]


def never(profile: Profile, ended: bool) -> dict[str, Answer]:
    """Never quantifiable: 0 by definition, at a horizon only where it was followed there."""
    every = tuple(i for i, _ in profile.post)
    zero = Answer(Fraction(0), flags=Flag.NEVER_QUANTIFIABLE, rows=every)
    at_zero = tuple(p.row for p in profile.points[:1] if p.row >= 0)
    answers = {"cmax": zero, "n_peaks": zero}
    answers |= dict.fromkeys(("auc_last", "auc_all"), replace(zero, rows=at_zero + every))
    reach = profile.post[-1][1].t
    for name, days in profile.rules.horizons.items():
        reason = Reason.NONE
        if reach < days and ended:
            reason = Reason.COURSE_ENDED_BY_INFUSION
        elif reach < Fraction(days) - Fraction(profile.rules.window_of(name)):
            reason = Reason.SAMPLING_ENDS_BEFORE_HORIZON
        # CHOICE: the samples that show it are those up to the first at or after the horizon.
        beyond = [i for i, s in profile.post if s.time >= days]
        rows = at_zero + tuple(i for i in every if not beyond or i <= beyond[0])
        flags = zero.flags | (Flag.INTEGRATED_TO_ACTUAL_TIME if reach < days else Flag.NONE)
        here = Answer(zero.value, flags=flags, rows=rows) if reason is Reason.NONE else missing(reason)
        answers[f"auc_{name}"] = here
        # CHOICE: no part of an area of 0 is interpolated or extrapolated.
        answers |= {f"auc_{name}_pct_{x}": here for x in ("interp", "extrap")}
    return answers


def exposure(profile: Profile) -> dict[str, Answer]:
    answers = peak_answers(profile)
    assert profile.last is not None
    assert profile.first is not None
    (first_row, first), (last_row, last) = profile.first, profile.last
    before = [(i, s) for i, s in profile.post if i < first_row]
    after = [(i, s) for i, s in profile.post if i > last_row]
    answers["clast"] = Answer(last.c, rows=(last_row,))
    answers["tlast"] = Answer(last.t, rows=(last_row,))
    answers["tfirst"] = Answer(first.t, rows=(first_row,))
    answers["tlag"] = sample_before(profile, before)
    answers["t_blq"] = (
        Answer(after[0][1].t, rows=(after[0][0],)) if after else missing(Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE)
    )
    answers["quantifiable_duration"] = Answer(
        last.t - first.t, rows=tuple(i for i, _ in profile.post if first_row <= i <= last_row)
    )
    return answers


def sample_before(profile: Profile, before: Sequence[tuple[int, Sample]]) -> Answer:
    """Its time; with none after the infusion it is the infusion, known as well as time zero is."""
    if not before:
        return Answer(Fraction(0), flags=profile.zero_flag)
    row, sample = before[-1]
    return Answer(sample.t, rows=(row,))


def peak_answers(profile: Profile) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    if profile.peak is None:
        none = missing(Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW)
        answers |= dict.fromkeys(("cmax", "tmax", "tmax_lower", "tmax_upper"), none)
    else:
        row, peak = profile.peak
        ties = [i for i, s in profile.in_window if s.conc == peak.conc]
        before = [(i, s) for i, s in profile.post if i < row]
        after = [(i, s) for i, s in profile.post if i > ties[-1]]
        answers["cmax"] = Answer(peak.c, rows=(row,))
        answers["tmax"] = Answer(peak.t, rows=(row,))
        answers["tmax_lower"] = sample_before(profile, before)
        answers["tmax_upper"] = (
            Answer(after[0][1].t, rows=(after[0][0],)) if after else missing(Reason.PEAK_AT_LAST_SAMPLE)
        )
    if profile.late is None:
        answers |= dict.fromkeys(("late_peak", "late_peak_time"), missing(Reason.NO_LATE_PEAK))
    else:
        row, late = profile.late
        answers["late_peak"] = Answer(late.c, rows=(row,))
        answers["late_peak_time"] = Answer(late.t, rows=(row,))
    return answers


def areas(profile: Profile) -> dict[str, Answer]:
    assert profile.last is not None
    answers = {}
    end_of_samples = profile.post[-1][1].t
    for name, end in (("auc_last", profile.last[1].t), ("auc_all", end_of_samples)):
        pieces = profile.pieces(end)
        total = total_of(pieces)
        flags = profile.zero_flag | dominated(pieces, total)
        # CHOICE: where the rule leaves the trailing samples out, AUCall ends with the last usable one and assumes nothing.
        answers[name] = Answer(total, flags=flags, rows=profile.rows_to(end))
    return answers


def to_horizons(profile: Profile, line: Terminal, ended: bool) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for name, days in profile.rules.horizons.items():
        area, interp, extrap = to_horizon(profile, line, ended, name, Fraction(days))
        answers[f"auc_{name}"] = area
        for kind, part in (("interp", interp), ("extrap", extrap)):
            if area.value is None:
                answers[f"auc_{name}_pct_{kind}"] = area
            else:
                share = 100 * part / area.value if area.value else Fraction(0)
                answers[f"auc_{name}_pct_{kind}"] = Answer(share, flags=area.flags, rows=area.rows)
    return answers


def to_horizon(
    profile: Profile, line: Terminal, ended: bool, name: str, day: Fraction
) -> tuple[Answer, Fraction, Fraction]:
    assert profile.last is not None
    rules = profile.rules
    _, end_sample = profile.post[-1]
    reach = end_sample.t
    nothing = Fraction(0)
    if reach < day and ended:
        return missing(Reason.COURSE_ENDED_BY_INFUSION), nothing, nothing
    flags = profile.zero_flag
    if reach >= day:  # rule 1
        pieces = profile.pieces(day)
        if profile.points[-1].t < day:
            flags |= Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE
        elif pieces and pieces[-1].cut:
            flags |= Flag.INTERPOLATED
        cut = pieces[-1].area if pieces and pieces[-1].cut else nothing
        total = total_of(pieces)
        flags |= dominated(pieces, total)
        return Answer(total, flags=flags, rows=profile.rows_to(day)), cut, nothing
    pieces = profile.pieces(reach)
    total = total_of(pieces)
    flags |= dominated(pieces, total)
    rows = profile.rows_to(reach)
    # CHOICE: a measured 0 at the end is as good as a BLQ: the curve has come down.
    if not end_sample.quantifiable:  # rule 2
        return Answer(total, flags=flags | Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE, rows=rows), nothing, nothing
    if rules.end_rule == "extrapolate":
        if not line.usable:
            reason = Reason.GATE_FAILED if line.removed else Reason.NO_TERMINAL_SLOPE
            return missing(reason), nothing, nothing
        tail = end_sample.c / line.rate * (1 - exp(-line.rate * (day - reach)))
        whole = total + tail
        flags = profile.zero_flag | dominated(pieces, whole) | Flag.EXTRAPOLATED | line.flags
        return Answer(whole, flags=flags, rows=rows), nothing, tail
    if reach >= day - Fraction(rules.window_of(name)):  # rule 3
        return Answer(total, flags=flags | Flag.INTEGRATED_TO_ACTUAL_TIME, rows=rows), nothing, nothing
    return missing(Reason.SAMPLING_ENDS_BEFORE_HORIZON), nothing, nothing


TERMINAL_NAMES = (
    "lambda_z",
    "half_life",
    "clast_pred",
    "lambda_z_n",
    "lambda_z_lower",
    "lambda_z_upper",
    "span",
    "r2",
    "r2adj",
)


def terminal_answers(profile: Profile, found: Terminal) -> dict[str, Answer]:
    line = found.line
    if line is None:
        return dict.fromkeys(TERMINAL_NAMES, missing(found.reason))
    assert profile.last is not None
    times = [profile.all[row][1].t for row in line.rows]
    values = {
        "lambda_z": found.rate,
        "half_life": LN2 / found.rate,
        "clast_pred": exp(line.intercept + line.slope * profile.last[1].t),
        "lambda_z_n": Fraction(line.n),
        "lambda_z_lower": times[0],
        "lambda_z_upper": times[-1],
        "span": span_of(profile, line),
        "r2": line.r2,
        "r2adj": line.r2adj,
    }
    # CHOICE: flags stand on what is reported; n, limits, span, R² are the very numbers the gates judge.
    judged_names = ("lambda_z", "half_life", "clast_pred")
    answers = {
        name: Answer(v, flags=found.flags if name in judged_names else Flag.NONE, rows=tuple(line.rows))
        for name, v in values.items()
    }
    if found.removed:
        # CHOICE: what the gate judges stays readable; what would be reported goes.
        answers |= dict.fromkeys(judged_names, missing(Reason.GATE_FAILED))
    return answers


def to_infinity(profile: Profile, found: Terminal, last: Answer) -> dict[str, Answer]:
    names = ("auc_inf_obs", "auc_inf_pred", "auc_pct_extrap_obs", "auc_pct_extrap_pred")
    if not found.usable:
        return dict.fromkeys(names, missing(Reason.GATE_FAILED if found.removed else Reason.NO_TERMINAL_SLOPE))
    assert profile.last is not None
    assert found.line is not None
    assert last.value is not None
    predicted = exp(found.line.intercept + found.line.slope * profile.last[1].t)
    answers = {}
    for kind, clast in (("obs", profile.last[1].c), ("pred", predicted)):
        tail = clast / found.rate
        whole = last.value + tail
        share = 100 * tail / whole
        high = share > Fraction(profile.rules.auc_extrap_max_pct)
        flags = profile.zero_flag | found.flags | (Flag.AUC_EXTRAP_HIGH if high else Flag.NONE)
        area = Answer(whole, flags=flags, rows=last.rows)
        answers[f"auc_inf_{kind}"] = missing(Reason.GATE_FAILED) if high and profile.rules.gate == "missing" else area
        answers[f"auc_pct_extrap_{kind}"] = Answer(share, flags=flags, rows=last.rows)
    return answers


def run_from_peak(
    profile: Profile, step: int, goes_on: Callable[[Fraction, Fraction], bool]
) -> list[tuple[int, Sample]]:
    """Neighbouring measured samples from the peak on (or back), while all are quantifiable and go on in order."""
    assert profile.peak is not None
    at = [i for i, _ in profile.post].index(profile.peak[0])
    run = [profile.peak]
    at += step
    while 0 <= at < len(profile.post):
        here = profile.post[at]
        if not here[1].quantifiable or not goes_on(run[-1][1].c, here[1].c):
            break
        run.append(here)
        at += step
    return run


def length(name: str, run: Sequence[tuple[int, Sample]]) -> dict[str, Answer]:
    """CHOICE: how long a run is can be said of a short one too."""
    return {name: Answer(Fraction(len(run)), rows=tuple(row for row, _ in run))}


def expansion(profile: Profile) -> dict[str, Answer]:
    names = ("expansion_rate", "expansion_n", "expansion_r2", "doubling_time", "fold_expansion")
    if profile.peak is None:
        return dict.fromkeys(names, missing(Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW))
    run = run_from_peak(profile, -1, lambda later, earlier: earlier < later)[::-1]
    line = fit(run) if len(run) >= 2 else None
    if line is None:
        return dict.fromkeys(names, missing(Reason.TOO_FEW_POINTS)) | length("expansion_n", run)
    values = (line.slope, Fraction(line.n), line.r2, LN2 / line.slope, run[-1][1].c / run[0][1].c)
    return {name: Answer(value, rows=tuple(line.rows)) for name, value in zip(names, values, strict=True)}


def contraction(profile: Profile) -> dict[str, Answer]:
    names = ("contraction_half_life", "contraction_n", "contraction_r2")
    if profile.peak is None:
        return dict.fromkeys(names, missing(Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW))
    run = run_from_peak(profile, 1, lambda earlier, later: later < earlier)
    line = fit(run) if len(run) >= 3 else None
    if line is None:
        return dict.fromkeys(names, missing(Reason.TOO_FEW_POINTS)) | length("contraction_n", run)
    values = (LN2 / -line.slope, Fraction(line.n), line.r2)
    return {name: Answer(value, rows=tuple(line.rows)) for name, value in zip(names, values, strict=True)}


@dataclass
class Rise:
    start: tuple[int, Sample]
    peak: tuple[int, Sample]
    trough: Fraction
    trough_row: int
    confirmed: bool

    @property
    def fold(self) -> float:
        return math.inf if self.trough == 0 else float(self.peak[1].c / self.trough)


def low_of(sample: Sample) -> Fraction | None:
    """What a sample counts as in a trough: its value, a BLQ its limit (CHOICE: without a limit it counts as nothing)."""
    if not sample.blq:
        return sample.c
    return None if sample.lloq is None else Fraction(sample.lloq)


def rises_of(profile: Profile) -> list[Rise]:
    """CHOICE: "the next such fall" is a sample at or below the rise's peak divided by the fold."""
    assert profile.peak is not None
    fold = Fraction(profile.rules.reexpansion_fold)
    course = [p for p in profile.post if p[0] > profile.peak[0]]
    low, low_row = profile.peak[1].c, profile.peak[0]
    rises: list[Rise] = []
    rising: Rise | None = None
    for at, (row, s) in enumerate(course):
        value = low_of(s)
        if value is None:
            continue
        if rising is not None:
            if s.quantifiable and s.c > rising.peak[1].c:
                rising.peak = (row, s)
            elif value * fold <= rising.peak[1].c:
                rising, low, low_row = None, value, row
            continue
        if shows(s, low * fold):
            following = course[at + 1][1] if at + 1 < len(course) else None
            rising = Rise((row, s), (row, s), low, low_row, following is not None and shows(following, low * fold))
            rises.append(rising)
        elif value < low:
            low, low_row = value, row
    return rises


def shows(sample: Sample, level: Fraction) -> bool:
    """Quantifiable, at or above `level`, and above its own limit."""
    return sample.quantifiable and sample.c >= level and (sample.lloq is None or sample.c > Fraction(sample.lloq))


def reexpansion(profile: Profile) -> dict[str, Answer]:
    names = ("reexpansion_start", "reexpansion_peak_time", "reexpansion_fold")
    if profile.peak is None:
        return dict.fromkeys(("n_peaks", *names), missing(Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW))
    rises = rises_of(profile)
    course = tuple(i for i, _ in profile.post if i >= profile.peak[0])
    if not rises:
        return {"n_peaks": Answer(Fraction(1), rows=course), **dict.fromkeys(names, missing(Reason.NO_REEXPANSION))}
    largest = max(rises, key=lambda r: r.fold)
    flag = Flag.REEXPANSION_CONFIRMED if largest.confirmed else Flag.REEXPANSION_OBSERVED
    rows = tuple(i for i, _ in profile.post if largest.trough_row <= i <= largest.peak[0])
    fold = missing(Reason.TROUGH_IS_ZERO)
    if largest.trough > 0:
        fold = Answer(largest.peak[1].c / largest.trough, flags=flag, rows=rows)
    return {
        "n_peaks": Answer(Fraction(1 + len(rises)), flags=flag, rows=course),
        "reexpansion_start": Answer(largest.start[1].t, flags=flag, rows=(largest.start[0],)),
        "reexpansion_peak_time": Answer(largest.peak[1].t, flags=flag, rows=rows),
        "reexpansion_fold": fold,
    }


def by_dose(answers: dict[str, Answer], rules: NcaRules, dose: float | None) -> dict[str, Answer]:
    divided = {}
    for name in ("cmax", *(f"auc_{h}" for h in rules.horizons)):
        source = answers[name]
        if source.value is None:
            divided[f"{name}_dn"] = source  # CHOICE: said first, dose or not
        elif dose is None:
            divided[f"{name}_dn"] = missing(Reason.NO_DOSE)
        else:
            divided[f"{name}_dn"] = Answer(source.value / Fraction(dose), flags=source.flags, rows=source.rows)
    return divided
