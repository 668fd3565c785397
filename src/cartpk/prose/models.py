"""Models: how they were fitted, by the rules in force, and what the fits of each assay say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cartpk.analysis import Analysis
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.grouping import TOTAL, Stratum
from cartpk.language import counted, listed, paragraph, say
from cartpk.models import MODELS
from cartpk.plan.models import AUTO
from cartpk.prose.statistics import average, median_of_days
from cartpk.prose.words import columns, main_area, members_of, opening, place, plainly, tally
from cartpk.reasons import Reason

if TYPE_CHECKING:
    from cartpk.fit import Fits

__all__ = ["methods", "results"]


def methods(analysis: Analysis) -> Iterator[str]:
    """Which models were fitted, how, which was chosen, and what is not given."""
    rules = analysis.plan.models.fit
    single = [fits for fits in analysis.fits if fits.model != AUTO]
    yield counted(
        len(single),
        "The model {models} was fitted to each profile.",
        "The models {models} were fitted to each profile.",
        models=listed([fits.model for fits in single]),
    )
    for fits in single:
        if equations := MODELS[fits.model].equations:
            yield say("The curve of {model} is: {equations}.", model=fits.model, equations=say(equations))
    yield say(
        "Residuals were taken as normal on the log scale, and a result below the limit of quantification entered as left-censored at its own limit, "
        "never replaced by a number; samples at or before the infusion, measured zeros and results below an unknown limit did not enter."
    )
    yield _searched(rules)
    yield say(
        "Intervals cover {level} %, by Student's t with as many degrees of freedom as there are quantifiable results beyond parameters, "
        "and by the delta method for what follows from the parameters.",
        level=f"{100 * rules.level:g}",
    )
    yield say(
        "An estimate is not given where its relative standard error is above {rse} %, where the best fit lies at a limit of the search, "
        "where the likelihood has no curvature that tells it, or where its interval by profile likelihood has no end.",
        rse=f"{rules.rse_max_pct:g}",
    )
    for fits in single:
        yield from _parameters_of(fits, rules)
    yield from _choice(analysis)
    yield say("Estimates that are given were summarised as the noncompartmental parameters are.")


def _searched(rules: FitRules) -> str:
    return counted(
        rules.starts,
        "Each search had {n} start, read off the data; no fit is given where less than {share} % of the starts ended at the best fit, "
        "where the likelihood was not highest there, or where there were not more quantifiable results than parameters.",
        "Each search had {n} starts, the first read off the data and the others scattered about it; no fit is given where less than {share} % of the starts "
        "ended at the best fit, where the likelihood was not highest there, or where there were not more quantifiable results than parameters.",
        share=f"{100 * rules.agree_min:g}",
    )


def _choice(analysis: Analysis) -> Iterator[str]:
    """By what a model was chosen, where it was."""
    for fits in analysis.fits:
        if fits.candidates:
            yield say(
                "For each profile, auto took of {models} the fit with the lowest corrected Akaike criterion (AICc) among those whose parameters are all given, "
                "and among all fits where there is none of these.",
                models=listed(list(fits.candidates)),
            )


_LIMITS = {
    (True, True): "In {model}, {symbol} was searched from {low} to {high}.",
    (True, False): "In {model}, {symbol} was searched from {low}.",
    (False, True): "In {model}, {symbol} was searched to {high}.",
}


def _parameters_of(fits: Fits, rules: FitRules) -> Iterator[str]:
    """What the plan, or the model itself, says of its parameters."""
    from cartpk.fit.problem import space_of

    model, given = fits.models[fits.model], rules.of(fits.model)
    held = space_of(model, rules).fixed
    for parameter in model.parameters:
        about = {"model": fits.model, "symbol": say(fits.terms[parameter.name].symbol)}
        if parameter.name in held:
            yield say("In {model}, {symbol} was held at {value}.", value=f"{held[parameter.name]:g}", **about)
        yield from _restricted(parameter.name, given.get(parameter.name, ParameterRule()), about)


def _restricted(name: str, rule: ParameterRule, about: dict[str, str]) -> Iterator[str]:
    """Limits, priors and sharing of one parameter."""
    low, high = rule.min is not None, rule.max is not None
    if low or high:
        ends = {"low": f"{rule.min:g}" if low else "", "high": f"{rule.max:g}" if high else ""}
        yield say(_LIMITS[low, high], **about, **ends)
    prior = rule.prior_of(name)
    if prior is not None:
        numbers = {"value": f"{prior.value:g}", "width": f"{prior.sd:g}"}
        if isinstance(rule.prior, str):
            yield say(
                "In {model}, {symbol} was drawn towards {value} ({source}) by a normal penalty with an SD of {width} on the scale of the search.",
                source=rule.prior, **numbers, **about,
            )  # fmt: skip
        else:
            yield say(
                "In {model}, {symbol} was drawn towards {value} by a normal penalty with an SD of {width} on the scale of the search.",
                **numbers, **about,
            )  # fmt: skip
    if rule.shared:
        yield say(
            "In {model}, {symbol} was common to the profiles of an assay with the same {column}.",
            column=columns([rule.shared]),
            **about,
        )


def results(analysis: Analysis, stratum: Stratum) -> Iterator[str]:
    """A paragraph for each model that the plan names: how many profiles were fitted, why others were not, the estimates."""
    members = members_of(analysis.profiles, stratum)
    for fits in analysis.asked:
        fitted = [i for i in members if not fits.fitted[i].reason]
        names = _main(analysis, fits, fitted)
        yield paragraph([
            _how_many(fits, stratum, members, fitted),
            *_without(fits, members),
            *(sentence for name in names for sentence in _estimate(analysis, fits, stratum, name, fitted)),
            *_not_given(fits, names, fitted),
        ])  # fmt: skip


def _how_many(fits: Fits, stratum: Stratum, members: Sequence[int], fitted: Sequence[int]) -> str:
    """Of how many profiles there is a fit (of auto by which models), and in how many of these every parameter is given."""
    where, n = place(stratum, fits.profiles), len(members)
    told = sum(fits.fitted[i].believed for i in fitted)
    if not fitted:
        return counted(
            n,
            "By {where}, {model} could not be fitted to the {n} profile.",
            "By {where}, {model} could not be fitted to any of {n} profiles.",
            where=where, model=fits.model,
        )  # fmt: skip
    if fits.candidates:
        return counted(
            n,
            "By {where}, {model} gave a fit for {fitted} of {n} profile ({models}), with every parameter given for {told}.",
            "By {where}, {model} gave a fit for {fitted} of {n} profiles ({models}), with every parameter given for {told}.",
            where=where, model=fits.model, fitted=len(fitted), told=told, models=_chosen(fits, fitted),
        )  # fmt: skip
    return counted(
        n,
        "By {where}, {model} was fitted to {fitted} of {n} profile, with every parameter given for {told}.",
        "By {where}, {model} was fitted to {fitted} of {n} profiles, with every parameter given for {told}.",
        where=where, model=fits.model, fitted=len(fitted), told=told,
    )  # fmt: skip


def _chosen(fits: Fits, fitted: Sequence[int]) -> str:
    """How often each model was chosen."""
    counts = {name: sum(fits.chosen[i] == name for i in fitted) for name in fits.candidates}
    return listed([say("{name} for {n}", name=name, n=n) for name, n in counts.items() if n])


def _without(fits: Fits, members: Sequence[int]) -> Iterator[str]:
    """How many profiles have no fit, and why."""
    for reason, n in tally(fits.fitted[i].reason for i in members).items():
        yield counted(
            n,
            "{count} profile has no fit because {reason}.",
            "{count} profiles have no fit because {reason}.",
            count=opening(n), reason=plainly(reason),
        )  # fmt: skip


_MAIN = ("doubling_time", "contraction_half_life", "alpha_half_life", "beta_half_life")


def _main(analysis: Analysis, fits: Fits, fitted: Sequence[int]) -> list[str]:
    """Peak, area, doubling time and half-lives, as far as some model fitted has them and does not hold them."""
    names = [name for name in ("cmax", "tmax", main_area(analysis.results), *_MAIN) if name in fits.terms]
    untold = (Reason.NOT_IN_MODEL, Reason.FIXED)
    return [name for name in names if any(fits.reason(f"{name}_lower", i) not in untold for i in fitted)]


def _estimate(analysis: Analysis, fits: Fits, stratum: Stratum, name: str, fitted: Sequence[int]) -> Iterator[str]:
    """The statistics of one estimate, where there are any."""
    summary = analysis.summary_fits
    if summary is None or all(fits.reason(name, i) for i in fitted):
        return
    total = summary.find(name, TOTAL, stratum, fits.model)
    yield median_of_days(total, name) if name == "tmax" else average(total, fits.terms[name].symbol)


def _not_given(fits: Fits, names: Sequence[str], fitted: Sequence[int]) -> Iterator[str]:
    """Which estimates the profiles fitted lack, how often, and why."""
    counts: dict[Reason, list[str]] = {}
    for name in names:
        for reason, n in tally(fits.reason(name, i) for i in fitted).items():
            if reason != Reason.NOT_IN_MODEL:
                text = say("{name} for {n}", name=say(fits.terms[name].symbol), n=n)
                counts.setdefault(reason, []).append(text)
    for reason, each in counts.items():
        yield say(
            "Some estimates of profiles with a fit are not given ({estimates}) because {reason}.",
            estimates=say(", ").join(each), reason=plainly(reason),
        )  # fmt: skip
