"""What the analyst decided about model fits: `FitRules`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cartpk.errors import RulesError
from cartpk.language import Phrase, phrase

__all__ = ["NAMED_PRIORS", "FitRules", "ParameterRule", "Prior"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal penalty on the scale a parameter is searched on: its centre, and its width there (1 is e-fold)."""

    value: float
    sd: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and math.isfinite(self.sd) and self.sd > 0):
            raise RulesError(
                f"a prior at {self.value!r} with a width of {self.sd!r}: give a number, and a width above 0"
            )


_WIDTH, _TMAX_WIDTH, _LAG_WIDTH = 1.0, 3.0, 1.5
_STEIN = {"foldx": 3900.0, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032}
NAMED_PRIORS: Mapping[str, Mapping[str, Prior]] = MappingProxyType(
    {
        "stein-2019": {**{n: Prior(v, _WIDTH) for n, v in _STEIN.items()}, "tmax": Prior(9.3, _TMAX_WIDTH)},
        "ogasawara-2021": {
            "tlag": Prior(3.27, _LAG_WIDTH),
            "doubling_time": Prior(0.755, _WIDTH),
            "tmax": Prior(9.29, _TMAX_WIDTH),
            "alpha": Prior(math.log(2) / 5.00, _WIDTH),
            "beta": Prior(math.log(2) / 352, _WIDTH),
        },
    }
)
"""Typical values of published populations. The widths are ours: a factor of e (2.7) each way, three days for Tmax,
one and a half for the lag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRule:
    """What the plan says about one parameter of a model.

    Attributes:
        fixed: the value it is held at.
        free: whether it is freed where the model holds it.
        min, max: limits instead of the model's.
        prior: draws it towards a value: a name of `NAMED_PRIORS`, or a `Prior`.
        shared: a column of the covariates: profiles of one assay with the same entry there have one common value.
    """

    fixed: float | None = None
    free: bool = False
    min: float | None = None
    max: float | None = None
    prior: str | Prior | None = None
    shared: str | None = None

    def __post_init__(self) -> None:
        others = (self.min, self.max, self.prior, self.shared)
        if self.fixed is not None and (self.free or any(other is not None for other in others)):
            raise RulesError("a fixed parameter is not free, has no limits and no prior, and is not shared")
        if self.min is not None and self.max is not None and not self.min < self.max:
            raise RulesError(f"min {self.min:g} is not below max {self.max:g}")
        if isinstance(self.prior, str) and self.prior not in NAMED_PRIORS:
            raise RulesError(f"prior is {self.prior!r}, not one of {', '.join(NAMED_PRIORS)}")

    def prior_of(self, name: str) -> Prior | None:
        """The prior of the parameter `name`; `RulesError` where the named one says nothing of it."""
        if not isinstance(self.prior, str):
            return self.prior
        known = NAMED_PRIORS[self.prior]
        if name not in known:
            raise RulesError(f"{name}: prior {self.prior!r} has {', '.join(known)} alone")
        return known[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRules:
    """The decisions of a model fit.

    Attributes:
        parameters: model -> parameter -> `ParameterRule`.
        starts: how many starts each search has.
        rse_max_pct: an estimate whose relative standard error is above is not estimable.
        agree_min: share of the starts that must end at the best fit.
        level: of intervals.
    """

    parameters: Mapping[str, Mapping[str, ParameterRule]] = field(default_factory=dict)
    starts: int = 6
    rse_max_pct: float = 100.0
    agree_min: float = 0.5
    level: float = 0.95

    def __post_init__(self) -> None:
        problems = []
        if not isinstance(self.starts, int) or isinstance(self.starts, bool) or not 1 <= self.starts <= 1000:
            problems.append(f"starts is {self.starts!r}, not a whole number from 1 to 1000")
        if not 0 < self.rse_max_pct < math.inf:
            problems.append(f"rse_max_pct is {self.rse_max_pct!r}, not a number above 0")
        if not 0 <= self.agree_min <= 1:
            problems.append(f"agree_min is {self.agree_min!r}, not between 0 and 1")
        if not 0 < self.level < 1:
            problems.append(f"level is {self.level!r}, not between 0 and 1")
        if problems:
            raise RulesError("; ".join(problems))

    def of(self, model: str) -> Mapping[str, ParameterRule]:
        """The rules of one model's parameters."""
        return self.parameters.get(model, {})

    def sentences(self, model: str) -> tuple[Phrase, ...]:
        """The rules of one model in words, one sentence each, to be said in the language of the report."""
        return (
            phrase("Residuals are normal on the log scale; results below the limit are left-censored at their own limit."),
            phrase(
                "Each search has {starts} starts, of which a share of {share} must end at the best fit.",
                starts=self.starts, share=f"{self.agree_min:g}",
            ),
            phrase(
                "Intervals cover {level} %, by Student's t with as many degrees of freedom as there are quantifiable"
                " samples beyond parameters.",
                level=f"{100 * self.level:g}",
            ),
            phrase(
                "A value whose relative standard error is above {rse} %, which lies at a limit, or whose interval by profile"
                " likelihood has no end, is not given.",
                rse=f"{self.rse_max_pct:g}",
            ),
            *(sentence for name, rule in self.of(model).items() for sentence in _said(name, rule)),
        )  # fmt: skip


def _said(name: str, rule: ParameterRule) -> list[Phrase]:
    said = []
    if rule.fixed is not None:
        said.append(phrase("{name} is held at {value}.", name=name, value=f"{rule.fixed:g}"))
    if rule.free:
        said.append(phrase("{name} is freed.", name=name))
    low, high = (("" if v is None else f"{v:g}") for v in (rule.min, rule.max))
    if low or high:
        said.append(phrase(_SEARCHED[bool(low), bool(high)], name=name, low=low, high=high))
    prior = rule.prior_of(name)
    if prior is not None:
        of = phrase(" ({name})", name=rule.prior) if isinstance(rule.prior, str) else ""
        said.append(
            phrase(
                "{name} is drawn towards {value}{of} with a width of {width} on its search scale.",
                name=name, value=f"{prior.value:g}", of=of, width=f"{prior.sd:g}",
            )
        )  # fmt: skip
    if rule.shared:
        said.append(phrase("{name} is common to profiles with the same {column}.", name=name, column=rule.shared))
    return said


_SEARCHED = {
    (True, True): "{name} is searched from {low} to {high}.",
    (True, False): "{name} is searched from {low}.",
    (False, True): "{name} is searched to {high}.",
}
