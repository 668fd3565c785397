"""What a plan file may hold, key by key, and its faults in words: pydantic is met here alone."""

from __future__ import annotations

import codecs
import math
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails

from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import PlanError, RulesError
from cartpk.fit_rules import NAMED_PRIORS, FitRules, ParameterRule, Prior
from cartpk.input_rules import InputRules, WideBlock
from cartpk.models import MODELS
from cartpk.plan import ModelRules, ReportRules
from cartpk.plan.toml import Place, lines_of
from cartpk.readers.aliases import ALIASES
from cartpk.rules import LambdaZPoints, NcaRules
from cartpk.samples import Exclusion
from cartpk.units import UNITS, find_unit

__all__ = ["read_plan"]

_LATER: set[Place] = set()
Noun = TypeVar("Noun")


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        codecs.lookup(name)
    except (LookupError, ValueError):
        raise ValueError(f"is {name!r}, not the name of a text encoding such as utf-8 or gb18030") from None
    return name


def _text_or_table(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError(f"is {_shown(value)}, not a preset's name or a table of positions")
    return value


def _number_or_table(value: Any) -> Any:
    values = list(value.values()) if isinstance(value, dict) else [value]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise ValueError(f"is {_shown(value)}, not a number of days or a table of horizons")
    return {k: _float(v) for k, v in value.items()} if isinstance(value, dict) else _float(value)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _known_unit(name: str) -> str:
    unit = find_unit(name)
    if unit is None:
        raise ValueError(f"is {name!r}, not one of {', '.join(UNITS)}")
    return unit.name


def _our_columns(columns: dict[str, str]) -> dict[str, str]:
    unknown = [name for name in columns if name not in ALIASES]
    near = get_close_matches(unknown[0], ALIASES, n=1) if unknown else []
    hint = f"did you mean {near[0]}?" if near else f"they are {', '.join(ALIASES)}"
    if unknown:
        raise ValueError(f"names {', '.join(map(repr, unknown))}, which is no column of ours; {hint}")
    return columns


def _prior(value: Any) -> Any:
    """The name of a published population, or a centre and a width."""
    if isinstance(value, str) and value not in NAMED_PRIORS:
        near = get_close_matches(value, NAMED_PRIORS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"is {value!r}, not one of {', '.join(NAMED_PRIORS)}{hint}")
    if isinstance(value, str):
        return value
    numbers = isinstance(value, dict) and set(value) == {"value", "sd"}
    if not numbers or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value.values()):
        raise ValueError(f"is {_shown(value)}, not a name or a table such as {{ value = 0.16, sd = 1 }}")
    return {name: _float(v) for name, v in value.items()}


def _given_text(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text


def _date_text(value: Any) -> Any:
    """TOML's own dates are taken as ISO texts."""
    return value.isoformat() if isinstance(value, date) else value


DateText = Annotated[str, BeforeValidator(_date_text)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=2_000_000_000)]
Row = Annotated[int, Field(ge=1, le=1_000_000_000)]
Given = Annotated[str, AfterValidator(_given_text)]
UnitName = Annotated[str, AfterValidator(_known_unit)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Wide(_Section):
    visits: dict[str, Finite]
    assay: Given = ""
    unit: UnitName = ""
    lloq: Positive = 1.0
    sheet: Given = ""
    header_row: Row = 1
    last_row: Row = 1


class _Input(_Section):
    encoding: Encoding = ""
    delimiter: str = ""
    decimal: str = ""
    infusion_day: int = 0
    blq_words: list[Given] = []
    lloq: dict[str, Positive] = {}
    columns: Annotated[dict[str, Given], AfterValidator(_our_columns)] = {}
    covariates: list[Given] = []
    units: dict[str, UnitName] = {}
    visits: dict[str, Finite] = {}
    visit_windows: dict[str, NotNegative] = {}
    wide: list[_Wide] = []
    sheet: Given = ""
    header_row: Row = 1
    last_row: Row = 1


class _Exclude(_Section):
    reason: Given
    subject_id: str = ""
    assay: str = ""
    matrix: str = ""
    infusion: Count = 1
    time: Finite = 0.0
    row: Count = 1
    file: str = ""


class _LambdaZ(_Section):
    subject_id: str
    assay: str
    times: list[Finite] = []
    drop_times: list[Finite] = []
    reason: Given
    infusion: Count = 1
    matrix: str = ""


class _Nca(_Section):
    auc_method: str = ""
    blq: Annotated[Any, BeforeValidator(_text_or_table)] = ""
    horizons: dict[str, float] = {}
    peak_window: float = 0.0
    visit_window: Annotated[Any, BeforeValidator(_number_or_table)] = 0.0
    end_rule: str = ""
    lambda_z_min_points: Annotated[int, Field(le=1000)] = 0
    lambda_z_r2adj_tolerance: float = 0.0
    lambda_z_r2adj_min: float = 0.0
    lambda_z_span_min: float = 0.0
    auc_extrap_max_pct: float = 0.0
    gate: str = ""
    reexpansion_fold: float = 0.0
    lambda_z: list[_LambdaZ] = []


class _Report(_Section):
    study: str = ""
    title: str = ""
    population: str = ""
    by: list[Given] = []
    formats: list[str] = []
    figures: str = ""
    figure_format: list[str] = []
    language: str = ""
    draft: bool = False
    author: str = ""
    reviewer: str = ""
    run_date: DateText = ""
    data_cut: DateText = ""
    page: str = ""
    numbering: dict[str, str] = {}
    out: Given = ""


class _Cdisc(_Section):
    studyid: str = ""
    flow_domain: str = ""
    values: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}


class _Parameter(_Section):
    fixed: Finite = 0.0
    free: bool = False
    min: Finite = 0.0
    max: Finite = 0.0
    prior: Annotated[Any, BeforeValidator(_prior)] = ""
    shared: Given = ""


class _Fits(_Section):
    names: list[str] = []
    starts: Annotated[int, Field(le=1000)] = 0
    rse_max_pct: float = 0.0
    agree_min: float = 0.0
    level: float = 0.0


def _models_section() -> Any:
    """A key for each model, in it one for each of its parameters."""
    sections: dict[str, Any] = {}
    for name, model in MODELS.items():
        parameters: dict[str, Any] = {p: (_Parameter, _Parameter()) for p in model.names}
        section = create_model("_Model", __base__=_Section, **parameters)
        sections[name] = (section, section())
    return create_model("_Models", __base__=_Fits, **sections)


class _Sections(_Section):
    """The whole file but the models; the defaults here are never used, only what is given is read."""

    input: _Input = _Input()
    exclude: list[_Exclude] = []
    nca: _Nca = _Nca()
    report: _Report = _Report()
    cdisc: _Cdisc = _Cdisc()


_Models: Any = _models_section()
_PlanFile: Any = create_model("_PlanFile", __base__=_Sections, models=(_Models, _Models()))
Problem = tuple[Place, str]


def read_plan(text: str, source: str) -> dict[str, Any]:
    """The fields of a `Plan` from TOML text; every fault in one `PlanError`, in order of its line."""
    tree = _parse(text, source)
    problems: list[Problem] = [(place, "is not in this version") for place in _later(tree)]
    try:
        given = _PlanFile.model_validate(tree)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems += [_in_words(e) for e in faults]
        given = _PlanFile.model_validate(_without(tree, [tuple(e["loc"]) for e in faults]))
    fields = _rules(given.model_dump(exclude_unset=True), problems)
    if problems:
        raise PlanError(source, tuple(_placed(problems, text)))
    return fields


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(source, (f"is not TOML: {error}",)) from error
    except (RecursionError, ValueError) as error:
        raise PlanError(source, ("is not TOML that can be read: a value is nested too deep or too long",)) from error


def _later(tree: dict[str, Any]) -> list[Place]:
    """Takes out of the tree what a later version will know, and says where it stood."""
    found: list[Place] = []
    for place in sorted(_LATER):
        table: Any = tree
        for key in place[:-1]:
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict) and place[-1] in table:
            del table[place[-1]]
            found.append(place)
    return found


_STAND_INS: dict[Place, dict[str, Any]] = {
    ("exclude",): {"subject_id": "-", "reason": "-"},
    ("input", "wide"): {"visits": {"-": 0}},
    ("nca", "lambda_z"): {"subject_id": "-", "assay": "-", "times": [1, 2, 3], "reason": "-"},
}
"""What stands for a faulty entry of a list while the rest of the plan is looked at."""


def _without(tree: dict[str, Any], faults: list[Place]) -> dict[str, Any]:
    """The tree without its faulty keys, so that what is left can be held against the rules too."""
    for place in faults:
        steps = next((n for n, key in enumerate(place) if isinstance(key, int)), len(place) - 1)
        table: Any = tree
        for key in place[:steps]:
            table = table[key] if isinstance(table, dict) and key in table else {}
        if isinstance(table, list):
            table[int(place[steps])] = _STAND_INS.get(place[:steps], "-")
        else:
            table.pop(place[steps], None)
    return tree


def _rules(given: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The nouns of the plan; what they refuse is added to `problems`, with its place."""
    nca = given.get("nca", {})
    points = [_made(LambdaZPoints, p, ("nca", "lambda_z", i), problems) for i, p in enumerate(nca.pop("lambda_z", []))]
    exclude = [_exclusion(e, i, problems) for i, e in enumerate(given.get("exclude", []))]
    reading = given.get("input", {})
    wide = [_made(WideBlock, b, ("input", "wide", i), problems) for i, b in enumerate(reading.get("wide", []))]
    reading = {**_tuples(reading), **({"wide": tuple(filter(None, wide))} if wide else {})}
    return {
        "input": _made_of_fields(InputRules, reading, "input", problems),
        "exclude": tuple(exclude),
        "nca": _made_of_fields(NcaRules, {**nca, "lambda_z_points": tuple(filter(None, points))}, "nca", problems),
        "models": _models(given.get("models", {}), problems),
        "report": _made_of_fields(ReportRules, _tuples(given.get("report", {})), "report", problems),
        "cdisc": _made_of_fields(CdiscRules, given.get("cdisc", {}), "cdisc", problems),
    }


def _models(given: dict[str, Any], problems: list[Problem]) -> ModelRules:
    """The models and their rules; each parameter is held against its model by itself, so that its line is to blame."""
    fields: dict[str, Any] = {f: given[f] for f in ("starts", "rse_max_pct", "agree_min", "level") if f in given}
    numbers = _made_of_fields(FitRules, fields, "models", problems)
    names = [name for name in given.get("names", []) if not (problems and name == "-")]
    made = _made(ModelRules, {"names": names}, ("models", "names"), problems)
    rules: dict[str, dict[str, ParameterRule]] = {}
    for model in (name for name in MODELS if name in given):
        place = ("models", model)
        found = {p: _made(_rule_of, r, (*place, p), problems) for p, r in given[model].items()}
        alone: list[Problem] = []
        rules[model] = {p: rule for p, rule in found.items() if rule is not None}
        for p, rule in rules[model].items():
            _made(_fit_of, {"model": model, "parameters": {p: rule}}, (*place, p), alone)
        problems += alone
        if not alone:
            _made(_fit_of, {"model": model, "parameters": rules[model]}, place, problems)
    if problems or made is None or numbers is None:
        return ModelRules()
    return ModelRules(names=made.names, fit=replace(numbers, parameters=rules))


def _rule_of(**given: Any) -> ParameterRule:
    prior = given.get("prior")
    return ParameterRule(**{**given, "prior": Prior(**prior)} if isinstance(prior, dict) else given)


def _fit_of(model: str, parameters: dict[str, ParameterRule]) -> ModelRules:
    """The rules of one model, if it can have them; the message leaves out the model, which the place names."""
    try:
        return ModelRules(fit=FitRules(parameters={model: parameters}))
    except RulesError as error:
        (only,) = parameters if len(parameters) == 1 else ("",)
        raise RulesError(str(error).replace(f"model {model}: ", "").removeprefix(f"{only}: ")) from error


def _tuples(section: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in section.items()}


def _exclusion(given: dict[str, Any], i: int, problems: list[Problem]) -> Exclusion:
    exclusion = Exclusion(**given)
    if len(given) == 1 or set(given) == {"reason", "file"}:
        problems.append((("exclude", i), "names no sample: give subject_id, assay, matrix, infusion, time or row"))
    return exclusion


def _made(noun: Callable[..., Noun], given: dict[str, Any], place: Place, problems: list[Problem]) -> Noun | None:
    try:
        return noun(**given)
    except RulesError as error:
        problems.append((place, str(error)))
        return None


def _made_of_fields(
    noun: Callable[..., Noun], given: dict[str, Any], section: str, problems: list[Problem]
) -> Noun | None:
    """The noun; where it refuses, each field is tried by itself to find whose line is to blame."""
    try:
        return noun(**given)
    except RulesError as error:
        alone: list[Problem] = []
        for name, value in given.items():
            with_horizons = {"horizons": given["horizons"]} if name == "visit_window" and "horizons" in given else {}
            _made(noun, {name: value, **with_horizons}, (section, name), alone)
        problems += alone or [((section,), str(error))]
        return None


_WORDS = {
    "string_type": "text, in quotes",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list, in brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "finite_number": "a finite number",
}


def _in_words(error: ErrorDetails) -> Problem:
    """One fault of pydantic's, as place and sentence."""
    place: Place = tuple(error["loc"])
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return place, _unknown(place)
    if kind == "missing":
        return place, "is required"
    if kind == "value_error":
        return place, str(error["ctx"]["error"])
    if kind in _WORDS:
        hint = _WORDS[kind]
        if kind in ("model_type", "list_type") and place[0] == "exclude":
            hint = "tables, each headed [[exclude]]"
        return place, f"is {_shown(value)}, not {hint}"
    return place, f"is {_shown(value)}: {error['msg']}"


def _unknown(place: Place) -> str:
    known = list(_fields_at(place[:-1]))
    near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    return "is not a key" + (f"; did you mean {near[0]}?" if near else f"; the keys are {', '.join(known)}")


def _fields_at(place: Place) -> Iterator[str]:
    """The keys that the table at `place` may have."""
    model: Any = _PlanFile
    for key in place:
        if isinstance(key, str):
            annotation = model.model_fields[key].annotation
            model = next(iter(get_args(annotation)), annotation)
    yield from model.model_fields


def _shown(value: Any, most: int = 60) -> str:
    """A value as a plan would write it, cut where it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str | int | float | list) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _placed(problems: list[Problem], text: str) -> Iterator[str]:
    """Each problem as a sentence with its line, in order of the lines."""
    lines = lines_of(text)
    numbered = []
    for place, sentence in problems:
        near = next((at for n in range(len(place), 0, -1) for at in (place[:n], (*place[:n], 0)) if at in lines), ())
        numbered.append((lines.get(near, 0), _dotted(place), _about(place, sentence)))
    for line, name, sentence in sorted(numbered):
        yield (f"line {line}: " if line else "") + f"{name}{sentence}"


def _about(place: Place, sentence: str) -> str:
    """The sentence as it goes on after the name of the place, which it need not say again."""
    sentence = sentence.removeprefix(f"{place[-1]} ")
    goes_on = sentence.split(" ", 1)[0] in ("is", "names", "has", "needs")
    return f" {sentence}" if goes_on else f": {sentence}"


def _dotted(place: Place) -> str:
    """``nca.horizons.0_m6``; the parts of a list are counted from 1: ``exclude[2].time``."""
    text = ""
    for key in place:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if text else key
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
