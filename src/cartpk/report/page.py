"""Everything the template shows, put together from an analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from cartpk import prose
from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL
from cartpk.language import counted, say
from cartpk.nca import substitute
from cartpk.report.answer import Answer, Membership, answer, answer_terms
from cartpk.report.course import courses
from cartpk.report.curves import Window, axis_title
from cartpk.report.fits import Cohort, cohort
from cartpk.report.names import Subject, Subjects, assay_name, strata_of
from cartpk.report.numbers import day, unit_words, width_class
from cartpk.report.overlay import VisitMean, overlay
from cartpk.report.palette import Doses
from cartpk.report.person import Person, number_cell, number_of, person, repeats
from cartpk.report.record import FileGroup, InputFile, file_groups, input_files, versions
from cartpk.report.remarks import Kind, Remark, assumptions, decisions, gaps, kinds
from cartpk.report.statistics import StatisticsTable, parameter_table, visit_table
from cartpk.report.swing import Swing, swing, tried
from cartpk.report.trace import trace_data
from cartpk.rounding import exact
from cartpk.rules import BlqRule
from cartpk.summary import Stratum, Visit
from cartpk.terms import area_symbol
from cartpk.units import area_unit

__all__ = ["Glance", "Page", "page_of"]


@dataclass(frozen=True, slots=True)
class Glance:
    """The table of all subjects: the answers of each, one group of columns an assay."""

    heads: tuple[tuple[str, tuple[tuple[int, str, str], ...]], ...]
    rows: tuple[tuple[Subject, tuple[tuple[int, int, Markup], ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page says, in its order."""

    title: str
    study: str
    population: str
    lead: str
    ledger: str
    levels: tuple[str, ...]
    some_without_level: bool
    answers: tuple[Answer, ...]
    kinds: list[Kind]
    decisions: list[str]
    assumptions: list[Remark]
    gaps: list[Remark]
    tried: str
    swings: tuple[Swing, ...]
    models: Cohort | None
    glance: Glance
    people: tuple[Person, ...]
    statistics: tuple[StatisticsTable, ...]
    methods: tuple[str, ...]
    results: tuple[str, ...]
    rules: tuple[str, ...]
    plan: str
    files: list[FileGroup]
    inputs: list[InputFile]
    versions: list[tuple[str, str]]
    trace: Markup


def page_of(analysis: Analysis, files: Sequence[tuple[str, str]]) -> Page:
    """The page of an analysis; `files` are (path in the run folder, what it is)."""
    profiles, results = analysis.profiles, analysis.results
    doses = Doses.of(profiles)
    subjects, membership = Subjects.of(profiles, doses), Membership([])
    position, used = substitute(profiles, results.rules)
    all_courses = courses(profiles, results, used, position)
    strata = strata_of(profiles)
    windows = _windows(analysis, strata)
    repeated = repeats(analysis.samples, analysis.ledger.status.tolist(), analysis.ledger.kept.tolist())
    answers, swings, tables = [], [], []
    for stratum, members in strata:
        name = assay_name(stratum.assay, stratum.matrix, stratum.infusion, profiles)
        drawn = [(all_courses[i], doses.of_profile[i], subjects[i].number) for i in members]
        means = _visit_means(analysis, stratum)
        picture = Markup(overlay(drawn, means, windows[members[0]], axis_title(stratum.unit)))
        answers.append(answer(analysis, stratum, members, name, picture, doses.levels, membership))
        if (one := swing(analysis, members, name, unit_words(area_unit(stratum.unit)), subjects)) is not None:
            swings.append(one)
        for by in analysis.summary.groupings or ((),):
            tables.append(parameter_table(analysis, stratum, members, name, by, doses.levels, membership))
        tables.append(visit_table(analysis, stratum, members, name, doses.levels, membership))
    report = analysis.plan.report
    return Page(
        title=report.heading,
        study=report.study,
        population=report.population,
        lead=_lead(analysis, strata),
        ledger=_ledger(analysis),
        levels=doses.levels,
        some_without_level=doses.some_have_none,
        answers=tuple(answers),
        kinds=kinds(analysis.findings),
        decisions=decisions(analysis),
        assumptions=assumptions(results, subjects),
        gaps=gaps(results, subjects),
        tried=tried(analysis),
        swings=tuple(swings),
        models=cohort(analysis, strata, [a.name for a in answers]),
        glance=_glance(analysis, strata, subjects),
        people=tuple(person(analysis, s, all_courses, windows, repeated) for s in subjects.items),
        statistics=tuple(tables),
        methods=prose.methods(analysis),
        results=prose.results(analysis),
        rules=tuple(map(say, (*results.rules.sentences(), *analysis.plan.models.sentences()))),
        plan=analysis.plan.to_toml(),
        files=file_groups(files),
        inputs=input_files(analysis.samples),
        versions=versions(bool(analysis.fits)),
        trace=trace_data(results, all_courses, subjects, membership),
    )


def _windows(analysis: Analysis, strata: Sequence[tuple[Stratum, list[int]]]) -> list[Window]:
    """For each profile the axes it shares: days with all, values with its assay."""
    p = analysis.profiles
    time = p.time[(p.time >= -30) & ~p.missing]
    first = min(0.0, float(time.min())) if len(time) else 0.0
    last = max(1.0, float(time.max())) if len(time) else 1.0
    windows: dict[int, Window] = {}
    for _, members in strata:
        rows = np.concatenate([np.arange(p.offsets[i], p.offsets[i + 1]) for i in members])
        conc, limits = p.conc[rows], p.lloq[rows]
        shown = conc[~np.isnan(conc)]
        ends = (float(shown[shown > 0].min()), float(shown.max())) if np.any(shown > 0) else ()
        known = tuple(float(v) for v in np.unique(limits[~np.isnan(limits)]))
        windows.update(dict.fromkeys(members, Window(first, last, ends, known)))
    return [windows[i] for i in range(len(p))]


def _visit_means(analysis: Analysis, stratum: Stratum) -> list[VisitMean]:
    """The geometric mean of everybody at each planned day."""
    found = []
    for cell in analysis.summary_concentrations:
        if (
            cell.stratum == stratum
            and cell.group == TOTAL
            and isinstance(cell.row, Visit)
            and cell.row.time_nominal is not None
        ):
            v = cell.values
            mean, lower, upper = (v.get(n, math.nan) for n in ("geo_mean", "geo_lower", "geo_upper"))
            found.append(VisitMean(cell.row.time_nominal, int(v["n"]), int(v["n_quantifiable"]), mean, lower, upper))
    return sorted((f for f in found if f.n and f.day >= -30), key=lambda f: f.day)


def _lead(analysis: Analysis, strata: Sequence[tuple[Stratum, list[int]]]) -> str:
    """One sentence: what was analysed, and by which rules."""
    rules, samples = analysis.results.rules, analysis.samples
    comma = say(", ")
    assays = [
        say("{name} ({unit})", name=a.name or say("an assay"), unit=unit_words(a.unit) + _limits(a.lloq))
        for a in samples.assays
    ]
    horizons = comma.join(say("day {day} ({area})", day=day(d), area=area_symbol(h)) for h, d in rules.horizons.items())
    method = say(_METHODS[rules.auc_method])
    return say(
        "{subjects} with {n} samples in {files}, measured by {assays}, were analysed noncompartmentally: areas by {areas},"
        " results below the limit of quantification {below} (rule “{rule}”), times in days after the infusion.",
        subjects=counted(len(samples.subjects), "{n} subject", "{n} subjects"),
        n=len(samples),
        files=comma.join(s.name for s in samples.sources),
        assays=_joined(assays),
        areas=say("{method} to {horizons}", method=method, horizons=horizons) if horizons else method,
        below=_below(rules.blq_rules),
        rule=rules.blq_name,
    )


_METHODS = {
    "linear": "the linear trapezoidal rule",
    "lin-up-log-down": "linear trapezoids up and logarithmic ones down",
    "lin-log": "linear trapezoids to Tmax and logarithmic ones after it",
}


def _below(rules: Mapping[str, BlqRule]) -> str:
    """What stands for results below the limit, in words: ``as 0 before the first quantifiable one, left out between ...``."""
    early = rules["pre_infusion"] == rules["before_first"]
    late = rules["first_trailing"] == rules["later_trailing"]
    where = {
        "pre_infusion": "" if early else "before the infusion",
        "before_first": "before the first quantifiable one",
        "embedded": "between quantifiable ones",
        "first_trailing": "after the last" if late else "just after the last",
        "later_trailing": "" if late else "after that",
    }
    places: dict[str, list[str]] = {}
    for name, words in where.items():
        if words:
            places.setdefault(_stand_in(rules[name]), []).append(say(words))
    return say(", ").join(say("{how} {where}", how=how, where=_joined(words)) for how, words in places.items())


def _joined(words: Sequence[str]) -> str:
    said = words[0]
    for last in words[1:]:
        said = say("{others} and {last}", others=said, last=last)
    return said


def _stand_in(rule: BlqRule) -> str:
    if isinstance(rule, str):
        return say(_STAND_INS[rule])
    return say("taken as {value}", value=exact(rule))


_STAND_INS = {"lloq": "taken as the LLOQ", "lloq/2": "taken as half the LLOQ", "missing": "left out"}


def _limits(limits: tuple[float, ...]) -> str:
    if not limits:
        return ""
    if len(limits) == 1:
        return say(", LLOQ {limit}", limit=exact(limits[0]))
    return say(", LLOQ {low} to {high}", low=exact(limits[0]), high=exact(limits[-1]))


def _ledger(analysis: Analysis) -> str:
    """Rows read = rows used + rows set aside."""
    counts = analysis.ledger.counts()
    return say(
        "{read} rows read = {used} used + {missing} without a result + {excluded} excluded + {duplicate} repeated.",
        read=len(analysis.samples),
        **{name: counts[name] for name in ("used", "missing", "excluded", "duplicate")},
    )


def _glance(analysis: Analysis, strata: Sequence[tuple[Stratum, list[int]]], subjects: Subjects) -> Glance:
    """The answers of every subject, to start from."""
    results, profiles = analysis.results, analysis.profiles
    names = answer_terms(analysis)
    order = list(results.terms)
    heads, place, widths = [], {}, []
    for n, (stratum, members) in enumerate(strata):
        title = assay_name(stratum.assay, stratum.matrix, stratum.infusion, profiles)
        columns = tuple(
            (order.index(t), say(results.terms[t].symbol), unit_words(results.unit(t, members[0]))) for t in names
        )
        heads.append((title, columns))
        widths += [width_class(number_of(results, t, i) for i in members) for t in names]
        place.update({(subjects.of_profile[i], n): i for i in members})
    rows = []
    for s, subject in enumerate(subjects.items):
        cells: list[tuple[int, int, Markup]] = []
        for n in range(len(strata)):
            i = place.get((s, n), -1)
            css = widths[n * len(names) :]
            cells += [
                (i, order.index(t), number_cell(results, t, i, css[m]) if i >= 0 else Markup(""))
                for m, t in enumerate(names)
            ]
        rows.append((subject, tuple(cells)))
    return Glance(tuple(heads), tuple(rows))
