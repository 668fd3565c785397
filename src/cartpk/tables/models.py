"""Fits as frames and tables: every estimate, how models compare, and the model beside the noncompartmental numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cartpk.fit import Fits
from cartpk.grouping import Stratum
from cartpk.language import say
from cartpk.plan.models import AUTO
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.rounding import at_least, fixed
from cartpk.summary import Summary
from cartpk.tables.parameters import by_group, members_of
from cartpk.tables.table import Cell, Column, Number, Row, Spanner, Table, missing
from cartpk.tables.words import Marks, subtitle, title_by, with_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "beside_nca",
    "compared",
    "estimates",
    "estimates_by_group",
    "estimates_frame",
    "main_quantities",
    "model_words",
    "shared_areas",
]


def estimates_frame(fits: Sequence[Fits]) -> pd.DataFrame:
    """The columns of ``parameters.csv`` with `model` in front of `parameter`, one block a model."""
    import pandas as pd

    frames = []
    for one in fits:
        frame = one.to_long()
        frame.insert(list(frame.columns).index("parameter"), "model", one.model)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def compared(fits: Sequence[Fits]) -> pd.DataFrame:
    """One row a profile and model: criteria, distance to the lowest AICc, and the choice where ``auto`` was asked for."""
    import pandas as pd

    single = [one for one in fits if one.model != AUTO]
    auto = next((one for one in fits if one.model == AUTO), None)
    frame = pd.concat([one.comparison().assign(place=range(len(one))) for one in single], ignore_index=True)
    frame = frame.sort_values("place", kind="stable", ignore_index=True)
    given = frame["aicc"].where(frame["reason"] == "")
    lowest = given.groupby(frame["place"]).transform("min")
    frame.insert(list(frame.columns).index("bic"), "delta_aicc", given - lowest)
    chosen = (
        None if auto is None else [auto.chosen[i] == m for i, m in zip(frame["place"], frame["model"], strict=True)]
    )
    return frame.drop(columns=["place", "chosen"]).assign(chosen=chosen)


def model_words(fits: Fits) -> str:
    """``model exponential``; of ``auto`` that each profile has its own."""
    return say("the model of lowest AICc") if fits.model == AUTO else say("model {name}", name=fits.model)


def main_quantities(fits: Fits) -> tuple[str, ...]:
    """The parameters that are searched, then what follows from them: the quantities without errors and limits."""
    return tuple(name for name in fits.terms if f"{name}_se" in fits.terms)


def shared_areas(results: Results, fits: Fits) -> tuple[str, ...]:
    """Cmax and the area to M3 (to the last horizon where none is called so), as far as both have them."""
    horizons = list(results.rules.horizons)
    area = "0_m3" if "0_m3" in horizons else horizons[-1] if horizons else ""
    return tuple(n for n in ("cmax", f"auc_{area}") if n in results.terms and n in fits.terms)


def estimates_by_group(
    fits: Fits,
    summary: Summary,
    stratum: Stratum,
    by: Sequence[str] = (),
    *,
    number: str = "14.2.9.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Statistics of the estimates in rows, groups and the total in columns."""
    names = [name for name in main_quantities(fits) if name in summary.terms]
    part = summary.of_stratum(stratum, by, source=fits.model)
    title = title_by(say("Estimates of {model}", model=model_words(fits)), by)
    said = (say(_BELIEF), *notes)
    return by_group(part, stratum, by, number=number, title=title, names=names, population=population, notes=said)


_BELIEF = "Only estimates that the samples tell enter; the reasons of the others are in fits.csv."


def beside_nca(
    results: Results,
    fits: Fits,
    stratum: Stratum,
    *,
    number: str = "14.2.10.1",
    population: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """Cmax and AUC0-M3 of each subject: noncompartmental, of the model with its interval, and their ratio."""
    names, members, marks = shared_areas(results, fits), members_of(results, stratum), Marks()
    rows = []
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for i in members:
        cells: list[Cell] = [results.profiles.keys[i].subject_id]
        for name in names:
            cells += _pair(results, fits, name, i, marks, ratios[name])
        rows.append(Row(tuple(cells)))
    rows += _ratio_rows(names, ratios)
    columns = [Column(say("Subject"), "left", 16)]
    for _ in names:
        columns += [
            Column(say("NCA"), "right", 11),
            Column(say("Model\n(95 % interval)"), "right", 26),
            Column(say("Ratio"), "right", 8),
        ]
    spanners = tuple(
        Spanner(with_unit(say(results.terms[n].symbol), results.unit(n, members[0])), 1 + 3 * k, 3 + 3 * k)
        for k, n in enumerate(names)
    )
    said = say(
        "Ratio: model over noncompartmental; its geometric mean and range are over subjects that have both above 0."
    )
    return Table(
        number=number,
        id="pkpt-nca-model",
        title=say("Noncompartmental numbers beside those of {model}", model=model_words(fits)),
        subtitle=subtitle(stratum, population, of=results.profiles.keys.infusion),
        columns=tuple(columns),
        spanners=spanners,
        rows=tuple(rows),
        footnotes=(*marks.notes(), said, say("Full precision is in parameters.csv and fits.csv."), *notes),
    )


def _pair(results: Results, fits: Fits, name: str, i: int, marks: Marks, ratios: list[float]) -> list[Cell]:
    nca, model = float(results[name][i]), float(fits[name][i])
    ratio = model / nca if nca > 0 else math.nan
    if math.isfinite(ratio):
        ratios.append(ratio)
    flag = marks.of(results.flag(name, i)) if not math.isnan(nca) else marks.of(Flag.NONE, results.reason(name, i))
    left: Cell = missing(flag) if math.isnan(nca) else Number(nca, at_least(nca), flag)
    right: Cell = "" if math.isnan(ratio) else Number(ratio, fixed(ratio, 2))
    return [left, _with_interval(fits, name, i, marks), right]


def _with_interval(fits: Fits, name: str, i: int, marks: Marks) -> Cell:
    value = float(fits[name][i])
    if math.isnan(value):
        return missing(marks.of(Flag.NONE, fits.reason(name, i)))
    low, high = float(fits[f"{name}_lower"][i]), float(fits[f"{name}_upper"][i])
    if math.isnan(low) or math.isnan(high):
        return Number(value, at_least(value), marks.of(Flag.NONE, fits.reason(f"{name}_lower", i)))
    return f"{at_least(value)} ({at_least(low)}, {at_least(high)})"


def _ratio_rows(names: Sequence[str], ratios: dict[str, list[float]]) -> list[Row]:
    """The ratios of all subjects."""
    rows = []
    for label in ("Geometric mean ratio", "Range", "n"):
        cells: list[Cell] = [say(label)]
        for name in names:
            some = np.array(ratios[name])
            text = f"{len(some)}" if label == "n" else "NE"
            if label == "Geometric mean ratio" and len(some) >= 3:
                text = fixed(float(np.exp(np.log(some).mean())), 2)
            elif label == "Range" and len(some):
                text = f"{fixed(float(some.min()), 2)}-{fixed(float(some.max()), 2)}"
            cells += ["", "", text]
        rows.append(Row(tuple(cells)))
    return rows


def estimates(
    fits: Fits, stratum: Stratum, *, number: str = "16.2.8.1", population: str = "", notes: Sequence[str] = ()
) -> Table:
    """One row a subject and quantity: estimate, standard error, interval, or the reason there is none."""
    rows = []
    for i in members_of(fits, stratum):
        subject, f = fits.profiles.keys[i].subject_id, fits.fitted[i]
        for n, name in enumerate(_of_model(fits, i)):
            term, reason = fits.terms[name], fits.reason(name, i)
            value = float(fits[name][i])
            ends = [float(fits[f"{name}{end}"][i]) for end in ("_se", "_lower", "_upper")]
            without = fits.reason(f"{name}_lower", i)
            why = reason or without
            rows.append(
                Row((
                    subject if n == 0 else "",
                    f.model if n == 0 else "",
                    with_unit(say(term.symbol), fits.unit(name, i)),
                    *(Number(v, at_least(v)) if not math.isnan(v) else missing() for v in (value, *ends)),
                    say(why.sentence) if why else "",
                ))
            )  # fmt: skip
        rows.append(
            Row(("", "", say("Quantifiable samples, below the limit"), f"{f.n_obs}, {f.n_blq}", "", "", "", ""))
        )
    heads = ("Subject", "Model", "Quantity", "Estimate", "SE", "Lower", "Upper", "Remark")
    widths = (14, 14, 30, 11, 10, 10, 10, 40)
    left = ("Subject", "Model", "Quantity", "Remark")
    return Table(
        number=number,
        id="pkpl-model",
        kind="Listing",
        title=say("Estimates of {model} of each subject", model=model_words(fits)),
        subtitle=subtitle(stratum, population, of=fits.profiles.keys.infusion),
        columns=tuple(Column(say(h), "left" if h in left else "right", w) for h, w in zip(heads, widths, strict=True)),
        rows=tuple(rows),
        stub=3,
        footnotes=(say("SE: standard error; lower, upper: 95 % interval. Full precision is in fits.csv."), *notes),
    )


def _of_model(fits: Fits, i: int) -> list[str]:
    """The quantities that the profile's own model has."""
    return [name for name in main_quantities(fits) if fits.reason(name, i) != Reason.NOT_IN_MODEL]
