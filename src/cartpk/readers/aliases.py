"""The names a column goes by: one row a column, its names ranked, equals side by side."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from cartpk.errors import RulesError
from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.rulebook import finding

__all__ = ["ALIASES", "COVARIATES", "NUMBERS", "Recognised", "folded_header", "recognise", "score"]

ALIASES: dict[str, tuple[tuple[str, ...], ...]] = {
    "subject_id": (("subject_id",), ("USUBJID",), ("SUBJID",), ("subject",), ("patient_id",), ("id",), ("受试者编号",), ("受试者",)),
    "time": (("time",), ("AFRLT",), ("day",), ("days",), ("time_days", "time (days)", "time (day)", "time (d)"), ("天",), ("天数",)),
    "datetime": (("datetime",), ("ADTM",), ("PCDTC", "CPDTC"), ("采样时间",)),
    "infusion_datetime": (("infusion_datetime",), ("PCRFTDTC", "CPRFTDTC"), ("TRTSDTM",), ("回输时间",)),
    "value": (("value",), ("AVAL",), ("PCSTRESN", "CPSTRESN"), ("result",), ("conc",), ("concentration",), ("结果",), ("检测结果",)),
    "value_text": (("value_text",), ("AVALC", "PCSTRESC", "CPSTRESC")),
    "unit": (("unit",), ("AVALU", "PCSTRESU", "CPSTRESU"), ("units",), ("单位",)),
    "assay": (("assay",), ("PCTESTCD", "CPTESTCD", "PARAMCD"), ("检测方法",), ("检测项目",)),
    "lloq": (("lloq",), ("PCLLOQ", "CPLLOQ", "ALLOQ"), ("定量下限",)),
    "visit": (("visit",), ("AVISIT",), ("访视",)),
    "time_nominal": (("time_nominal",), ("NFRLT",), ("nominal_time",), ("nominal_day",), ("计划天数",)),
    "infusion": (("infusion",), ("infusion_number",), ("回输次数",)),
    "matrix": (("matrix",), ("PCSPEC", "CPSPEC"), ("specimen",), ("样本类型",)),
    "dose": (("dose",), ("EXDOSE", "DOSEA"), ("剂量",)),
    "dose_unit": (("dose_unit",), ("EXDOSU", "DOSEU"), ("剂量单位",)),
    "dose_level": (("dose_level",), ("dose_group",), ("ACTARM",), ("ARM",), ("TRT01A", "TRTA"), ("剂量组",)),
    "indication": (("indication",), ("disease",), ("diagnosis",), ("适应症",), ("疾病",)),
    "cohort": (("cohort",), ("队列",)),
    "sex": (("sex",), ("gender",), ("性别",)),
    "age": (("age",), ("年龄",)),
    "weight": (("weight",), ("体重",)),
    "response": (("response",), ("疗效",)),
    "lot": (("lot",), ("lot_number",), ("EXLOT",), ("批号",)),
}  # fmt: skip
"""Our column -> its names, best first; names in one group are of equal rank."""

COVARIATES = ("dose", "dose_unit", "dose_level", "indication", "cohort", "sex", "age", "weight", "response", "lot")
"""Columns that describe a subject, not a sample."""

NUMBERS = ("time", "time_nominal", "value", "lloq", "infusion", "dose")
"""Columns whose cells are numbers (a result may be a word, too)."""

_WIDE = re.compile(
    r"(?:d|day|第|visit|v|m|month|w|week|wk)?[ _]?[+-]?[0-9]+(?:\.[0-9]+)?(?:[ _]?(?:d|day|days|天|日))?"
)


def folded_header(header: str) -> str:
    """One form for headers that differ by case, width, spaces, hyphens.

    >>> folded_header(" Subject-ID ")
    'subject_id'
    """
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", header).casefold().strip())


_RANKS = {
    folded_header(name): (ours, rank)
    for ours, groups in ALIASES.items()
    for rank, group in enumerate(groups)
    for name in group
}


@dataclass(slots=True)
class Recognised:
    """Which column of the file (by index) is which of ours, which are covariates by the plan's word, and what was found."""

    columns: dict[str, int] = field(default_factory=dict)
    named_covariates: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def score(header: Sequence[str], rules: InputRules) -> int:
    """How many of our columns a line would name, were it the header; visits beside each other count as one."""
    days = sum(_WIDE.fullmatch(h.strip().casefold()) is not None for h in header) > 1
    folded = {folded_header(h) for h in header}
    ours = {_RANKS[h][0] for h in folded if h in _RANKS}
    visits = {folded_header(name) for block in rules.wide for name in block.visits} & folded
    return (
        days
        + len(visits)
        + len(ours | {name for name, theirs in rules.columns.items() if folded_header(theirs) in folded})
    )


def recognise(header: Sequence[str], rules: InputRules, file: str, row: int | None) -> Recognised:
    """Our columns among the headers: the plan's word first, then the best rank."""
    found = Recognised()
    taken = _by_plan(header, rules, file, row, found)
    _doubled(header, file, row, found)
    candidates: dict[str, list[tuple[int, int]]] = {}
    for i, text in enumerate(header):
        ours, rank = _RANKS.get(folded_header(text), ("", 0))
        if ours and i not in taken and ours not in rules.columns:
            candidates.setdefault(ours, []).append((rank, i))
    for ours, ranked in candidates.items():
        _best(ours, sorted(ranked), header, file, row, found)
    for name in set(COVARIATES) & set(rules.covariates) - found.columns.keys():
        _place(header, name, file, row, found, "the plan names it as a covariate")
    _missing(header, rules, file, row, found)
    return found


def _by_plan(header: Sequence[str], rules: InputRules, file: str, row: int | None, found: Recognised) -> set[int]:
    """The columns that the plan names: ours, then covariates."""
    unknown = [name for name in rules.columns if name not in ALIASES]
    if unknown:
        near = difflib.get_close_matches(unknown[0], ALIASES, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; they are {', '.join(ALIASES)}"
        raise RulesError(f"[input] columns: {', '.join(map(repr, unknown))} is no column of cartpk's{hint}")
    for ours, theirs in rules.columns.items():
        place = _place(header, theirs, file, row, found, f"the plan says that it is {ours}")
        if place is not None:
            found.columns[ours] = place
    for name in rules.covariates:
        place = (
            None if name in COVARIATES else _place(header, name, file, row, found, "the plan names it as a covariate")
        )
        if place is not None:
            found.named_covariates[name] = place
    return {*found.columns.values(), *(i for name, i in found.named_covariates.items() if name not in ALIASES)}


def _place(header: Sequence[str], theirs: str, file: str, row: int | None, found: Recognised, why: str) -> int | None:
    """The column called `theirs`: to the letter, else by its folded name."""
    exact = [i for i, text in enumerate(header) if text == theirs]
    alike = exact or [i for i, text in enumerate(header) if folded_header(text) == folded_header(theirs)]
    if alike:
        return alike[0]
    message = f"There is no column {quoted(theirs)} ({why}); the headers are {_listed(header)}."
    found.findings.append(finding("E-COLUMN-MISSING", message, file=file, row=row, column=theirs))
    return None


def _doubled(header: Sequence[str], file: str, row: int | None, found: Recognised) -> None:
    """The same header twice."""
    seen: dict[str, int] = {}
    for i, text in enumerate(header):
        key = text.strip()
        if key and key in seen:
            message = f"The header {quoted(key)} stands twice, in columns {seen[key] + 1} and {i + 1}."
            found.findings.append(finding("E-COLUMN-DOUBLED", message, file=file, row=row, column=text))
        seen.setdefault(key, i)


def _best(
    ours: str, ranked: list[tuple[int, int]], header: Sequence[str], file: str, row: int | None, found: Recognised
) -> None:
    """Take the best rank; two of it are an error, an alias is a note."""
    rank, place = ranked[0]
    found.columns[ours] = place
    rivals = [header[i] for r, i in ranked[1:] if r == rank and header[i].strip() != header[place].strip()]
    if rivals:
        message = f"{quoted(header[place])} and {quoted(rivals[0])} are both {ours}."
        found.findings.append(finding("E-COLUMN-DOUBLED", message, file=file, row=row, column=rivals[0]))
    lost = [header[i] for r, i in ranked[1:] if r > rank]
    if lost or folded_header(header[place]) != ours:
        message = phrase(
            "{header} is taken as {ours} ({rest} is kept beside it)." if lost else "{header} is taken as {ours}.",
            header=quoted(header[place]), ours=ours, rest=_listed(lost),
        )  # fmt: skip
        found.findings.append(finding("N-COLUMN-ALIAS", message, file=file, row=row, column=header[place]))


def _missing(header: Sequence[str], rules: InputRules, file: str, row: int | None, found: Recognised) -> None:
    """The required columns that are not there; one finding if the table is wide."""
    dated = "time" not in found.columns and {"datetime", "infusion_datetime"} <= found.columns.keys()
    need = [name for name in ("subject_id", "time", "value", "unit") if not (dated and name == "time")]
    if "value" not in found.columns and "value_text" in found.columns:
        found.columns["value"] = found.columns.pop("value_text")
    missing = [name for name in need if name not in found.columns]
    visits = [h for h in header if _WIDE.fullmatch(h.strip().casefold())]
    if len(visits) >= 3 and {"time", "value"} & set(missing):
        message = f"The table has one column a visit ({_listed(visits)}); one row a sample is expected."
        found.findings.append(finding("E-FILE-WIDE", message, file=file, row=row, column=visits[0]))
        missing = [name for name in missing if name == "subject_id"]
    for name in missing:
        if name in rules.columns:
            continue  # told by the name that the plan gives
        near = difflib.get_close_matches(name, [folded_header(h) for h in header], 1)
        hint = f"; {quoted(near[0])} is near" if near else ""
        if name == "time" and "datetime" in found.columns:
            hint += f"; beside {quoted(header[found.columns['datetime']])} the infusion's date-time is needed (PCRFTDTC, or the file of EX)"
        message = f"There is no column {name}; the headers are {_listed(header)}{hint}."
        found.findings.append(finding("E-COLUMN-MISSING", message, file=file, row=row, column=name))


def _listed(names: Sequence[str], most: int = 12) -> str:
    """Headers in a sentence."""
    shown = ", ".join(quoted(n.strip(), 40) for n in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
