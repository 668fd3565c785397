"""What a plan file may hold, key by key."""

from __future__ import annotations

import codecs
import math
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from cartpk.fit_rules import NAMED_PRIORS
from cartpk.models import MODELS
from cartpk.readers.aliases import ALIASES
from cartpk.units import UNITS, find_unit

__all__ = ["PLAN_FILE", "shown"]


def shown(value: Any, most: int = 60) -> str:
    """A value as a plan would write it, cut where it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str | int | float | list) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        codecs.lookup(name)
    except (LookupError, ValueError):
        raise ValueError(f"is {name!r}, not the name of a text encoding such as utf-8 or gb18030") from None
    return name


def _text_or_table(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError(f"is {shown(value)}, not a preset's name or a table of positions")
    return value


def _number_or_table(value: Any) -> Any:
    values = list(value.values()) if isinstance(value, dict) else [value]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise ValueError(f"is {shown(value)}, not a number of days or a table of horizons")
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
        raise ValueError(f"is {shown(value)}, not a name or a table such as {{ value = 0.16, sd = 1 }}")
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
PLAN_FILE: Any = create_model("PlanFile", __base__=_Sections, models=(_Models, _Models()))
"""The whole file, a field a section."""
