"""A plan file as the nouns of a plan, or every fault of it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import PlanError, RulesError
from cartpk.fit_rules import FitRules, ParameterRule, Prior
from cartpk.input_rules import InputRules, WideBlock
from cartpk.models import MODELS
from cartpk.plan import ModelRules, ReportRules
from cartpk.plan.faults import Problem, in_words, placed
from cartpk.plan.schema import PLAN_FILE
from cartpk.plan.toml import Place
from cartpk.rules import LambdaZPoints, NcaRules
from cartpk.samples import Exclusion

__all__ = ["read_plan"]

Noun = TypeVar("Noun")


def read_plan(text: str, source: str) -> dict[str, Any]:
    """The fields of a `Plan` from TOML text; every fault in one `PlanError`, in order of its line."""
    tree = _parse(text, source)
    problems: list[Problem] = []
    try:
        given = PLAN_FILE.model_validate(tree)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems += [in_words(e) for e in faults]
        given = PLAN_FILE.model_validate(_without(tree, [tuple(e["loc"]) for e in faults]))
    fields = _rules(given.model_dump(exclude_unset=True), problems)
    if problems:
        raise PlanError(source, tuple(placed(problems, text)))
    return fields


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(source, (f"is not TOML: {error}",)) from error
    except (RecursionError, ValueError) as error:
        raise PlanError(source, ("is not TOML that can be read: a value is nested too deep or too long",)) from error


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
