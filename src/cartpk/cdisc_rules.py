"""What a plan says about CDISC data sets: `CdiscRules`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cartpk.errors import RulesError

__all__ = ["FLOW_DOMAINS", "CdiscRules"]

FLOW_DOMAINS = ("PC", "CP")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,7}", re.ASCII)
_MOST_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CdiscRules:
    """How the data sets are made; an impossible value raises `RulesError`.

    Attributes:
        studyid: the study's identifier; blank: ``study`` of the plan's ``[report]``.
        flow_domain: where results in cells and percent go, ``PC`` or ``CP``; copies go to PC.
        values: our column -> {text as received: ASCII text for the data sets}.
        names: our column -> name of its variable in the ADaM data sets.
    """

    studyid: str = ""
    flow_domain: str = "PC"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        problems = []
        if self.flow_domain not in FLOW_DOMAINS:
            problems.append(f"flow_domain is {self.flow_domain!r}, not PC or CP")
        if self.studyid and not _can_stand(self.studyid):
            problems.append(f"studyid is {self.studyid!r}, not {_WHAT_CAN_STAND}")
        for column, words in self.values.items():
            wrong = sorted({text for text in words.values() if not _can_stand(text)})
            problems += [f"values has {text!r} for {column!r}, which is not {_WHAT_CAN_STAND}" for text in wrong]
        for column, name in self.names.items():
            if not _VARIABLE.fullmatch(name):
                problems.append(
                    f"names has {name!r} for {column!r}; a variable has at most 8 capital letters, digits and _"
                )
        if problems:
            raise RulesError("; ".join(problems))


_WHAT_CAN_STAND = f"plain ASCII text of 1 to {_MOST_LETTERS} letters without blanks around it"


def _can_stand(text: str) -> bool:
    """Whether a text can stand in a transport file as it is."""
    return text.isascii() and text.isprintable() and text == text.strip() and 1 <= len(text) <= _MOST_LETTERS
