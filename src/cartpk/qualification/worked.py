"""Single profiles, worked out by hand or published; models, fits and statistics whose answers are known otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cartpk.descriptive import describe
from cartpk.fit import fit
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.models import MODELS
from cartpk.nca import nca
from cartpk.profiles import Profiles, profile
from cartpk.qualification.compare import Compared, number, printed, text
from cartpk.qualification.shipped import tree_of
from cartpk.reasons import Flag
from cartpk.rules import LambdaZPoints, NcaRules

__all__ = ["curves", "fits", "profiles", "statistics"]


def profiles(case: str) -> Iterator[Compared]:
    """The profiles of `profiles.toml` that belong to a case: numbers to 1e-12 or as printed, reasons, flags."""
    for entry in tree_of("profiles.toml")["profile"]:
        if entry["case"] != case:
            continue
        results, item = nca(_profile_of(entry), _rules_of(entry)), entry["name"]
        for name, expected in entry.get("expected", {}).items():
            found = float(results[name][0])
            as_printed = isinstance(expected, str)
            yield printed(item, name, expected, found) if as_printed else number(item, name, expected, found, 1e-12)
        for name, expected in entry.get("reasons", {}).items():
            yield text(item, f"{name}, the reason", expected, results.reason(name, 0).name)
        for name, expected in entry.get("flags", {}).items():
            there = [flag.name for flag in Flag if flag & results.flag(name, 0)]
            for flag in [expected] if isinstance(expected, str) else expected:
                yield text(item, f"{name}, a flag", flag, flag if flag in there else " ".join(map(str, there)))


def _rules_of(entry: Mapping[str, Any]) -> NcaRules:
    times = entry.get("lambda_z_times")
    chosen = () if times is None else (LambdaZPoints("1", "", times=tuple(times), reason="chosen by hand"),)
    return NcaRules(**entry.get("rules", {}), lambda_z_points=chosen)


def _profile_of(entry: Mapping[str, Any]) -> Profiles:
    values: Sequence[float | str] = entry["conc"]
    return profile(
        time=entry["time"],
        conc=[math.nan if v == "BLQ" else float(v) for v in values],
        blq=[v == "BLQ" for v in values],
        lloq=entry.get("lloq"),
        dose=entry.get("dose"),
    )


def curves() -> Iterator[Compared]:
    """Typical curves of `models.toml`: closed areas and quantities to 1e-12, heights to 1e-9."""
    for entry in tree_of("models.toml")["curve"]:
        model, given = MODELS[entry["model"]], entry["parameters"]
        quantities = {d.name: d.value for d in model.derived}
        for name, expected in entry.get("derived", {}).items():
            yield number(model.name, name, expected, float(quantities[name](**given)), 1e-12)
        for end, expected in entry.get("areas", {}).items():
            if model.area is None:
                yield text(model.name, f"area to {end}", "a closed form", "none")
            else:
                yield number(model.name, f"area to {end}", expected, float(model.area(float(end), **given)), 1e-12)
        days = np.array([float(day) for day in entry["heights"]])
        heights = np.exp(np.asarray(model.log_curve(days, **given), float))
        for (day, expected), found in zip(entry["heights"].items(), heights, strict=True):
            yield number(model.name, f"value on day {day}", expected, float(found), 1e-9)


def fits() -> Iterator[Compared]:
    """The fits of `fits.toml`: estimates to 1e-9, standard errors and limits of intervals to 1e-6."""
    for entry in tree_of("fits.toml")["fit"]:
        held = {name: ParameterRule(fixed=value) for name, value in entry["hold"].items()}
        found = fit(_profile_of(entry), entry["model"], FitRules(parameters={entry["model"]: held}))
        for kind, relative in (("estimates", 1e-9), ("intervals", 1e-6)):
            for name, expected in entry[kind].items():
                yield number(entry["name"], name, expected, float(found[name][0]), relative)


def statistics() -> Iterator[Compared]:
    """The sets of `statistics.toml`, to the tolerance that each states."""
    for entry in tree_of("statistics.toml")["set"]:
        values = np.array([*entry["first"], *(entry.get("pair", []) * entry.get("times", 0))], float)
        found = describe(values, np.zeros(len(values), np.int64), 1)
        given = entry["tolerance"]
        for name, expected in entry["expected"].items():
            relative = given.get(name, 0.0) if isinstance(given, dict) else given
            yield number(entry["name"], name, expected, float(found[name][0]), relative)
