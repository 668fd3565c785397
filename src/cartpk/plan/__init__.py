"""A run as typed data: what to read, what to leave out, how to compute, what to write.

A plan is written as TOML (docs/plan.md lists every key). A flag of the command
line beats the plan, the plan beats the default, and the plan as used is
written beside the results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import PlanError, RulesError, UsageError
from cartpk.input_rules import InputRules
from cartpk.language import LANGUAGES, say
from cartpk.plan.models import ModelRules
from cartpk.rules import NcaRules
from cartpk.samples import Exclusion

__all__ = [
    "FIGURES",
    "FIGURE_FORMATS",
    "FORMATS",
    "NUMBERING",
    "PAGES",
    "USUAL_FORMATS",
    "ModelRules",
    "Plan",
    "ReportRules",
]

OUR_TITLE = "CAR-T cellular kinetics"
FORMATS = ("csv", "html", "xlsx", "rtf", "docx", "xpt")
USUAL_FORMATS = ("csv", "html", "xlsx")
FIGURES = ("all", "cohort", "none")
PAGES = ("letter", "a4")
FIGURE_FORMATS = ("png", "svg", "pdf")
NUMBERING: Mapping[str, str] = MappingProxyType({"tables": "14.2", "figures": "14.2", "listings": "16.2"})
"""What the numbers of each kind of output begin with."""
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRules:
    """What is written, and under which name; an impossible value raises `RulesError`.

    Attributes:
        study, title, population: words for the head of the report and the tables.
        by: groupings of the summaries, each a column or several joined by a comma (``"dose_level,sex"``);
            None: ``dose_level`` where the data have it.
        formats: what tables and pages are written as, of `FORMATS`.
        figures: ``all``, ``cohort`` (none of single subjects) or ``none``.
        figure_format: what figures are saved as, of `FIGURE_FORMATS`.
        language: of tables, figures and report, of `cartpk.language.LANGUAGES`; CSV and data sets stay English.
        draft: whether RTF and DOCX carry a watermark, and lines to sign for `author` and `reviewer`.
        run_date, data_cut: as they stand in the foot of each page of RTF, DOCX and PDF; no clock is asked.
        page: the paper of RTF, DOCX and PDF, of `PAGES`, landscape.
        numbering: what the numbers of tables, figures and listings begin with.
        out: the run folder; None: ``reports/<name of the first input>``.
    """

    study: str = ""
    title: str = OUR_TITLE
    population: str = ""
    by: tuple[str, ...] | None = None
    formats: tuple[str, ...] = USUAL_FORMATS
    figures: str = "all"
    figure_format: tuple[str, ...] = ("png",)
    language: str = "en"
    draft: bool = False
    author: str = ""
    reviewer: str = ""
    run_date: str = ""
    data_cut: str = ""
    page: str = "letter"
    numbering: Mapping[str, str] = field(default_factory=lambda: NUMBERING)
    out: str | None = None

    def __post_init__(self) -> None:
        for name in ("by", "formats", "figure_format"):
            if isinstance(given := getattr(self, name), str):
                raise RulesError(f"{name} is the text {given!r}, not a list of texts")
        problems = [
            *_list_problems("formats", self.formats, FORMATS),
            *_list_problems("figure_format", self.figure_format, FIGURE_FORMATS),
            *_by_problems(self.by or ()),
        ]
        if self.figures not in FIGURES:
            problems.append(f"figures is {self.figures!r}, not one of {', '.join(FIGURES)}")
        if self.page not in PAGES:
            problems.append(f"page is {self.page!r}, not one of {', '.join(PAGES)}")
        problems += _numbering_problems(self.numbering)
        if self.language not in LANGUAGES:
            problems.append(f"language is {self.language!r}, not one of {', '.join(LANGUAGES)}")
        if self.out is not None and (not self.out.strip() or "\0" in self.out):
            problems.append("out is blank; leave it out for the default")
        for name in ("study", "title", "population", "author", "reviewer", "run_date", "data_cut"):
            if not all(c.isprintable() for c in getattr(self, name)):
                problems.append(f"{name} has a line break or another character that cannot be printed")
        if problems:
            raise RulesError("; ".join(problems))
        for name in ("by", "formats", "figure_format"):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else tuple(given))
        object.__setattr__(self, "numbering", MappingProxyType({**NUMBERING, **self.numbering}))

    @property
    def heading(self) -> str:
        """The title as given, or ours in the language in force where none was."""
        return say(OUR_TITLE) if self.title in ("", OUR_TITLE) else self.title


def _numbering_problems(numbering: Mapping[str, str]) -> list[str]:
    problems = [
        f"numbering names {name!r}, not one of {', '.join(NUMBERING)}" for name in numbering if name not in NUMBERING
    ]
    return problems + [
        f"numbering {name} is {text!r}, not numbers joined by dots such as 14.2"
        for name, text in numbering.items()
        if name in NUMBERING and not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){0,5}", text, re.ASCII)
    ]


def _list_problems(name: str, given: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    unknown = [word for word in given if word not in known]
    problems = [f"{name} names {word!r}, not one of {', '.join(known)}" for word in unknown]
    problems += [f"{name} names {word!r} twice" for word in sorted({w for w in given if given.count(w) > 1})]
    return [*problems, *([] if given else [f"{name} names nothing: give one or more of {', '.join(known)}"])]


def _by_problems(by: tuple[str, ...]) -> list[str]:
    problems = [f"by {item!r} has a blank or doubled column" for item in by if not _columns_are_names(item)]
    return [*problems, *(f"by names {item!r} twice" for item in sorted({b for b in by if by.count(b) > 1}))]


def _columns_are_names(item: str) -> bool:
    columns = [column.strip() for column in item.split(",")]
    return all(columns) and len(set(columns)) == len(columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run as typed data.

    >>> plan = Plan(nca=NcaRules(auc_method="lin-up-log-down"))
    >>> Plan.from_text(plan.to_toml()) == plan
    True
    """

    input: InputRules = field(default_factory=InputRules)
    exclude: tuple[Exclusion, ...] = ()
    nca: NcaRules = field(default_factory=NcaRules)
    models: ModelRules = field(default_factory=ModelRules)
    report: ReportRules = field(default_factory=ReportRules)
    cdisc: CdiscRules = field(default_factory=CdiscRules)

    @classmethod
    def from_toml(cls, path: str | Path) -> Plan:
        """The plan in a file; every fault of it in one `PlanError`, each with its line."""
        try:
            with Path(path).open("rb") as file:
                raw = file.read(_MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            raise PlanError(str(path), (f"cannot be opened: {getattr(error, 'strerror', None) or error}",)) from error
        if len(raw) > _MOST_BYTES:
            raise PlanError(str(path), (f"has more than {_MOST_BYTES} bytes, and a plan is short text; give the plan",))
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise PlanError(str(path), (f"line {line}: not UTF-8 text; save the plan as UTF-8",)) from error
        return cls.from_text(text, str(path))

    @classmethod
    def from_text(cls, text: str, source: str = "plan") -> Plan:
        """The plan in TOML text; `source` is what errors call it."""
        from cartpk.plan.reading import read_plan

        return cls(**read_plan(text, source))

    def to_toml(self) -> str:
        """The complete plan as TOML, every key in a fixed order; reading it gives an equal plan."""
        from cartpk.plan.toml import write_plan

        return write_plan(self)

    def with_rules(self, **rules: Any) -> Plan:
        """The plan with some fields of `NcaRules` and `ReportRules` replaced; None leaves a field as it is.

        ``model`` (a name or several) are the models to fit.

        >>> Plan().with_rules(auc_method="lin-log", figures="none").nca.auc_method
        'lin-log'
        """
        given = {name: value for name, value in rules.items() if value is not None}
        model = given.pop("model", None)
        of = {"nca": {f.name for f in fields(NcaRules)}, "report": {f.name for f in fields(ReportRules)}}
        unknown = [name for name in given if not any(name in names for names in of.values())]
        if unknown:
            raise UsageError("; ".join(_unknown_rule(name, of["nca"] | of["report"] | {"model"}) for name in unknown))
        changes: dict[str, Any] = {
            section: replace(getattr(self, section), **some)
            for section, names in of.items()
            if (some := {n: v for n, v in given.items() if n in names})
        }
        if model is not None:
            names = (model,) if isinstance(model, str) else tuple(model)
            changes["models"] = replace(self.models, names=names)
        return replace(self, **changes)


def _unknown_rule(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"there is no rule {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
