"""What every table and sentence of numbers on the page must show, in the page's order, worked out from the CSV files alone.

A cell that is None is a picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from agreement.rounded import decimals, exact, three_figures
from agreement.shown import Table, group_text, pretty, sentence_of, statistic
from agreement.wanted_swing import Swing
from agreement.written import ASSAYS, Level, Line, Written
from cartpk.models import MODELS
from cartpk.reasons import Flag
from cartpk.terms import Term

ANSWERS = ("cmax", "tmax", "auc_0_m3")
MARKS = {flag.name or "": chr(ord("a") + n) for n, flag in enumerate(f for f in Flag if f)}
_LABELS = {
    "N": "N", "n": "n", "geo_n": "n above 0", "n_quantifiable": "n ≥ LLOQ", "mean": "Mean", "sd": "SD", "cv_pct": "CV %",
    "geo_mean": "Geometric mean", "geo_cv_pct": "Geometric CV %", "median": "Median", "q1": "Q1", "q3": "Q3", "min": "Min", "max": "Max",
}  # fmt: skip
_SHORT = {**_LABELS, "geo_mean": "Geo. mean", "geo_cv_pct": "Geo. CV %"}
_SHOWN = (
    "cmax", "tmax", "tfirst", "tlast", "auc_last", "auc_all", "auc_inf_obs", "half_life", "doubling_time", "fold_expansion",
    "contraction_half_life",
)  # fmt: skip
_PHASES = ("expansion", "contraction", "after_peak_course", "reexpansion_start", "reexpansion")


def named(symbol: str, unit: str) -> str:
    return f"{symbol}, {pretty(unit)}" if unit else symbol


def with_marks(w: Written, line: Line) -> str:
    """A number of a subject with the letters of its flags; a dash where there is none."""
    marks = "".join(letter for name, letter in MARKS.items() if name in line["flags"].split(";"))
    if not line["value"]:
        return f"–{marks}"
    counts = w.terms[line["parameter"]].unit_kind == "count"
    return (decimals(line["value"], 0) if counts else three_figures(line["value"])) + marks


def _n(w: Written, assay: str, level: Level) -> str:
    return w.summary["nca", assay, level, "cmax", "N"]["value"]


def answer(w: Written, assay: str) -> Table:
    """Cmax, Tmax and the area to M3 by dose level."""
    groups = w.groups(assay, ("dose_level",))
    rows: Table = [("Statistic", *(f"{group_text(level)}N = {_n(w, assay, level)}" for level in groups))]
    for name in ANSWERS:
        term = w.terms[name]
        names = (
            ["n", "median", "min", "max"] if name == "tmax" else ["n", "geo_mean", "geo_cv_pct", "median", "min", "max"]
        )
        at = {(s, level): w.summary["nca", assay, level, name, s] for s in (*names, "geo_n") for level in groups}
        if name != "tmax" and any(at["n", lv]["value"] != at["geo_n", lv]["value"] for lv in groups):
            names.insert(1, "geo_n")
        rows.append((named(term.symbol, w.parameters[assay, w.subjects[0], name]["unit"]),))
        rows += [(_LABELS[s], *(statistic(at[s, level]) for level in groups)) for s in names]
    return rows


def answer_sentence(w: Written, assay: str) -> str:
    """The answer of an assay in words."""
    total = {(n, s): w.summary["nca", assay, (), n, s] for n in ANSWERS for s in ("n", "geo_n", "geo_mean", "geo_cv_pct", "median", "min", "max")}  # fmt: skip
    everybody = _n(w, assay, ())
    seen = sum(bool(w.told(assay, s, "tlast")) for s in w.subjects)
    low, mid, high = (statistic(total["tmax", s]) for s in ("min", "median", "max"))
    known = total["auc_0_m3", "n"]["value"]
    of = "" if known == everybody else f", known in {known} of {everybody}"
    return (
        f"{seen} of {everybody} subjects had a quantifiable sample. Cmax: {_middle(w, assay, 'cmax')}."
        f" Tmax: median day {mid} (range {low} to {high})."
        f" {w.terms['auc_0_m3'].symbol}{of}: {_middle(w, assay, 'auc_0_m3')}."
    )


def _middle(w: Written, assay: str, name: str) -> str:
    line = {s: w.summary["nca", assay, (), name, s] for s in ("n", "geo_n", "geo_mean", "geo_cv_pct", "median")}
    unit = pretty(line["n"]["unit"])
    if not line["geo_mean"]["value"]:
        return f"median {statistic(line['median'])} {unit}"
    above = "" if line["n"]["value"] == line["geo_n"]["value"] else f", {line['geo_n']['value']} subjects above 0"
    return (
        f"geometric mean {statistic(line['geo_mean'])} {unit} (geometric CV {statistic(line['geo_cv_pct'])} %{above})"
    )


def _quantities(terms: Mapping[str, Term]) -> list[str]:
    return [name for name in terms if f"{name}_se" in terms]


def estimates(w: Written, assay: str, model: str) -> Table:
    """The estimates of all subjects."""
    terms = w.fit_terms[model]
    columns = ("geo_mean", "geo_cv_pct", "median", "min", "max")
    rows: Table = [("Estimate", "n", *(_LABELS[s] for s in columns))]
    for name in _quantities(terms):
        at = {s: w.summary[model, assay, (), name, s] for s in ("n", *columns)}
        known = ("median", "min", "max") if terms[name].average == "time" else columns
        if at["n"]["value"] != "0":
            symbol = named(terms[name].symbol, w.fits[model, assay, w.subjects[0], name]["unit"])
            rows.append((symbol, at["n"]["value"], *(statistic(at[s]) if s in known else "" for s in columns)))
    return rows


def fits_sentence(w: Written, assay: str, model: str) -> str:
    """How many fits, and the model's numbers over the noncompartmental ones."""
    own = {s: w.models[assay, s, taken(w, assay, s, model)] for s in w.subjects}
    fitted = [line for line in own.values() if not line["reason"]]
    told = sum(line["believed"] == "true" for line in fitted)
    said = [f"{len(fitted)} of {len(own)} profiles fitted, {told} with every parameter estimable."]
    for name in ("cmax", "auc_0_m3"):
        pairs = [(w.told(assay, s, name), w.fits[model, assay, s, name]["value"]) for s in w.subjects]
        logs = [math.log(float(m) / float(n)) for n, m in pairs if n and m and float(n) > 0]
        if logs:
            mean, low, high = (three_figures(math.exp(x)) for x in (math.fsum(logs) / len(logs), min(logs), max(logs)))
            said.append(f"{w.terms[name].symbol}, model over noncompartmental: geometric mean {mean} ({low} to {high}, n = {len(logs)}).")  # fmt: skip
    return " ".join(said)


def taken(w: Written, assay: str, subject: str, model: str) -> str:
    """The model itself; of ``auto`` the one that was chosen."""
    if model != "auto":
        return model
    return next(m for a, s, m in w.models if (a, s) == (assay, subject) and w.models[a, s, m]["chosen"] == "true")


def glance(w: Written) -> Table:
    """The answers of each subject."""
    units = [pretty(w.parameters[assay, w.subjects[0], name]["unit"]) for assay in ASSAYS for name in ANSWERS]
    symbols = [w.terms[name].symbol for name in ANSWERS] * len(ASSAYS)
    rows: Table = [("Subject", "Dose level", *ASSAYS), tuple(f"{s}{u}" for s, u in zip(symbols, units, strict=True))]
    for subject in w.subjects:
        cells = [with_marks(w, w.parameters[assay, subject, name]) for assay in ASSAYS for name in ANSWERS]
        rows.append((subject, w.parameters[ASSAYS[0], subject, "cmax"]["dose_level"], *cells))
    return rows


def _family(term: Term) -> int:
    if term.rows == "lambda_z":
        return 3
    if term.rows in _PHASES:
        return 4
    if term.unit_kind in ("area/dose", "conc/dose"):
        return 2
    return 1 if term.unit_kind in ("area", "percent") else 0


def person(w: Written, assay: str, subject: str) -> Iterator[Table]:
    """The tables of one profile: parameters, models, samples."""
    titles = ("Peak and persistence", "Exposure", "By dose", "Terminal decline", "Expansion and contraction")
    families: list[Table] = [[(title, "Value")] for title in titles]
    for name, term in w.terms.items():
        line = w.parameters[assay, subject, name]
        unit = "" if term.unit_kind == "percent" and "%" in term.symbol else line["unit"]
        families[_family(term)].append((named(term.symbol, unit), with_marks(w, line)))
    yield from families
    for model in w.fit_terms:
        if not w.models[assay, subject, taken(w, assay, subject, model)]["reason"]:
            yield _fit(w, assay, subject, model)
    yield _compared(w, assay, subject)
    yield _samples(w, assay, subject)


def _fit(w: Written, assay: str, subject: str, model: str) -> Table:
    rows: Table = [("Estimate", "Value", "Lower", "Upper")]
    terms = w.fit_terms[model]
    own = MODELS[taken(w, assay, subject, model)]
    known = {*own.names, *(d.name for d in own.derived), *(n for n in terms if n.startswith("auc_")), "time_below_lloq"}
    for name in (n for n in _quantities(terms) if n in known):
        lines = [w.fits[model, assay, subject, f"{name}{end}"] for end in ("", "_lower", "_upper")]
        cells = [three_figures(line["value"]) if line["value"] else "–" for line in lines]
        rows.append((named(terms[name].symbol, lines[0]["unit"]), *cells))
    return rows


def _compared(w: Written, assay: str, subject: str) -> Table:
    rows: Table = [("Model", "AICc", "Above the lowest", "Remark")]
    for a, s, model in w.models:
        if (a, s) == (assay, subject):
            line = w.models[a, s, model]
            given = line["aicc"] if not line["reason"] else ""
            delta = "–" if not given else three_figures(line["delta_aicc"])
            rows.append((MODELS[model].label, three_figures(given) if given else "–", delta, _remark(w, line, model)))
    return rows


def _remark(w: Written, line: Line, model: str) -> str:
    said = []
    if line["reason"]:
        said.append(f"No fit: {sentence_of(line['reason'])}")
    elif line["believed"] == "false":
        said.append("Not estimable: *")
    return " ".join([*said, *(["Chosen."] if line["chosen"] == "true" else [])])


def _samples(w: Written, assay: str, subject: str) -> Table:
    rows: Table = [("Day", "Visit", "Reported", "LLOQ", "Used", "Remark", "Input row")]
    lines = [r for r in w.concentrations if (r["assay"], r["subject_id"]) == (assay, subject)]
    for r in sorted(lines, key=lambda r: (float(r["time"]), int(r["record"]))):
        remark = "*" if r["blq"] == "true" or r["status"] != "used" else ""
        rows.append((r["time"], r["visit"], r["reported"], r["lloq"], exact(r["value_used"]), remark, r["record"]))
    return rows


def parameter_table(w: Written, assay: str, by: Sequence[str]) -> Table:
    """The main parameters by group."""
    columns = ("N", "n", "mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "q1", "q3", "min", "max")
    rows: Table = [("Parameter", *(_SHORT[s] for s in columns))]
    for name, term in w.terms.items():
        if name in _SHOWN or (term.horizon and name == f"auc_{term.horizon}"):
            rows.append((named(term.symbol, w.parameters[assay, w.subjects[0], name]["unit"]),))
            for level in w.groups(assay, by):
                cells = (statistic(w.summary["nca", assay, level, name, s]) for s in columns)
                rows.append((group_text(level), *cells))
    return rows


def visit_table(w: Written, assay: str) -> Table:
    """The values by visit."""
    columns = ("n", "n_quantifiable", "mean", "sd", "geo_mean", "geo_cv_pct", "median", "min", "max")
    rows: Table = [("Visit", *(_SHORT[s] for s in columns))]
    for level in w.groups(assay, ("dose_level",)):
        rows.append((f"{group_text(level)} (N = {_n(w, assay, level)})",))
        for visit in dict.fromkeys(v for a, lv, v, _ in w.visits if (a, lv) == (assay, level)):
            at = {s: w.visits[assay, level, visit, s] for s in (*columns, "n_subjects")}
            cells = [statistic(at[s]) for s in columns]
            if at["n"]["value"] != at["n_subjects"]["value"]:
                cells[0] += f" ({at['n_subjects']['value']})"
            day = at["n"]["time_nominal"]
            rows.append((visit if visit == f"Day {day}" else f"{visit} (day {day})", *cells))
    return rows


def page(w: Written) -> list[Table]:
    """Every table of the page, in its order, but that of the inputs, which comes last."""
    swings = [Swing(w, assay) for assay in ASSAYS]
    return [
        *(answer(w, assay) for assay in ASSAYS),
        *(table for swing in swings for table in (swing.changes(), swing.by_subject())),
        *(estimates(w, assay, model) for model in w.fit_terms for assay in ASSAYS),
        glance(w),
        *(table for subject in w.subjects for assay in ASSAYS for table in person(w, assay, subject)),
        *(
            table
            for assay in ASSAYS
            for table in (*(parameter_table(w, assay, by) for by in w.groupings), visit_table(w, assay))
        ),
    ]


def sentences(w: Written) -> list[str]:
    """Every sentence of numbers above the tables, in their order."""
    return [
        *(answer_sentence(w, assay) for assay in ASSAYS),
        *(Swing(w, assay).sentence() for assay in ASSAYS),
        *(fits_sentence(w, assay, model) for model in w.fit_terms for assay in ASSAYS),
    ]
