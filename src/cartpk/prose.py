"""The methods and the results of an analysis in words, made from the rules and numbers in force.

Every sentence is put together from a rule or a number; where a number is not
there the sentence says so or is left out. Numbers are rounded as in the
tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL, Stratum
from cartpk.reasons import Reason
from cartpk.results import Results
from cartpk.rounding import fixed, significant
from cartpk.rules import BLQ_POSITIONS, BlqRule, NcaRules
from cartpk.summary import Cell
from cartpk.units import pretty

__all__ = ["methods", "results"]


def methods(analysis: Analysis) -> tuple[str, ...]:
    """The paragraphs of the methods: data, values below the limit, parameters, statistics."""
    rules = analysis.results.rules
    return (
        _data(analysis),
        _below(rules),
        _parameters(rules),
        " ".join([*_terminal(rules), *_phases(rules)]),
        _statistics(analysis),
    )


def results(analysis: Analysis) -> tuple[str, ...]:
    """The paragraphs of the results: what was analysed, then one an assay."""
    return (_analysed(analysis), *(" ".join(_of(analysis, stratum)) for stratum in analysis.summary.strata))


def _data(analysis: Analysis) -> str:
    samples = analysis.samples
    assays = []
    for a in samples.assays:
        unit = f"in {pretty(a.unit)}" if a.unit else "without a unit"
        limits = [_exact(x) for x in a.lloq]
        lloq = (
            f", lower limit of quantification (LLOQ) {_listed(limits)}"
            if limits
            else ", no limit of quantification given"
        )
        assays.append(f"{a.name or 'one assay'} ({a.matrix.lower()}, {unit}{lloq})")
    said = [
        f"Cellular kinetics of CAR-T cells were analysed noncompartmentally with cartpk {version('cartpk')} from {_listed(assays)}.",
        "Times are actual days after the infusion, which is day 0. Assays, matrices and infusions were analysed apart and never pooled.",
    ]
    said += [sentence if sentence.endswith(".") else f"{sentence}." for sentence in samples.conversions]
    used = sorted({int(k) for k in analysis.ledger.exclusion.tolist() if k >= 0})
    if used:
        reasons = _listed([samples.exclusions[k].reason for k in used])
        said.append(f"{_number(len(used)).capitalize()} exclusion{'s' * (len(used) != 1)} of the analysis plan left out samples, with the reason{'s' * (len(used) != 1)}: {reasons}.")  # fmt: skip
    return " ".join(said)


def _below(rules: NcaRules) -> str:
    words = {
        "pre_infusion": "before the infusion",
        "before_first": "before the first quantifiable result",
        "embedded": "between quantifiable results",
        "first_trailing": "first after the last quantifiable result",
        "later_trailing": "later",
    }
    by_rule: dict[str, list[str]] = {}
    for position in BLQ_POSITIONS:
        by_rule.setdefault(_taken(rules.blq_rules[position]), []).append(words[position])
    parts = [f"{_listed(where)} {rule}" for rule, where in by_rule.items()]
    return (
        f"Results below the limit of quantification entered the areas by their position: those {'; those '.join(parts)}. "
        "The last quantifiable time (Tlast) and concentration (Clast) are measured ones, found before any such substitution, and the terminal line "
        "never uses a result below the limit. A subject without any quantifiable result has a maximum of 0, and areas of 0 as far as followed."
    )


def _taken(rule: BlqRule) -> str:
    if rule == "missing":
        return "were left out"
    return "were taken as " + {"lloq": "the LLOQ", "lloq/2": "half the LLOQ"}.get(
        str(rule), f"{rule}".removesuffix(".0")
    )


def _parameters(rules: NcaRules) -> str:
    method = {
        "linear": "the linear trapezoidal rule",
        "lin-up-log-down": "linear trapezoids where values rise or one of them is 0, and logarithmic ones where they fall",
        "lin-log": "linear trapezoids up to Tmax and logarithmic ones after it, linear where a value is 0",
    }[rules.auc_method]
    said = [
        f"Cmax is the highest quantifiable value in the first {rules.peak_window_days:g} days and Tmax its time; the first one where it was reached more than once.",
        f"Areas under the curve are by {method}.",
    ]
    if rules.horizons:
        each = [f"AUC{n.replace('_', '-').upper()} (day {d:g})" for n, d in rules.horizons.items()]
        windows = [f"{rules.window_of(n):g} days for day {d:g}" for n, d in rules.horizons.items()]
        said.append(
            f"Partial areas are {_listed(each)}, cut by interpolation within the interval that crosses the day."
        )
        said.append(_ends(rules, _listed(windows)))
    return " ".join(said)


def _ends(rules: NcaRules, windows: str) -> str:
    zero = "Where sampling ended before that day with a result below the limit, the area after it was taken as 0."
    if rules.end_rule == "extrapolate":
        return f"{zero} Where it ended with a quantifiable value, the area was extrapolated with the terminal slope, and is missing where there is none."
    return (
        f"{zero} Where it ended with a quantifiable value inside the visit window ({windows}), the area goes to the last sample; "
        "where it ended earlier, no area is given."
    )


def _terminal(rules: NcaRules) -> Iterator[str]:
    yield (
        f"The terminal slope λz was estimated by least squares of the logarithm of the last {rules.lambda_z_min_points} or more quantifiable results after Tmax, "
        f"with the number of points that gives the highest adjusted R² (the largest number within {rules.lambda_z_r2adj_tolerance:g} of it); "
        "where the best line does not fall there is no slope."
    )
    gate = "were flagged" if rules.gate == "flag" else "were removed"
    yield (
        f"Estimates {gate} where the adjusted R² was below {rules.lambda_z_r2adj_min:g} or the points spanned less than {rules.lambda_z_span_min:g} half-lives, "
        f"and areas to infinity where more than {rules.auc_extrap_max_pct:g} % of them was extrapolated."
    )
    for points in rules.lambda_z_points:
        done = "chosen" if points.times else "left out"
        yield f"Points of {points.subject_id} ({points.assay}) were {done} by hand: {points.reason.rstrip('.')}."


def _phases(rules: NcaRules) -> Iterator[str]:
    yield f"A re-expansion was counted where a result reached {rules.reexpansion_fold:g} times the lowest value since the peak."


def _statistics(analysis: Analysis) -> str:
    by = [f"by {item.replace('_', ' ').replace(',', ' and ')}" for item in analysis.by]
    grouped = f"summarised {_listed(by)} and in total" if by else "summarised in total"
    n = analysis.summary.min_n
    return (
        f"Parameters were {grouped} by n, arithmetic and geometric mean, SD, coefficients of variation (CV), median, quartiles (SAS definition 5) and range; "
        f"times foremost by median and range. Geometric statistics are over values above 0. With fewer than {n} values only n, median and range are given. "
        "In summaries of concentrations results below the limit count as 0, and the mean is not calculated where they are more than half. "
        "Statistics are rounded once to three significant figures, CV to one decimal. "
        f"AUC0-M3 (day {analysis.results.rules.horizons.get('0_m3', 90):g}) was computed again under each trapezoidal rule, each rule for results below the limit and other lengths of three months."
    )


def _analysed(analysis: Analysis) -> str:
    counts, n = analysis.ledger.counts(), len(analysis.samples.subjects)
    rest = [
        f"{_number(counts[name])} {words}"
        for name, words in (("missing", "without a result"), ("excluded", "excluded by the plan"), ("duplicate", "repeated"))
        if counts[name]
    ]  # fmt: skip
    aside = f"; {_listed(rest)} did not enter" if rest else ""
    return f"{_number(n).capitalize()} subject{'s' * (n != 1)} with {len(analysis.samples)} samples {'were' if n != 1 else 'was'} read, of which {counts['used']} samples entered the analysis{aside}."  # fmt: skip


def _of(analysis: Analysis, stratum: Stratum) -> Iterator[str]:
    """The sentences on one assay."""
    summary, found = analysis.summary, analysis.results
    cells = {(c.row, c.group): c for c in summary.of_stratum(stratum) if c.group == TOTAL}
    keys, unit = found.profiles.keys, found.profiles.unit
    members = [i for i in range(len(found)) if (keys.assay[i], keys.matrix[i], int(keys.infusion[i]), unit[i]) == tuple(stratum)]  # fmt: skip
    course = f" after infusion {stratum.infusion}" if stratum.infusion != 1 else ""
    never = sum(found.reason("tmax", i) == Reason.NO_QUANTIFIABLE_SAMPLE for i in members)
    everybody = int(cells["cmax", TOTAL].values["N"])
    lead = f"By {stratum.assay or 'the assay'} in {stratum.matrix.lower()}{course}, {everybody} subject{'s' * (everybody != 1)} had samples"
    yield f"{lead}; {_number(never)} never had a quantifiable result." if never else f"{lead}, all with quantifiable results." if not _gaps(found, members) else f"{lead}."  # fmt: skip
    horizon = "0_m3" if "auc_0_m3" in found.terms else next(iter(found.rules.horizons), "")
    area = f"auc_{horizon}" if horizon else "auc_last"
    for name in ("cmax", area):
        yield from _averages(analysis, stratum, name)
    yield _time(cells["tmax", TOTAL], "Tmax")
    yield _time(cells["tlast", TOTAL], "The last quantifiable time (Tlast)")
    still = sum(found.reason("t_blq", i) == Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE for i in members)
    yield f"At the last sample {_number(still)} subject{'s were' if still != 1 else ' was'} still quantifiable."
    yield from _missing(analysis, members, area)


def _gaps(found: Results, members: Sequence[int]) -> bool:
    """Whether some member has no result at all, so that nothing is said of all of them."""
    return any(found.reason("cmax", i) for i in members)


def _averages(analysis: Analysis, stratum: Stratum, name: str) -> Iterator[str]:
    """Geometric mean and CV in total, then by the first grouping."""
    symbol = analysis.results.terms[name].symbol
    total = analysis.summary.find(name, TOTAL, stratum)
    n = int(total.values["n"])
    if not n:
        yield f"No subject had a value of {symbol}."
        return
    above = total.values["geo_n"]
    of = f" over the {above:g} values above 0" if 0 < above < n else ""
    yield f"{symbol} {_geometric(total)} (n = {n}{of}; {_range(total)})."
    by = tuple(part.strip() for part in analysis.by[0].split(",")) if analysis.by else ()
    part = analysis.summary.of_stratum(stratum, by) if by else None
    groups = [c for c in part if c.row == name and c.group != TOTAL and c.values["n"]] if part else []
    if len(groups) > 1:
        each = [f"{c.group.text} {_short(c)} (n = {c.values['n']:g})" for c in groups]
        yield f"By {' and '.join(b.replace('_', ' ') for b in by)} it was {'; '.join(each)}."


def _geometric(cell: Cell) -> str:
    """``had a geometric mean of 107 cells/µL (geometric CV 56.8 %)``, or the median where there is none."""
    unit = f" {pretty(cell.unit)}" if cell.unit else ""
    mean, cv = cell.values["geo_mean"], cell.values["geo_cv_pct"]
    if math.isnan(mean):
        return f"had a median of {significant(cell.values['median'])}{unit}"
    spread = f" with a geometric CV of {fixed(cv, 1)} %" if not math.isnan(cv) else ""
    return f"had a geometric mean of {significant(mean)}{unit}{spread}"


def _short(cell: Cell) -> str:
    mean = cell.values["geo_mean"]
    return f"{significant(cell.values['median'])} (median)" if math.isnan(mean) else significant(mean)


def _range(cell: Cell) -> str:
    return f"range {significant(cell.values['min'])} to {significant(cell.values['max'])}"


def _time(cell: Cell, words: str) -> str:
    if not cell.values["n"]:
        return f"No subject had a value of {words.removeprefix('The ')}."
    return (
        f"{words} was a median of {significant(cell.values['median'])} days (n = {cell.values['n']:g}; {_range(cell)})."
    )


def _missing(analysis: Analysis, members: Sequence[int], area: str) -> Iterator[str]:
    """How many subjects have no area, and why."""
    found, counts = analysis.results, dict[Reason, int]()
    for i in members:
        if reason := found.reason(area, i):
            counts[reason] = counts.get(reason, 0) + 1
    for reason, n in counts.items():
        sentence = reason.sentence[0].lower() + reason.sentence[1:].rstrip(".")
        yield f"{found.terms[area].symbol} is not given for {_number(n)} subject{'s' * (n != 1)}: {sentence}."


def _exact(value: float) -> str:
    """A limit as given: nothing rounded."""
    return repr(float(value)).removesuffix(".0")


def _listed(texts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""


def _number(n: int) -> str:
    """Small numbers as words."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[n] if n < len(words) else str(n)
