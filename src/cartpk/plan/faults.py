"""The faults of a plan file in words, each with its line and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core import ErrorDetails

from cartpk.plan.schema import PLAN_FILE, shown
from cartpk.plan.toml import Place, lines_of

__all__ = ["Problem", "in_words", "placed"]

Problem = tuple[Place, str]
"""Where, and what is wrong there."""

_KINDS = {
    "string_type": "text, in quotes",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list, in brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "finite_number": "a finite number",
}


def in_words(error: ErrorDetails) -> Problem:
    """One fault of pydantic's, as place and sentence."""
    place: Place = tuple(error["loc"])
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return place, _unknown(place)
    if kind == "missing":
        return place, "is required"
    if kind == "value_error":
        return place, str(error["ctx"]["error"])
    if kind in _KINDS:
        hint = _KINDS[kind]
        if kind in ("model_type", "list_type") and place[0] == "exclude":
            hint = "tables, each headed [[exclude]]"
        return place, f"is {shown(value)}, not {hint}"
    return place, f"is {shown(value)}: {error['msg']}"


def _unknown(place: Place) -> str:
    known = list(_fields_at(place[:-1]))
    near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    return "is not a key" + (f"; did you mean {near[0]}?" if near else f"; the keys are {', '.join(known)}")


def _fields_at(place: Place) -> Iterator[str]:
    """The keys that the table at `place` may have."""
    model: Any = PLAN_FILE
    for key in place:
        if isinstance(key, str):
            annotation = model.model_fields[key].annotation
            model = next(iter(get_args(annotation)), annotation)
    yield from model.model_fields


def placed(problems: list[Problem], text: str) -> Iterator[str]:
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
