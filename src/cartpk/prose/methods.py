"""The methods: data, values below the limit, parameters, terminal slope, models, statistics."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from cartpk.analysis import Analysis
from cartpk.grouping import matrix_words
from cartpk.language import counted, listed, paragraph, say, told, unstopped
from cartpk.prose import models
from cartpk.prose.words import columns, exact, opening
from cartpk.rules import BLQ_POSITIONS, BlqRule, NcaRules
from cartpk.samples import Assay
from cartpk.units import pretty

__all__ = ["methods"]


def methods(analysis: Analysis) -> tuple[str, ...]:
    """The paragraphs of the methods, in the language in force; that on models where some were fitted."""
    rules = analysis.results.rules
    fitted = [paragraph(list(models.methods(analysis)))] if analysis.fits else []
    return (
        paragraph(list(_data(analysis))),
        _below(rules),
        paragraph(list(_parameters(rules))),
        paragraph([*_terminal(rules), *_phases(rules)]),
        *fitted,
        _statistics(analysis),
    )


def _data(analysis: Analysis) -> Iterator[str]:
    samples = analysis.samples
    yield say(
        "Cellular kinetics of CAR-T cells were analysed noncompartmentally with cartpk {version} from {assays}.",
        version=version("cartpk"), assays=listed([_assay(a) for a in samples.assays]),
    )  # fmt: skip
    yield say(
        "Times are actual days after the infusion, which is day 0. Assays, matrices and infusions were analysed apart and never pooled."
    )
    for conversion in samples.conversions:
        sentence = told(conversion)
        yield sentence if sentence.endswith((".", "。")) else f"{sentence}."
    used = sorted({int(k) for k in analysis.ledger.exclusion.tolist() if k >= 0})
    if used:
        yield counted(
            len(used),
            "{count} exclusion of the analysis plan left out samples, with the reason: {reasons}.",
            "{count} exclusions of the analysis plan left out samples, with the reasons: {reasons}.",
            count=opening(len(used)), reasons=listed([samples.exclusions[k].reason for k in used]),
        )  # fmt: skip


_ASSAYS = {
    (True, True): "{assay} ({matrix}, in {unit}, lower limit of quantification (LLOQ) {lloq})",
    (True, False): "{assay} ({matrix}, in {unit}, no limit of quantification given)",
    (False, True): "{assay} ({matrix}, without a unit, lower limit of quantification (LLOQ) {lloq})",
    (False, False): "{assay} ({matrix}, without a unit, no limit of quantification given)",
}


def _assay(a: Assay) -> str:
    """An assay with its matrix, unit and limits."""
    given: dict[str, object] = {"assay": a.name or say("one assay"), "matrix": matrix_words(a.matrix)}
    if a.unit:
        given["unit"] = pretty(a.unit)
    if a.lloq:
        given["lloq"] = listed([exact(x) for x in a.lloq])
    return say(_ASSAYS[bool(a.unit), bool(a.lloq)], **given)


_POSITIONS = {
    "pre_infusion": "before the infusion",
    "before_first": "before the first quantifiable result",
    "embedded": "between quantifiable results",
    "first_trailing": "first after the last quantifiable result",
    "later_trailing": "later",
}
_TAKEN = {
    "missing": "those {positions} were left out",
    "lloq": "those {positions} were taken as the LLOQ",
    "lloq/2": "those {positions} were taken as half the LLOQ",
}


def _below(rules: NcaRules) -> str:
    by_rule: dict[BlqRule, list[str]] = {}
    for position in BLQ_POSITIONS:
        by_rule.setdefault(rules.blq_rules[position], []).append(say(_POSITIONS[position]))
    return say(
        "Results below the limit of quantification entered the areas by their position: {rules}. "
        "The last quantifiable time (Tlast) and concentration (Clast) are measured ones, found before any such substitution, and the terminal line "
        "never uses a result below the limit. A subject without any quantifiable result has a maximum of 0, and areas of 0 as far as followed.",
        rules=say("; ").join(_taken(rule, listed(where)) for rule, where in by_rule.items()),
    )


def _taken(rule: BlqRule, positions: str) -> str:
    if isinstance(rule, str):
        return say(_TAKEN[rule], positions=positions)
    return say("those {positions} were taken as {value}", positions=positions, value=f"{rule}".removesuffix(".0"))


_AREAS = {
    "linear": "Areas under the curve are by the linear trapezoidal rule.",
    "lin-up-log-down": "Areas under the curve are by linear trapezoids where values rise or one of them is 0, and logarithmic ones where they fall.",
    "lin-log": "Areas under the curve are by linear trapezoids up to Tmax and logarithmic ones after it, linear where a value is 0.",
}


def _parameters(rules: NcaRules) -> Iterator[str]:
    yield say(
        "Cmax is the highest quantifiable value in the first {days} days and Tmax its time; the first one where it was reached more than once.",
        days=f"{rules.peak_window_days:g}",
    )
    yield say(_AREAS[rules.auc_method])
    if rules.horizons:
        each = [
            say("{area} (day {day})", area=f"AUC{n.replace('_', '-').upper()}", day=f"{d:g}")
            for n, d in rules.horizons.items()
        ]
        yield say(
            "Partial areas are {areas}, cut by interpolation within the interval that crosses the day.",
            areas=listed(each),
        )
        yield _ends(rules)


def _ends(rules: NcaRules) -> str:
    if rules.end_rule == "extrapolate":
        return say(
            "Where sampling ended before that day with a result below the limit, the area after it was taken as 0. "
            "Where it ended with a quantifiable value, the area was extrapolated with the terminal slope, and is missing where there is none."
        )
    windows = [
        say("{window} days for day {day}", window=f"{rules.window_of(n):g}", day=f"{d:g}")
        for n, d in rules.horizons.items()
    ]
    return say(
        "Where sampling ended before that day with a result below the limit, the area after it was taken as 0. "
        "Where it ended with a quantifiable value inside the visit window ({windows}), the area goes to the last sample; "
        "where it ended earlier, no area is given.",
        windows=listed(windows),
    )


_GATES = {
    "flag": "Estimates were flagged where the adjusted R² was below {r2} or the points spanned less than {span} half-lives, "
    "and areas to infinity where more than {share} % of them was extrapolated.",
    "missing": "Estimates were removed where the adjusted R² was below {r2} or the points spanned less than {span} half-lives, "
    "and areas to infinity where more than {share} % of them was extrapolated.",
}
_BY_HAND = {
    True: "Points of {subject} ({assay}) were chosen by hand: {reason}.",
    False: "Points of {subject} ({assay}) were left out by hand: {reason}.",
}


def _terminal(rules: NcaRules) -> Iterator[str]:
    yield say(
        "The terminal slope λz was estimated by least squares of the logarithm of the last {n} or more quantifiable results after Tmax, "
        "with the number of points that gives the highest adjusted R² (the largest number within {tolerance} of it); "
        "where the best line does not fall there is no slope.",
        n=rules.lambda_z_min_points, tolerance=f"{rules.lambda_z_r2adj_tolerance:g}",
    )  # fmt: skip
    yield say(
        _GATES[rules.gate],
        r2=f"{rules.lambda_z_r2adj_min:g}", span=f"{rules.lambda_z_span_min:g}", share=f"{rules.auc_extrap_max_pct:g}",
    )  # fmt: skip
    for points in rules.lambda_z_points:
        reason = unstopped(points.reason)
        yield say(_BY_HAND[bool(points.times)], subject=points.subject_id, assay=points.assay, reason=reason)


def _phases(rules: NcaRules) -> Iterator[str]:
    yield say(
        "A re-expansion was counted where a result reached {fold} times the lowest value since the peak.",
        fold=f"{rules.reexpansion_fold:g}",
    )


def _statistics(analysis: Analysis) -> str:
    by = [say("by {columns}", columns=columns(item.split(","))) for item in analysis.by]
    lead = (
        say("Parameters were summarised {by} and in total", by=listed(by))
        if by
        else say("Parameters were summarised in total")
    )
    day = f"{analysis.results.rules.horizons.get('0_m3', 90):g}"
    return say(
        "{lead} by n, arithmetic and geometric mean, SD, coefficients of variation (CV), median, quartiles (SAS definition 5) and range; "
        "times foremost by median and range. Geometric statistics are over values above 0. With fewer than {n} values only n, median and range are given. "
        "In summaries of concentrations results below the limit count as 0, and the mean is not calculated where they are more than half. "
        "Statistics are rounded once to three significant figures, CV to one decimal. "
        "AUC0-M3 (day {day}) was computed again under each trapezoidal rule, each rule for results below the limit and other lengths of three months.",
        lead=lead, n=analysis.summary.min_n, day=day,
    )  # fmt: skip
