"""What every listing must show, row by row, worked out from the CSV files alone: `listings`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agreement.grids import Row
from agreement.rounded import exact, three_or_more
from agreement.shown import Letters, Wanted, listed, pretty, sentence_of, spoken, with_unit
from agreement.wanted_tables import END_POINTS
from agreement.written import ASSAYS, Line, Written
from cartpk.reasons import Flag

BY = ("dose_level", "sex")
_LINE = ("lambda_z", "half_life", "lambda_z_n", "lambda_z_lower", "lambda_z_upper", "r2", "r2adj", "span", "auc_pct_extrap_obs")  # fmt: skip


def _wanted(heads: Sequence[str], rows: Sequence[Row], letters: Letters | None = None) -> Wanted:
    return Wanted(("",) * len(heads), tuple(heads), list(rows), letters.known if letters else {})


def concentrations(w: Written, assay: str) -> Wanted:
    """Every sample of an assay."""
    names = (
        "subject_id",
        "visit",
        "time_nominal",
        "time",
        "reported",
        "lloq",
        "value_used",
        "status",
        "reason",
        "record",
    )
    lines = [r for r in w.concentrations if r["assay"] == assay]
    lines.sort(key=lambda r: (r["subject_id"], float(r["time"]), int(r["record"])))
    heads = ("Subject", "Visit", "Planned day", "Actual day", "Reported", "LLOQ", "Used in areas", "Status", "Reason", "Input row")  # fmt: skip
    return _wanted(heads, [tuple(r[name] for name in names) for r in lines])


def end_points(w: Written, assay: str) -> Wanted:
    """The end points of each subject, flags and gaps marked."""
    letters = Letters()
    rows = []
    for subject in w.subjects:
        found = [w.parameters[assay, subject, name] for name in END_POINTS]
        cells = [listed(line, w.terms[line["parameter"]].average == "count", letters) for line in found]
        rows.append((subject, *(found[0][name] for name in BY), *cells))
    first = [w.parameters[assay, w.subjects[0], name] for name in END_POINTS]
    heads = [with_unit(w.terms[line["parameter"]].symbol, line["unit"]) for line in first]
    return _wanted(("Subject", *map(spoken, BY), *heads), rows, letters)


def every_parameter(w: Written, assay: str) -> Wanted:
    """Every parameter of each subject with its unit, its flags or reason, and the input rows."""
    rows = []
    for subject in w.subjects:
        for name, term in w.terms.items():
            line = w.parameters[assay, subject, name]
            why = sentence_of(line["reason"]) if line["reason"] else line["flags"].replace(";", "; ")
            value = listed(line, term.average == "count")
            rows.append((subject, term.symbol, term.label, value, pretty(line["unit"]), why, _runs(line["records"])))
    heads = ("Subject", "Parameter", "Meaning", "Value", "Unit", "Flags, or why it is missing", "Input rows")
    return _wanted(heads, rows)


def _runs(records: str) -> str:
    """``2 3 4 9`` as ``2-4, 9``."""
    runs: list[list[int]] = []
    for record in sorted({int(r) for r in records.split()}):
        if runs and record == runs[-1][-1] + 1:
            runs[-1].append(record)
        else:
            runs.append([record])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def terminal_lines(w: Written, assay: str) -> Wanted:
    """Slope, fit and points of each terminal line."""
    days = {r["record"]: r["time"] for r in w.concentrations}
    letters = Letters()
    rows = []
    for subject in w.subjects:
        found = [w.parameters[assay, subject, name] for name in _LINE]
        cells = [listed(line, w.terms[line["parameter"]].average == "count", letters) for line in found]
        points = ", ".join(exact(days[record]) for record in found[0]["records"].split())
        by_hand = "left out: contaminated" if (subject, assay) == ("S02", "qpcr") else ""
        rows.append((subject, *cells, points, by_hand))
    first = [w.parameters[assay, w.subjects[0], name] for name in _LINE[:-1]]
    symbols = [with_unit(w.terms[line["parameter"]].symbol, line["unit"]) for line in first]
    heads = ("Subject", *symbols, "% extra- polated", "Days of the points used", "Points chosen by hand")
    return _wanted(heads, rows, letters)


def left_out(w: Written) -> Wanted:
    """Subjects, records and parameters that do not enter."""
    rows: list[Row] = []
    for subject in w.subjects:
        for assay in ASSAYS:
            if (reason := w.parameters[assay, subject, "cmax"]["reason"]) == "EXCLUDED":
                rows.append(("Subject", *_profile(w.parameters[assay, subject, "cmax"]), "", "", "", "not analysed", sentence_of(reason), ""))  # fmt: skip
    lines = [r for r in w.concentrations if r["status"] != "used"]
    lines.sort(key=lambda r: (r["subject_id"], r["assay"], float(r["time"]), int(r["record"])))
    for r in lines:
        rows.append(("Record", *_profile(r), r["time"], "", r["reported"], r["status"], r["reason"], r["record"]))
    for subject in w.subjects:
        for assay in ASSAYS:
            for name, term in w.terms.items():
                line = w.parameters[assay, subject, name]
                if line["reason"] == "GATE_FAILED":
                    rows.append(("Parameter", *_profile(line), "", term.symbol, "", "removed", sentence_of("GATE_FAILED"), ""))  # fmt: skip
    heads = ("What", "Subject", "Assay", "Matrix", "Infusion", "Day", "Parameter", "Reported", "Status", "Reason", "Input row")  # fmt: skip
    return _wanted(heads, rows)


def _profile(line: Line) -> tuple[str, str, str, str]:
    return line["subject_id"], line["assay"], line["matrix"].lower(), line["infusion"]


def population(w: Written) -> Wanted:
    """One row a subject and assay."""
    rows: list[Row] = []
    for subject in w.subjects:
        for assay in ASSAYS:
            line = w.parameters[assay, subject, "cmax"]
            samples = [r for r in w.concentrations if (r["subject_id"], r["assay"]) == (subject, assay)]
            results = [r for r in samples if r["status"] == "used"]
            quantifiable = sum(r["blq"] == "false" for r in results)
            last = exact(max(float(r["time"]) for r in results)) if results else ""
            why = sentence_of(line["reason"]) if line["reason"] in ("EXCLUDED", "NO_MEASURED_SAMPLE") else ""
            rows.append((
                subject, *(line[name] for name in BY), assay, line["matrix"].lower(), line["infusion"], line["dose"], line["dose_unit"],
                str(len(samples)), str(len(results)), str(quantifiable), last, "no" if why else "yes", why,
            ))  # fmt: skip
    heads = (
        "Subject", *map(spoken, BY), "Assay", "Matrix", "Infusion", "Dose", "Dose unit", "Samples", "Results", "Quanti- fiable",
        "Last result (day)", "Analysed", "Why not",
    )  # fmt: skip
    return _wanted(heads, rows)


def assumptions(w: Written, assay: str) -> Wanted:
    """Each flag with the subjects and parameters it is of."""
    rows: list[Row] = []
    for flag in (f.name or "" for f in Flag if f):
        for subject in w.subjects:
            flags = {name: w.parameters[assay, subject, name]["flags"].split(";") for name in w.terms}
            names = [term.symbol for name, term in w.terms.items() if flag in flags[name]]
            if names:
                rows.append((flag, sentence_of(flag), subject, "; ".join(names)))
    return _wanted(("Flag", "What it says", "Subject", "Values"), rows)


def estimates(w: Written, assay: str, model: str) -> Wanted:
    """Every estimate of each subject with its interval, or why there is none."""
    rows: list[Row] = []
    terms = w.fit_terms[model]
    for subject in w.subjects:
        found = {name: w.fits[model, assay, subject, name] for name in terms}
        names = [n for n in terms if f"{n}_se" in terms and found[n]["reason"] != "NOT_IN_MODEL"]
        for k, name in enumerate(names):
            line, ends = found[name], [found[f"{name}_{end}"] for end in ("se", "lower", "upper")]
            why = line["reason"] or ends[1]["reason"]
            cells = [three_or_more(one["value"]) if one["value"] else "–" for one in (line, *ends)]
            stub = (subject, _model_of(w, assay, subject, model)) if k == 0 else ("", "")
            rows.append((*stub, with_unit(terms[name].symbol, line["unit"]), *cells, sentence_of(why) if why else ""))
        counts = f"{found['n_obs']['value']}, {found['n_blq']['value']}"
        rows.append(("", "", "Quantifiable samples, below the limit", counts, "", "", "", ""))
    heads = ("Subject", "Model", "Quantity", "Estimate", "SE", "Lower", "Upper", "Remark")
    return _wanted(heads, rows)


def _model_of(w: Written, assay: str, subject: str, model: str) -> str:
    """The model itself; of ``auto`` the one that was chosen."""
    if model != "auto":
        return model
    (chosen,) = (m for a, s, m in w.models if (a, s) == (assay, subject) and w.models[a, s, m]["chosen"] == "true")
    return chosen


def listings(w: Written) -> dict[str, Callable[[], Wanted]]:
    """The name of every listing that must be there, without its suffix, and what it must show."""
    found: dict[str, Callable[[], Wanted]] = {}

    def add(number: str, shell: str, make: Callable[..., Wanted], given: Sequence[tuple[str, ...]]) -> None:
        for k, arguments in enumerate(given, 1):
            place = number if not arguments else f"{number}-{k}"
            found[f"l-16-2-{place}-{shell}"] = lambda a=arguments: make(w, *a)  # type: ignore[misc]

    alone = [(assay,) for assay in ASSAYS]
    add("1", "pkcl01", concentrations, alone)
    add("2", "pkpl01", end_points, alone)
    add("3", "pkpl01", every_parameter, alone)
    add("4", "lambdaz", terminal_lines, alone)
    add("5", "leftout", left_out, [()])
    add("6", "population", population, [()])
    add("7", "assumptions", assumptions, alone)
    add("8", "pkpl-model", estimates, [(assay, model) for model in w.fit_terms for assay in ASSAYS])
    return found
