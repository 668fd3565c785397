"""TOML out of a plan, and the lines of a plan's keys."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from cartpk.fit_rules import FitRules, ParameterRule, Prior

if TYPE_CHECKING:
    from cartpk.plan import Plan
    from cartpk.plan.models import ModelRules

__all__ = ["lines_of", "write_plan"]

Place = tuple[str | int, ...]


def write_plan(plan: Plan) -> str:
    """A plan as TOML: every field that has a value, in the order of the dataclasses; the others named in a comment."""
    points = "lambda_z_points"
    sections = [
        *_section("input", plan.input, leave="wide"),
        *(line for block in plan.input.wide for line in ["[[input.wide]]", *_given(block), ""]),
        *(line for exclusion in plan.exclude for line in ["[[exclude]]", *_given(exclusion), ""]),
        *_section("nca", plan.nca, leave=points),
        *(line for point in plan.nca.lambda_z_points for line in ["[[nca.lambda_z]]", *_given(point), ""]),
        *_models(plan.models),
        *_section("report", plan.report),
        *_section("cdisc", plan.cdisc),
    ]
    return "\n".join(sections)


def _models(rules: ModelRules) -> Iterator[str]:
    """The models and their parameters' rules; nothing where the plan says nothing of models."""
    if not rules.names and rules.fit == FitRules():
        return
    yield from ("[models]", f"names = {_toml(rules.names)}", *_given(rules.fit, "parameters"), "")
    for model, parameters in rules.fit.parameters.items():
        yield f"[models.{_key(model)}]"
        for name, rule in parameters.items():
            yield f"{_key(name)} = {_toml(_rule(rule))}"
        yield ""


def _rule(rule: ParameterRule) -> dict[str, Any]:
    """What is said of a parameter, as the plan's table."""
    said = {f.name: value for f in fields(rule) if (value := getattr(rule, f.name)) not in (None, False)}
    if isinstance(rule.prior, Prior):
        said["prior"] = {"value": rule.prior.value, "sd": rule.prior.sd}
    return said


def _section(name: str, rules: Any, leave: str = "") -> list[str]:
    names = [f.name for f in fields(rules) if f.name != leave]
    unset = [n for n in names if getattr(rules, n) is None]
    note = [f"# found out or by default: {', '.join(unset)}"] if unset else []
    return [f"[{name}]", *note, *_given(rules, leave), ""]


def _given(rules: Any, leave: str = "") -> list[str]:
    """A line for each field that has a value; an empty list where it is the default of one that may be empty."""
    kept = [f.name for f in fields(rules) if f.name != leave and getattr(rules, f.name) is not None]
    times = {"times", "drop_times"}
    return [f"{n} = {_toml(v)}" for n in kept if (v := getattr(rules, n)) != () or n not in times]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return f"[{', '.join(_toml(v) for v in value)}]"


def _text(text: str) -> str:
    """A basic string of TOML: JSON's escapes, and DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else _text(key)


_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?")
_ASSIGNMENT = re.compile(rf"[ \t]*({_KEY})[ \t]*=")


def lines_of(text: str) -> dict[Place, int]:
    """The line of each table and key of a valid TOML text: ``("exclude", 0, "time")`` -> 7.

    A line starts a statement where all before it is whole TOML, so that the inside of
    a text or list over several lines is not taken for keys. Keys of a table in braces
    have no line of their own; the caller takes their parent's.
    """
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            keys = _placed(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[keys] = counts.get(keys, -1) + 1
                keys = (*keys, counts[keys])
            table = keys
            found.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            found.setdefault((*table, *_parts(assignment[1])), number)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    lines = text.split("\n")
    pending = ""
    for number, line in enumerate(lines, start=1):
        if not pending:
            yield number, line
        pending += line.rstrip("\r") + "\n"
        if _is_whole(pending):
            pending = ""


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return True


def _parts(dotted: str) -> Place:
    """The keys of a dotted key, their quotes undone by TOML itself."""
    keys: list[str | int] = []
    inner: Any = tomllib.loads(f"{dotted} = 0")
    while isinstance(inner, dict):
        (key,) = inner
        keys.append(key)
        inner = inner[key]
    return tuple(keys)


def _placed(keys: Place, counts: Mapping[Place, int]) -> Place:
    """The keys of a header with the number of the last ``[[...]]`` put in where the last part is below one."""
    placed: Place = ()
    for i, key in enumerate(keys):
        placed = (*placed, key)
        if i < len(keys) - 1 and placed in counts:
            placed = (*placed, counts[placed])
    return placed
