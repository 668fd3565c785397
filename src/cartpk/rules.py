"""What the analyst decided: `NcaRules`, each field with its sentence.

It stands low in the house, since checks, results, summaries and the plan
speak of the rules as much as the analysis does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from cartpk.errors import RulesError
from cartpk.language import Phrase, phrase

__all__ = [
    "AUC_METHODS",
    "BLQ_POSITIONS",
    "BLQ_PRESETS",
    "AucMethod",
    "BlqRule",
    "LambdaZPoints",
    "NcaRules",
]

AucMethod = Literal["linear", "lin-up-log-down", "lin-log"]
AUC_METHODS: tuple[AucMethod, ...] = ("linear", "lin-up-log-down", "lin-log")

RuleSubject = Literal[
    "areas", "below the limit", "horizons", "peak", "terminal line", "gates", "re-expansion", "points by hand"
]
"""What a sentence of the rules is about."""

BlqRule = float | Literal["lloq", "lloq/2", "missing"]
BLQ_POSITIONS = ("pre_infusion", "before_first", "embedded", "first_trailing", "later_trailing")
BLQ_PRESETS: Mapping[str, Mapping[str, BlqRule]] = MappingProxyType(
    {
        "cartpk": dict(zip(BLQ_POSITIONS, (0.0, 0.0, "missing", 0.0, 0.0), strict=True)),
        "all-zero": dict.fromkeys(BLQ_POSITIONS, 0.0),
        "half-lloq": dict(zip(BLQ_POSITIONS, (0.0, 0.0, "lloq/2", "lloq/2", "missing"), strict=True)),
        "missing": dict.fromkeys(BLQ_POSITIONS, "missing"),
    }
)
"""The named sets of five rules, one for each position of a BLQ sample."""

DEFAULT_HORIZONS = MappingProxyType({"0_28": 28.0, "0_m3": 90.0})
_DEFAULT_WINDOWS = {"0_28": 3.0, "0_m3": 7.0}


@dataclass(frozen=True, slots=True)
class LambdaZPoints:
    """The points of one profile's terminal line, chosen (`times`) or left out (`drop_times`) by hand, with the reason."""

    subject_id: str
    assay: str
    times: tuple[float, ...] = ()
    drop_times: tuple[float, ...] = ()
    reason: str = ""
    infusion: int | None = None
    matrix: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", tuple(float(t) for t in self.times))
        object.__setattr__(self, "drop_times", tuple(float(t) for t in self.drop_times))
        if bool(self.times) == bool(self.drop_times):
            raise RulesError(
                f"lambda_z_points for subject {self.subject_id!r}: give either times or drop_times, one of the two"
            )
        if self.times and len(set(self.times)) < 3:
            raise RulesError(f"lambda_z_points for subject {self.subject_id!r}: a line needs at least 3 times")
        if not self.reason.strip():
            raise RulesError(f"lambda_z_points for subject {self.subject_id!r}: give the reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class NcaRules:
    """The decisions of a noncompartmental analysis; a wrong one raises `RulesError`.

    Attributes:
        auc_method: trapezoid rule.
        blq: name of a preset of `BLQ_PRESETS`, or a mapping of the five positions to 0 (any number),
            ``"lloq"``, ``"lloq/2"`` or ``"missing"``; positions not named follow the preset ``cartpk``.
        horizons: name -> days after the infusion; `auc_NAME` is the area from 0 to there.
        peak_window: days after the infusion in which the peak is looked for; None: the horizon ``0_m3``
            (90 days where no horizon has that name).
        visit_window: days before a horizon in which a last sample counts as that visit: one number, a mapping
            by horizon, or None for 3 (``0_28``), 7 (``0_m3``) and a tenth of any other horizon.
        end_rule: what to do where sampling ends before a horizon with a quantifiable value.
        lambda_z_min_points: fewest points of a terminal line (at least 3).
        lambda_z_r2adj_tolerance: the longest window within this of the best adjusted R² is taken.
        lambda_z_r2adj_min, lambda_z_span_min, auc_extrap_max_pct: the quality gates.
        gate: whether a failed gate flags a value or removes it.
        lambda_z_points: terminal points chosen by hand.
        reexpansion_fold: how many times the running minimum a sample must reach to start a re-expansion.
    """

    auc_method: AucMethod = "linear"
    blq: str | Mapping[str, BlqRule] = "cartpk"
    horizons: Mapping[str, float] = field(default_factory=lambda: DEFAULT_HORIZONS)
    peak_window: float | None = None
    visit_window: float | Mapping[str, float] | None = None
    end_rule: Literal["observed", "extrapolate"] = "observed"
    lambda_z_min_points: int = 3
    lambda_z_r2adj_tolerance: float = 1e-4
    lambda_z_r2adj_min: float = 0.8
    lambda_z_span_min: float = 2.0
    auc_extrap_max_pct: float = 20.0
    gate: Literal["flag", "missing"] = "flag"
    lambda_z_points: tuple[LambdaZPoints, ...] = ()
    reexpansion_fold: float = 2.0

    def __post_init__(self) -> None:
        if not isinstance(self.horizons, Mapping):
            raise RulesError(f"horizons is {self.horizons!r}, not a mapping of names to days")
        problems = [*self._word_problems(), *self._number_problems(), *self._blq_problems()]
        if not all(isinstance(points, LambdaZPoints) for points in self.lambda_z_points):
            problems.append("lambda_z_points takes LambdaZPoints(subject_id, assay, times=..., reason=...)")
        if problems:
            raise RulesError("; ".join(problems))
        freeze = object.__setattr__
        freeze(self, "horizons", MappingProxyType({n: float(d) for n, d in self.horizons.items()}))
        freeze(self, "lambda_z_points", tuple(self.lambda_z_points))
        if isinstance(self.blq, Mapping):
            freeze(self, "blq", MappingProxyType(dict(self.blq)))
        if isinstance(self.visit_window, Mapping):
            freeze(self, "visit_window", MappingProxyType(dict(self.visit_window)))

    def _word_problems(self) -> list[str]:
        words = {
            "auc_method": AUC_METHODS,
            "end_rule": ("observed", "extrapolate"),
            "gate": ("flag", "missing"),
        }
        return [
            f"{name} is {value!r}, not one of {', '.join(allowed)}"
            for name, allowed in words.items()
            if (value := getattr(self, name)) not in allowed
        ]

    def _number_problems(self) -> list[str]:
        problems = []
        for name, days in self.horizons.items():
            if not isinstance(name, str):
                problems.append(f"horizon {name!r}: a name is like 0_m6 (0_, then small letters and digits)")
                continue
            if not re.fullmatch(r"0_[a-z0-9_]{1,20}", name) or name.endswith(_RESERVED_ENDINGS):
                problems.append(f"horizon {name!r}: a name is like 0_m6 (0_, then small letters and digits)")
            if not _is_number(days) or not 0 < days < math.inf:
                problems.append(f"horizon {name!r} is {days!r}, not a number of days above 0")
            elif (day := re.fullmatch(r"0_([0-9]+)", name)) and int(day[1]) != days:
                problems.append(f"horizon {name!r} is {days:g} days: name it 0_{days:g}, or give it {day[1]} days")
        given = self.visit_window
        windows: Mapping[str, float | None] = given if isinstance(given, Mapping) else {"": given}
        for name, window in windows.items():
            if window is not None and (not _is_number(window) or not 0 <= window < math.inf):
                problems.append(f"visit_window {name} is {window!r}, not a number of days".replace("  ", " "))
            if name and name not in self.horizons:
                problems.append(f"visit_window names the horizon {name!r}, which is not there")
        if self.peak_window is not None and (not _is_number(self.peak_window) or not self.peak_window > 0):
            problems.append(f"peak_window is {self.peak_window!r}, not a number of days above 0")
        if not isinstance(self.lambda_z_min_points, int) or self.lambda_z_min_points < 3:
            problems.append(f"lambda_z_min_points is {self.lambda_z_min_points!r}; a line needs at least 3")
        bounds = {
            "lambda_z_r2adj_tolerance": (0.0, 1.0),
            "lambda_z_r2adj_min": (-math.inf, 1.0),
            "lambda_z_span_min": (0.0, math.inf),
            "auc_extrap_max_pct": (0.0, 100.0),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not _is_number(value) or not low <= value <= high:
                problems.append(f"{name} is {value!r}, not between {low:g} and {high:g}")
        if not _is_number(self.reexpansion_fold) or not 1 < self.reexpansion_fold < math.inf:
            problems.append(f"reexpansion_fold is {self.reexpansion_fold!r}, not a number above 1")
        return problems

    def _blq_problems(self) -> list[str]:
        if not isinstance(self.blq, str | Mapping):
            return [f"blq is {self.blq!r}, not the name of a preset or a mapping of positions"]
        if isinstance(self.blq, str):
            known = ", ".join(BLQ_PRESETS)
            return [] if self.blq in BLQ_PRESETS else [f"blq is {self.blq!r}, not one of {known}"]
        problems = []
        for position, rule in self.blq.items():
            if position not in BLQ_POSITIONS:
                problems.append(f"blq names {position!r}, not one of {', '.join(BLQ_POSITIONS)}")
            if rule not in ("lloq", "lloq/2", "missing") and not (_is_number(rule) and 0 <= rule < math.inf):  # type: ignore[operator]
                problems.append(f"blq {position} is {rule!r}, not a number, lloq, lloq/2 or missing")
        return problems

    @property
    def blq_rules(self) -> dict[str, BlqRule]:
        """The rule of each of the five positions."""
        if isinstance(self.blq, str):
            return dict(BLQ_PRESETS[self.blq])
        return {**BLQ_PRESETS["cartpk"], **self.blq}

    @property
    def blq_name(self) -> str:
        """The preset's name, or ``custom``."""
        return self.blq if isinstance(self.blq, str) else "custom"

    @property
    def peak_window_days(self) -> float:
        """The end of the peak window, in days after the infusion."""
        if self.peak_window is not None:
            return float(self.peak_window)
        return self.horizons.get("0_m3", DEFAULT_HORIZONS["0_m3"])

    def window_of(self, horizon: str) -> float:
        """The visit window before a horizon, in days."""
        default = _DEFAULT_WINDOWS.get(horizon, self.horizons[horizon] / 10)
        if isinstance(self.visit_window, Mapping):
            return float(self.visit_window.get(horizon, default))
        return default if self.visit_window is None else float(self.visit_window)

    def sentences(self, *about: RuleSubject) -> tuple[Phrase, ...]:
        """The rules in words, one sentence each: the footnotes of every table, to be said in its language.

        Args:
            about: the subjects whose sentences are wanted; none: all of them.
        """
        return tuple(sentence for subject, sentence in self._sentences() if not about or subject in about)

    def _sentences(self) -> Iterator[tuple[RuleSubject, Phrase]]:
        yield "areas", phrase(_METHODS[self.auc_method])
        yield "below the limit", phrase(
            "Results below the limit of quantification (rule {name}): {positions}.",
            name=self.blq_name, positions=self._positions(),
        )  # fmt: skip
        yield from (("horizons", sentence) for sentence in self._horizons())
        yield (
            "peak",
            phrase(
                "Cmax and Tmax are the highest quantifiable value in the first {days} days and its time.",
                days=f"{self.peak_window_days:g}",
            ),
        )
        yield "terminal line", phrase(
            "λz by least squares of the logarithm on at least {n} quantifiable samples after Tmax; the number of points"
            " gives the highest adjusted R², the largest number within {tolerance} of it.",
            n=self.lambda_z_min_points, tolerance=f"{self.lambda_z_r2adj_tolerance:g}",
        )  # fmt: skip
        yield "gates", phrase(
            _GATES[self.gate], r2=f"{self.lambda_z_r2adj_min:g}", span=f"{self.lambda_z_span_min:g}",
            share=f"{self.auc_extrap_max_pct:g}",
        )  # fmt: skip
        yield (
            "re-expansion",
            phrase(
                "A re-expansion starts where a sample reaches {fold} times the lowest value since the peak.",
                fold=f"{self.reexpansion_fold:g}",
            ),
        )
        for p in self.lambda_z_points:
            words = phrase(_BY_HAND[bool(p.times)], subject=p.subject_id, assay=p.assay, reason=p.reason)
            yield "points by hand", words

    def _positions(self) -> tuple[Phrase, ...]:
        return tuple(phrase(_POSITIONS[p], rule=_rule_word(r)) for p, r in self.blq_rules.items())

    def _horizons(self) -> list[Phrase]:
        """The sentence on horizons, where there are any."""
        each = tuple(
            phrase("{name} to day {day} (visit window {window} d)", name=n.replace("_", "-").upper(), day=f"{d:g}", window=f"{self.window_of(n):g}")
            for n, d in self.horizons.items()
        )  # fmt: skip
        return [phrase(_ENDS[self.end_rule], horizons=each)] if each else []


_RESERVED_ENDINGS = ("_pct_interp", "_pct_extrap", "_dn")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


_METHODS = {
    "linear": "Areas by the linear trapezoidal rule.",
    "lin-up-log-down": "Areas by linear trapezoids where values rise and logarithmic ones where they fall.",
    "lin-log": "Areas by linear trapezoids to Tmax and logarithmic ones after it.",
}
_POSITIONS = {
    "pre_infusion": "pre infusion {rule}",
    "before_first": "before first {rule}",
    "embedded": "embedded {rule}",
    "first_trailing": "first trailing {rule}",
    "later_trailing": "later trailing {rule}",
}
_ENDS = {
    "observed": "Horizons: {horizons}; no area is given where sampling ends earlier with a quantifiable value.",
    "extrapolate": "Horizons: {horizons}; where sampling ends earlier with a quantifiable value the area is extrapolated with λz.",
}
_GATES = {
    "flag": "Values are flagged where the adjusted R² is below {r2}, the span below {span} half-lives,"
    " or more than {share} % of AUCinf is extrapolated.",
    "missing": "Values are removed where the adjusted R² is below {r2}, the span below {span} half-lives,"
    " or more than {share} % of AUCinf is extrapolated.",
}
_BY_HAND = {
    True: "Terminal points of {subject} ({assay}) chosen by hand: {reason}.",
    False: "Terminal points of {subject} ({assay}) left out by hand: {reason}.",
}


def _rule_word(rule: BlqRule) -> Phrase:
    words = {"lloq": "LLOQ", "lloq/2": "LLOQ/2", "missing": "missing"}
    return phrase(words[rule] if isinstance(rule, str) else f"{rule:g}")
