"""What every table must show, row by row, worked out from the CSV files alone: `tables`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agreement.grids import Row
from agreement.rounded import decimals, mean, median, sd, three_figures, three_or_more
from agreement.written import ASSAYS, Level, Line, Written
from cartpk.reasons import Flag, Reason
from cartpk.terms import Term

Rows = list[Row]

_BLOCK = {
    "geometric": ("n", "geo_mean", "geo_cv_pct", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "arithmetic": ("n", "mean", "sd", "cv_pct", "median", "q1", "q3", "min", "max"),
    "time": ("n", "median", "min", "max", "q1", "q3", "mean", "sd"),
    "count": ("n", "median", "min", "max", "mean", "sd"),
}
_COLUMNS = ("n", "mean", "sd", "cv_pct", "geo_mean", "geo_cv_pct", "median", "q1", "q3", "min", "max")
_WORDS = {
    "N": "N", "n": "n", "geo_n": "n above 0", "mean": "Mean", "sd": "SD", "cv_pct": "CV%", "geo_mean": "Geometric mean",
    "geo_cv_pct": "Geometric CV%", "median": "Median", "q1": "Q1", "q3": "Q3", "min": "Min", "max": "Max",
}  # fmt: skip
END_POINTS = ("cmax", "tmax", "auc_0_28", "auc_0_m3", "auc_0_m6", "auc_last", "clast", "tlast", "half_life")


@dataclass(frozen=True)
class Wanted:
    """What a table must show: what is said over the columns, their headings, the rows, the letters of its footnotes."""

    above: Row
    heads: Row
    rows: Rows
    letters: Mapping[str, str] = field(default_factory=dict)


def pretty(unit: str) -> str:
    """A unit as people write it."""
    return unit.replace("/uL", "/µL").replace("/ug", "/µg").replace("*", "·")


def with_unit(text: str, unit: str) -> str:
    return f"{text} ({pretty(unit)})" if unit else text


def group_text(level: Level) -> str:
    return ", ".join(value for _, value in level) or "Total"


def spoken(name: str) -> str:
    return name.replace("_", " ")


def statistic(line: Line, counts: bool = False) -> str:
    """How a statistic of a summary stands in a table, or its word."""
    if not line["value"]:
        assert line["reason"] in ("NE", "NC")
        return line["reason"]
    if line["statistic"] in ("N", "n", "geo_n", "n_subjects", "n_quantifiable") or (
        counts and float(line["value"]).is_integer()
    ):
        return decimals(line["value"], 0)
    if line["statistic"] in ("cv_pct", "geo_cv_pct", "pct_quantifiable"):
        return decimals(line["value"], 1)
    return three_figures(line["value"])


def sentence_of(name: str) -> str:
    """The sentence of a reason or a flag."""
    return Reason[name].sentence if name in Reason.__members__ else Flag[name].sentence


class Letters:
    """The letters of footnotes, by the reason or flag they stand for, in order of first use."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, line: Line) -> str:
        """The letters of a value's flags or of the reason there is none, with a space before."""
        names = line["reason"].split(";") if line["reason"] else line["flags"].split(";") if line["flags"] else []
        letters = [self.known.setdefault(name, "abcdefghijklmnopqrstuvwxyz"[len(self.known)]) for name in names]
        return f" {','.join(letters)}" if letters else ""


def listed(line: Line, counts: bool, letters: Letters | None = None) -> str:
    """A value of a subject with its letters, or the dash."""
    mark = letters.of(line) if letters else ""
    if not line["value"]:
        return f"–{mark}"
    return (decimals(line["value"], 0) if counts else three_or_more(line["value"])) + mark


def _number_in(w: Written, assay: str, level: Level) -> str:
    """The subjects of a group, as its heading says."""
    return f"(N={w.summary['nca', assay, level, 'cmax', 'N']['value']})"


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
    heads = ("Visit", "n", "n ≥ LLOQ (%)", *(_WORDS[s] for s in columns))
    return Wanted(("",) * 11, heads, rows)


def by_group(
    w: Written, assay: str, by: Sequence[str], names: Sequence[str] = END_POINTS, source: str = "nca",
    terms: Mapping[str, Term] | None = None,
) -> Wanted:  # fmt: skip
    """Statistics in rows, groups in columns."""
    groups = w.groups(assay, by)
    above = ("", *map(_spanner, groups))
    heads = ("Parameter", *(f"{group_text(level[-1:])} {_number_in(w, assay, level)}" for level in groups))
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
            rows.append((_WORDS[s], *(statistic(at[s, level], term.average == "count") for level in groups)))
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
    heads = ("Parameter", "Group", *(_WORDS[s].replace("Geometric", "Geom.") for s in ("N", *_COLUMNS)))
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


def _members(w: Written, assay: str, level: Level) -> list[str]:
    """The subjects of a group that have samples of the assay."""
    return [s for s in w.subjects if all(w.parameters[assay, s, "cmax"][name] == value for name, value in level)]


def _samples(w: Written, assay: str, subject: str) -> list[Line]:
    return [r for r in w.concentrations if (r["assay"], r["subject_id"]) == (assay, subject)]


def persistence(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Who was still quantifiable at the landmarks, of those of whom it is known."""
    groups = w.groups(assay, by)
    heads = ("Landmark", *(f"{group_text(level)} {_number_in(w, assay, level)}" for level in groups))
    rows: Rows = []
    for name, day in (("D28", 28), ("M1", 30), ("M2", 60), ("M3", 90), ("M6", 180), ("M12", 360)):
        near = 3 if day <= 30 else 7 if day <= 91 else day / 10
        known = [[_persists(w, assay, s, day, near) for s in _members(w, assay, level)] for level in groups]
        risk = [sum(here is not None for here in some) for some in known]
        still = [sum(here is True for here in some) for some in known]
        rows.append((f"{name} (day {day})", *[""] * len(groups)))
        rows.append(("Number at risk", *map(str, risk)))
        shares = [f"{n} ({decimals(100 * n / of, 1)})" if of else "NE" for n, of in zip(still, risk, strict=True)]
        rows.append(("Persisting, n (%)", *shares))
    return Wanted(("",) * len(heads), heads, rows)


def _persists(w: Written, assay: str, subject: str, day: float, near: float) -> bool | None:
    """Whether the subject persists at a landmark; None where that is not known."""
    results = [float(r["time"]) for r in _samples(w, assay, subject) if r["status"] == "used" and float(r["time"]) > 0]
    if not results:
        return None
    tlast, lost = (w.told(assay, subject, name) for name in ("tlast", "t_blq"))
    if tlast and (float(tlast) >= day or (float(tlast) >= day - near and not (lost and float(lost) <= day))):
        return True
    gone = not tlast or (lost and float(lost) <= day + near)
    return False if gone and max(results) >= day - near else None


def dose_and_sampling(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Dose, samples, results and follow-up."""
    groups = w.groups(assay, by)
    heads = ("", *(f"{group_text(level)} {_number_in(w, assay, level)}" for level in groups))
    rows: Rows = []
    doses = {s: [float(w.parameters[assay, s, "cmax"]["dose"])] for s in w.subjects}
    rows += _quantity(w, assay, groups, "Dose (cells/kg)", doses, ("n", "mean", "sd", "median", "min", "max"))
    for label, values in _counts(w, assay).items():
        rows += _quantity(w, assay, groups, label, values, ("n", "median", "min", "max"), "day" not in label.lower())
    return Wanted(("",) * len(heads), heads, rows)


def _counts(w: Written, assay: str) -> dict[str, dict[str, list[float]]]:
    """Each quantity of each subject, in a list that is empty where it has none."""
    of = {s: _samples(w, assay, s) for s in w.subjects}
    used = {s: [r for r in lines if r["status"] == "used"] for s, lines in of.items()}
    away = {
        s: [abs(float(r["time"]) - float(r["time_nominal"])) for r in lines if r["time_nominal"]]
        for s, lines in used.items()
    }
    days = {s: [float(r["time"]) for r in lines] for s, lines in used.items()}
    return {
        "Samples of a subject": {s: [float(len(lines))] for s, lines in of.items()},
        "Results of a subject": {s: [float(len(lines))] for s, lines in used.items()},
        "Quantifiable results of a subject": {
            s: [float(sum(r["blq"] == "false" and float(r["value"]) > 0 for r in lines))] for s, lines in used.items()
        },
        "Results after the infusion": {s: [float(sum(day > 0 for day in some))] for s, some in days.items()},
        "Samples without a result": {
            s: [float(sum(r["status"] == "missing" for r in lines))] for s, lines in of.items()
        },
        "Excluded samples": {s: [float(sum(r["status"] == "excluded" for r in lines))] for s, lines in of.items()},
        "Last result (day)": {s: [max(some)] if some else [] for s, some in days.items()},
        "Largest deviation from the planned day (days)": {s: [max(some)] if some else [] for s, some in away.items()},
    }


_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": mean, "sd": sd, "median": median, "min": min, "max": max,
}  # fmt: skip


def _quantity(
    w: Written, assay: str, groups: Sequence[Level], label: str, values: Mapping[str, list[float]],
    statistics: Sequence[str], counts: bool = False,
) -> Iterator[Row]:  # fmt: skip
    def cell(statistic_: str, level: Level) -> str:
        found = [v for s in _members(w, assay, level) for v in values[s]]
        if statistic_ == "n":
            return str(len(found))
        if not found or (statistic_ in ("mean", "sd") and len(found) < 3):
            return "NE"
        number = _STATISTICS[statistic_](found)
        return decimals(number, 0) if counts and number.is_integer() else three_figures(number)

    yield (label, *[""] * len(groups))
    for s in statistics:
        yield (_WORDS[s], *(cell(s, level) for level in groups))


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
