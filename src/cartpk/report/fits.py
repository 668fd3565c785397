"""Models on the page: each subject's fits over its samples with their estimates, and the cohort's in one section."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL, Stratum
from cartpk.language import paragraph, say
from cartpk.plan.models import AUTO
from cartpk.report import svg
from cartpk.report.answer import find, statistic
from cartpk.report.course import Course
from cartpk.report.curves import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Window,
    axes,
    axis_title,
    limit_line,
    sample_marks,
)
from cartpk.report.numbers import DASH, aligned, shown, unit_words
from cartpk.report.scales import Panel, day_axis, linear_axis, log_axis
from cartpk.tables.models import compared, main_quantities, shared_areas

if TYPE_CHECKING:
    import pandas as pd

    from cartpk.fit import Fits

__all__ = ["Cohort", "CohortTable", "Compared", "FitView", "ModelsView", "cohort", "models_of"]

_PER_PAGE = ("geo_mean", "geo_cv_pct", "median", "min", "max")
_TIMES = ("median", "min", "max")


@dataclass(frozen=True, slots=True)
class FitView:
    """One model over the samples of a profile: curves, caption, a row a quantity (name, unit, estimate and its limits), and why some are not given."""

    title: str
    curves: Markup
    caption: str
    rows: tuple[tuple[str, str, tuple[Markup, ...]], ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One model among those compared for a profile: name, (AICc, distance to the lowest, samples, below the limit), remark."""

    model: str
    cells: tuple[Markup, ...]
    remark: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ModelsView:
    """All models of a profile."""

    fits: tuple[FitView, ...]
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class CohortTable:
    """One model and assay: how many fits, and the estimates of all subjects: (name, unit, cells)."""

    title: str
    sentence: str
    rows: tuple[tuple[str, str, tuple[Markup, ...]], ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The section on models: rules, and a table a model and assay; `chosen`: how often ``auto`` took each model."""

    rules: tuple[str, ...]
    chosen: tuple[str, ...]
    tables: tuple[CohortTable, ...]


def models_of(analysis: Analysis, course: Course, level: int, window: Window, who: str) -> ModelsView:
    """The fits of one profile that the plan names, and how all models compare."""
    views = tuple(_view(fits, course, level, window, who) for fits in analysis.asked)
    return ModelsView(views, _compared(analysis, course.i))


def _view(fits: Fits, course: Course, level: int, window: Window, who: str) -> FitView:
    i, f = course.i, fits.fitted[course.i]
    label = say(fits.models[f.model].label)
    title = say("{model} (lowest AICc)", model=label) if fits.model == AUTO else label
    curves = Markup(_pair(fits, course, level, window, say("{who}, {model}", who=who, model=label)))
    return FitView(title, curves, _caption(fits, i), _rows(fits, i), _notes(fits, i))


def _caption(fits: Fits, i: int) -> str:
    f = fits.fitted[i]
    if f.reason:
        return say("No fit: {why}", why=say(f.reason.sentence))
    drawn = (
        say("Line and band: fit with its pointwise {level} % interval.", level=f"{100 * fits.fit_rules.level:g}")
        if f.believed
        else say("Dashed, without a band: not every parameter is estimable.")
    )
    samples = say(
        "{n} quantifiable samples and {below} below the LLOQ, left-censored there; σ {sigma} on the log scale;"
        " {agree} of {starts} starts agree.",
        n=f.n_obs,
        below=f.n_blq,
        sigma=shown(f.sigma),
        agree=f.agree,
        starts=f.starts,
    )
    return paragraph([drawn, samples])


def _rows(fits: Fits, i: int) -> tuple[tuple[str, str, tuple[Markup, ...]], ...]:
    """Every quantity that the profile's model has; where there is no fit there are none."""
    if fits.fitted[i].reason:
        return ()
    names = [name for name in main_quantities(fits) if name in fits.fitted[i].estimates]
    texts = []
    for name in names:
        numbers = [float(fits[f"{name}{end}"][i]) for end in ("", "_lower", "_upper")]
        texts.append([shown(v) for v in numbers])
    heads = [(say(fits.terms[name].symbol), unit_words(fits.unit(name, i))) for name in names]
    return tuple((*head, cells) for head, cells in zip(heads, aligned(texts), strict=True))


def _notes(fits: Fits, i: int) -> tuple[tuple[str, str], ...]:
    """Each reason why an estimate or its interval is not given, with the quantities it is about."""
    about: dict[str, list[str]] = {}
    if not fits.fitted[i].reason:
        for name in main_quantities(fits):
            reason = fits.reason(name, i) or fits.reason(f"{name}_lower", i)
            if reason and name in fits.fitted[i].estimates:
                about.setdefault(say(reason.sentence), []).append(say(fits.terms[name].symbol))
    return tuple((say(", ").join(symbols), sentence) for sentence, symbols in about.items())


def _pair(fits: Fits, course: Course, level: int, window: Window, who: str) -> str:
    """The linear and the logarithmic panel."""
    x, x_ticks = day_axis(window.first_day, window.last_day, LEFT, WIDTH - RIGHT)
    peak = max((v for v in (*course.conc.tolist(), *course.lloq.tolist()) if not math.isnan(v)), default=1.0)
    time, value, lower, upper = _curve(fits, course)
    height = max(peak, min(float(np.max(value, initial=0.0)), 5 * peak))
    linear = Panel(x, (scale := linear_axis(height, HEIGHT - BOTTOM, TOP))[0], x_ticks, scale[1])
    log = Panel(x, (scale := log_axis(window.values, window.limits, HEIGHT - BOTTOM, TOP))[0], x_ticks, scale[1])
    title = axis_title(fits.profiles.unit[course.i])
    return "".join(
        svg.svg(
            WIDTH,
            HEIGHT,
            say("{who}, logarithmic axis" if panel.log else "{who}, linear axis", who=who),
            [
                axes(panel, title),
                svg.group(f"d{level}", [
                    _band(panel, time, lower, upper),
                    limit_line(course, panel),
                    _line(panel, time, value, "line" if fits.fitted[course.i].believed else "line dash"),
                    *sample_marks(course, panel),
                ]),
            ],
        )
        for panel in (linear, log)
    )  # fmt: skip


def _curve(fits: Fits, course: Course) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Days, curve and the ends of its interval (missing where the fit is not believed); nothing where there is no fit."""
    from cartpk.fit import predict

    f = fits.fitted[course.i]
    if f.reason:
        return (np.empty(0),) * 4
    last = float(np.max(course.time[~course.missing], initial=1.0))
    tmax = f.parameters.get("tmax", math.nan)
    time = np.linspace(0.0, last, 121)
    time = np.unique(np.append(time, tmax)) if 0 < tmax < last else time
    with np.errstate(over="ignore"):
        found = predict(fits, course.i, time)
    blank = np.full(len(time), np.nan)
    return (time, found.value, found.lower, found.upper) if f.believed else (time, found.value, blank, blank)


def _line(panel: Panel, time: np.ndarray, value: np.ndarray, css: str) -> str:
    """The curve, cut where it leaves the panel."""
    inside = (value >= panel.y.low) & (value <= panel.y.high)
    runs = np.split(np.arange(len(time)), np.flatnonzero(np.diff(inside.astype(int))) + 1) if len(time) else []
    return "".join(
        svg.path([panel.at(float(time[k]), float(value[k])) for k in run], css) for run in runs if inside[run[0]]
    )


def _band(panel: Panel, time: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> str:
    if not len(time) or np.isnan(upper).all():
        return ""
    low, high = (np.clip(end, panel.y.low, panel.y.high) for end in (lower, upper))
    above = [panel.at(float(t), float(v)) for t, v in zip(time, high, strict=True)]
    below = [panel.at(float(t), float(v)) for t, v in zip(time, low, strict=True)]
    return svg.polygon([*above, *reversed(below)], "fill")


def _compared(analysis: Analysis, i: int) -> tuple[Compared, ...]:
    """The models of profile i side by side, where there are several."""
    single = [fits for fits in analysis.fits if fits.model != AUTO]
    if len(single) < 2:
        return ()
    auto = next((fits for fits in analysis.fits if fits.model == AUTO), None)
    given = [f.aicc if not f.reason else math.nan for f in (fits.fitted[i] for fits in single)]
    lowest = min((a for a in given if not math.isnan(a)), default=math.nan)
    texts = [[shown(a), shown(a - lowest) if a > lowest else "0" if a == lowest else DASH] for a in given]
    found = []
    for fits, cells in zip(single, aligned(texts), strict=True):
        f = fits.fitted[i]
        untold = [say(fits.terms[name].symbol) for name in f.free if f.estimates[name].reason]
        remark = say("Not estimable: {symbols}.", symbols=say(", ").join(untold)) if untold else ""
        if f.reason:
            remark = say("No fit: {why}", why=say(f.reason.sentence))
        chosen = auto is not None and auto.chosen[i] == f.model
        found.append(Compared(say(fits.models[f.model].label), cells, remark, chosen))
    return tuple(found)


def cohort(analysis: Analysis, strata: list[tuple[Stratum, list[int]]], names: list[str]) -> Cohort | None:
    """The section on models; None where none was fitted. `names` are those of the strata."""
    if not analysis.fits:
        return None
    frame = compared(analysis.fits)
    tables = [
        _table(analysis, fits, stratum, members, name)
        for fits in analysis.asked
        for (stratum, members), name in zip(strata, names, strict=True)
    ]
    return Cohort(tuple(map(say, analysis.plan.models.sentences())), _chosen(analysis, frame), tuple(tables))


def _chosen(analysis: Analysis, frame: pd.DataFrame) -> tuple[str, ...]:
    auto = next((fits for fits in analysis.fits if fits.model == AUTO), None)
    if auto is None:
        return ()
    counts = Counter(f.model if f.believed else "" for f in auto.fitted)
    said = [say("{model} in {n}", model=say(auto.models[m].label).lower(), n=n) for m, n in counts.most_common() if m]
    words = {"n": len(auto), "models": say(", ").join(said) or say("none"), "none": counts[""]}
    if counts[""]:
        sentence = say(
            "Of {n} profiles the lowest AICc among estimable models had: {models};"
            " in {none} no model has all its parameters estimable.",
            **words,
        )
    else:
        sentence = say("Of {n} profiles the lowest AICc among estimable models had: {models}.", **words)
    return (sentence,)


def _table(analysis: Analysis, fits: Fits, stratum: Stratum, members: list[int], name: str) -> CohortTable:
    summary = analysis.summary_fits
    assert summary is not None
    label = say("Model of lowest AICc" if fits.model == AUTO else fits.models[fits.model].label)
    fitted = [i for i in members if not fits.fitted[i].reason]
    believed = sum(fits.fitted[i].believed for i in fitted)
    part = summary.of_stratum(stratum, (), source=fits.model)
    rows, texts = [], []
    for quantity in main_quantities(fits):
        cell = find(part, quantity, TOTAL, stratum)
        if cell is None or not cell.values["n"]:
            continue
        term = fits.terms[quantity]
        known = _TIMES if term.average == "time" else _PER_PAGE
        texts.append([statistic(cell, "n", "")] + [statistic(cell, s, "") if s in known else "" for s in _PER_PAGE])
        rows.append((say(term.symbol), unit_words(fits.unit(quantity, members[0]))))
    cells = aligned(texts) if texts else []
    said = [
        say(
            "{n} of {all} profiles fitted, {believed} with every parameter estimable.",
            n=len(fitted), all=len(members), believed=believed,
        )
    ]  # fmt: skip
    said += [s for n in shared_areas(analysis.results, fits) if (s := _ratio(analysis, fits, n, members))]
    title = say("{model}, {assay}", model=label, assay=name)
    return CohortTable(title, paragraph(said), tuple((*row, c) for row, c in zip(rows, cells, strict=True)))


def _ratio(analysis: Analysis, fits: Fits, name: str, members: list[int]) -> str:
    """The model's number over the noncompartmental one."""
    nca, model = analysis.results[name][members], fits[name][members]
    both = (nca > 0) & (model > 0)
    if not both.any():
        return ""
    ratio = np.log(model[both] / nca[both])
    symbol, n = analysis.results.terms[name].symbol, int(both.sum())
    mean, low, high = (shown(float(np.exp(v))) for v in (ratio.mean(), ratio.min(), ratio.max()))
    return say(
        "{parameter}, model over noncompartmental: geometric mean {mean} ({low} to {high}, n = {n}).",
        parameter=say(symbol), mean=mean, low=low, high=high, n=n,
    )  # fmt: skip
