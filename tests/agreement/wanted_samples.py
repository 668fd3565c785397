"""What the tables made from the samples must show: who persists, dose and sampling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from agreement.grids import Row
from agreement.rounded import decimals, mean, median, sd, three_figures
from agreement.shown import WORDS, Rows, Wanted, group_text, number_in
from agreement.written import Level, Line, Written


def _members(w: Written, assay: str, level: Level) -> list[str]:
    """The subjects of a group that have samples of the assay."""
    return [s for s in w.subjects if all(w.parameters[assay, s, "cmax"][name] == value for name, value in level)]


def _samples(w: Written, assay: str, subject: str) -> list[Line]:
    return [r for r in w.concentrations if (r["assay"], r["subject_id"]) == (assay, subject)]


def persistence(w: Written, assay: str, by: Sequence[str]) -> Wanted:
    """Who was still quantifiable at the landmarks, of those of whom it is known."""
    groups = w.groups(assay, by)
    heads = ("Landmark", *(f"{group_text(level)} {number_in(w, assay, level)}" for level in groups))
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
    heads = ("", *(f"{group_text(level)} {number_in(w, assay, level)}" for level in groups))
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
        yield (WORDS[s], *(cell(s, level) for level in groups))
