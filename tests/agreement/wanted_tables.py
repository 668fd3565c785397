"""What every table must show, row by row, worked out from the CSV files alone: `tables`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from agreement.rounded import decimals, three_or_more
from agreement.shown import WORDS, Letters, Rows, Wanted, group_text, listed, number_in, spoken, statistic, with_unit
from agreement.wanted_samples import dose_and_sampling, persistence
from agreement.written import ASSAYS, Level, Line, Written
from cartpk.terms import Term

_BLOCK = {
    "geometric": ("n", "geo_mean", "geo_cv_pct", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "arithmetic": ("n", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "time": ("n", "median", "min", "max", "q1", "q3", "mean", "sd"),
    "count": ("n", "median", "min", "max", "mean", "sd"),
}
_COLUMNS = ("n", "mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "q1", "q3", "min", "max")
END_POINTS = ("cmax", "tmax", "auc_0_28", "auc_0_m3", "auc_0_m6", "auc_last", "clast", "tlast", "half_life")


def _spanner(level: Level) -> str:
    """What stands over a group: the last column, and the levels of those before it."""
    return ", ".join([*(f"{spoken(name)} {value}" for name, value in level[:-1]), *(spoken(n) for n, _ in level[-1:])])


def visits(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Concentrations at each visit."""
    rows: Rows = []
    columns = ("mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "min", "max")
    for level in w.groups(assay, by):
        names = [v for a, lv, v, s in w.visits if a == assay and lv == level and s == "N"]
        n = w.visits[assay, level, names[0], "N"]["value"]
        heading = ", ".join(f"{spoken(name)} {value}" for name, value in level) or "Total"
        rows.append((f"{heading} (N={n})", *[""] * 10))
        for visit in names:
            line = {s: w.visits[assay, level, visit, s] for s in (*columns, "n", "n_subjects", "n_quantifiable", "pct_quantifiable")}  # fmt: skip
            here, subjects = statistic(line["n"]), statistic(line["n_subjects"])
            share = statistic(line["pct_quantifiable"])
            quantifiable = statistic(line["n_quantifiable"]) + (f" ({share})" if share != "NE" else "")
            count = here if here == subjects else f"{here} ({subjects})"
            rows.append((visit, count, quantifiable, *(statistic(line[s]) for s in columns)))
    heads = ("Visit", "n", "n ≥ LLOQ (%)", *(WORDS[s] for s in columns))
    return Wanted(("",) * 11, heads, rows)


def by_group(
    w: Written, assay: str, by: Sequence[str], names: Sequence[str] = END_POINTS, source: str = "nca",
    terms: Mapping[str, Term] | None = None,
) -> Wanted:  # fmt: skip
    """Statistics in rows, groups in columns."""
    groups = w.groups(assay, by)
    above = ("", *map(_spanner, groups))
    heads = ("Parameter", *(f"{group_text(level[-1:])} {number_in(w, assay, level)}" for level in groups))
    rows: Rows = []
    for name in names:
        term = (terms or w.terms)[name]
        at = {(s, level): w.summary[source, assay, level, name, s] for s in (*_COLUMNS, "geo_n") for level in groups}
        statistics: tuple[str, ...] = _BLOCK[term.average]
        if not any(float(at["n", level]["value"]) for level in groups):
            statistics = ("n",)
        elif term.average == "geometric" and any(at["n", lv]["value"] != at["geo_n", lv]["value"] for lv in groups):
            statistics = ("n", "geo_n", *statistics[1:])
        rows.append((with_unit(term.symbol, at["n", groups[-1]]["unit"]), *[""] * len(groups)))
        for s in statistics:
            rows.append((WORDS[s], *(statistic(at[s, level], term.average == "count") for level in groups)))
    return Wanted(above, heads, rows)


def all_statistics(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Groups in rows, statistics in columns, every parameter."""
    rows: Rows = []
    groups = w.groups(assay, by)
    for name, term in w.terms.items():
        for level in groups:
            at = {s: w.summary["nca", assay, level, name, s] for s in ("N", *_COLUMNS)}
            head = with_unit(term.symbol, at["n"]["unit"]) if level == groups[0] else ""
            rows.append((head, group_text(level), *(statistic(line, term.average == "count") for line in at.values())))
    heads = ("Parameter", "Group", *(WORDS[s].replace("Geometric", "Geom.") for s in ("N", *_COLUMNS)))
    return Wanted(("",) * len(heads), heads, rows)


def sensitivity(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """AUC0-M3 of each subject under other rules, and to other days."""
    lines = {(r["subject_id"], r["auc_method"], r["blq"], r["m3_days"]): r for r in w.csv("sensitivity") if r["assay"] == assay}  # fmt: skip
    presets = list(dict.fromkeys(preset for _, _, preset, _ in lines))
    days = sorted({day for *_, day in lines} - {"90"}, key=float)
    settings = [*((p, "90") for p in presets), *(("cartpk", d) for d in days)]
    letters = Letters()
    rows: Rows = []
    for subject, method in dict.fromkeys(key[:2] for key in lines):
        found = [lines[subject, method, preset, day] for preset, day in settings]
        cells = [listed({"value": r["auc_0_m3"], "reason": r["reason"], "flags": ""}, False, letters) for r in found]
        rows.append((subject, method, *cells))
    above = (
        "",
        "",
        *["M3 = day 90, rule for results below the LLOQ:"] * len(presets),
        *["Rule cartpk, M3 ="] * len(days),
    )
    heads = ("Subject", "Trapezoid", *presets, *(f"day {d}" for d in days))
    return Wanted(above, heads, rows, letters.known)


def by_dose(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """The parameters divided by the dose."""
    names = [n for n, t in w.terms.items() if "dose" in t.unit_kind and any(w.told(assay, s, n) for s in w.subjects)]
    return by_group(w, assay, by, names)


def by_disease(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Cmax and AUC0-M3 by disease."""
    return by_group(w, assay, ("indication",), ("cmax", "auc_0_m3"))


def estimates_by_group(w: Written, assay: str, by: Sequence[str], model: str) -> Wanted:
    """The statistics of the estimates of a model."""
    terms = w.fit_terms[model]
    names = [name for name in terms if f"{name}_se" in terms]
    return by_group(w, assay, by, names, model, terms)


def beside_nca(w: Written, assay: str, by: Sequence[str], model: str) -> Wanted:
    """Cmax and AUC0-M3 by both ways, and their ratio."""
    names, letters = ("cmax", "auc_0_m3"), Letters()
    rows: Rows = []
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for subject in w.subjects:
        cells = [subject]
        for name in names:
            nca, fit = w.parameters[assay, subject, name], w.fits[model, assay, subject, name]
            cells += [listed(nca, False, letters), _with_interval(w, fit, letters)]
            ratio = ""
            if nca["value"] and fit["value"] and float(nca["value"]) > 0:
                ratios[name].append(float(fit["value"]) / float(nca["value"]))
                ratio = decimals(ratios[name][-1], 2)
            cells.append(ratio)
        rows.append(tuple(cells))
    n, means, ranges = ["n"], ["Geometric mean ratio"], ["Range"]
    for some in ratios.values():
        logs = [math.log(ratio) for ratio in some]
        n += ["", "", str(len(some))]
        means += ["", "", decimals(math.exp(math.fsum(logs) / len(logs)), 2) if len(some) > 2 else "NE"]
        ranges += ["", "", f"{decimals(min(some), 2)}-{decimals(max(some), 2)}" if some else "NE"]
    rows += [tuple(means), tuple(ranges), tuple(n)]
    units = [with_unit(w.terms[name].symbol, w.parameters[assay, w.subjects[0], name]["unit"]) for name in names]
    heads = ("Subject", *("NCA", "Model (95 % interval)", "Ratio") * 2)
    return Wanted(("", *(unit for unit in units for _ in range(3))), heads, rows, letters.known)


def _with_interval(w: Written, fit: Line, letters: Letters) -> str:
    if not fit["value"]:
        return f"–{letters.of(fit)}"
    ends = [w.fits[fit["model"], fit["assay"], fit["subject_id"], f"{fit['parameter']}_{end}"] for end in ("lower", "upper")]  # fmt: skip
    if not all(end["value"] for end in ends):
        return three_or_more(fit["value"]) + letters.of(ends[0])
    low, high = (three_or_more(end["value"]) for end in ends)
    return f"{three_or_more(fit['value'])} ({low}, {high})"


def tables(w: Written) -> dict[str, Callable[[], Wanted]]:
    """The name of every table that must be there, without its suffix, and what it must show."""
    pairs = [(assay, by) for assay in ASSAYS for by in w.groupings]
    found: dict[str, Callable[[], Wanted]] = {}

    def add(number: str, shell: str, make: Callable[..., Wanted], given: Sequence[tuple[object, ...]]) -> None:
        for k, arguments in enumerate(given, 1):
            found[f"t-14-2-{number}-{k}-{shell}"] = lambda a=arguments: make(w, *a)  # type: ignore[misc]

    alone = [(assay, ()) for assay in ASSAYS]
    add("1", "pkct01", visits, pairs)
    add("2", "pkpt02", by_group, pairs)
    add("3", "pkpt03", all_statistics, pairs)
    add("4", "sensitivity", sensitivity, alone)
    add("5", "persistence", persistence, pairs)
    add("6", "pkpt02", by_dose, pairs)
    add("7", "pkpt02", by_disease, alone)
    add("8", "sampling", dose_and_sampling, pairs)
    add("9", "pkpt02", estimates_by_group, [(assay, by, model) for model in w.fit_terms for assay, by in pairs])
    add("10", "pkpt-nca-model", beside_nca, [(assay, (), model) for model in w.fit_terms for assay in ASSAYS])
    return found
