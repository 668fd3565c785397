"""Every number of the results in words stands in the CSV files, where the sentence says it comes from."""

from __future__ import annotations

import re
from collections import Counter

import docx
import pytest
from pages import parse

from agreement.cells import FIGURE
from agreement.rounded import decimals, three_figures
from agreement.shown import pretty, sentence_of, statistic
from agreement.wanted_page import taken
from agreement.written import ASSAYS, Level, Line, Written
from cartpk import prose
from cartpk.analysis import Analysis

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MAIN = ("cmax", "tmax", "auc_0_m3", "doubling_time", "contraction_half_life", "alpha_half_life", "beta_half_life")


def in_words(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


@pytest.fixture(scope="module")
def paragraphs(written: Written) -> list[str]:
    """The results as the page has them."""
    root = parse((written.folder / "report.html").read_text(encoding="utf-8"))
    (section,) = root.all("section", id="words")
    texts = [p.text for p in section.all("p")]
    return texts[6:]


def test_the_document_says_what_the_page_says(written: Written, paragraphs: list[str]) -> None:
    said = [p.text for p in docx.Document(str(written.folder / "tables" / "methods.docx")).paragraphs]
    assert said[-len(paragraphs) :] == paragraphs


def test_every_sentence_of_the_results_is_that_of_the_csv_files(
    written: Written, paragraphs: list[str], analysis: Analysis
) -> None:
    if written.language != "en":  # has the numbers of the English one, which is compared below in its own run
        english = " ".join(prose.results(analysis))
        counts = rf"\b({'|'.join(_NUMBERS)})\b(?= (?:profile|subject|never|without|excluded))"
        english = re.sub(counts, lambda m: str(_NUMBERS.index(m[0].lower())), english, flags=re.IGNORECASE)
        assert Counter(FIGURE.findall(" ".join(paragraphs))) == Counter(FIGURE.findall(english))
        return
    wanted = [
        _read(written),
        *(" ".join(_noncompartmental(written, assay)) for assay in ASSAYS),
        *(" ".join(_of_model(written, assay, model)) for assay in ASSAYS for model in ("exponential", "auto")),
    ]
    assert paragraphs == wanted


def _read(w: Written) -> str:
    status = Counter(r["status"] for r in w.concentrations)
    return (
        f"{in_words(len(w.subjects)).capitalize()} subjects with {len(w.concentrations)} samples were read, of which {status['used']}"
        f" samples entered the analysis; {in_words(status['missing'])} without a result and {in_words(status['excluded'])}"
        " excluded by the plan did not enter."
    )


def _total(w: Written, assay: str, name: str, source: str = "nca", level: Level = ()) -> dict[str, Line]:
    names = ("n", "geo_n", "geo_mean", "geo_cv_pct", "median", "min", "max")
    return {s: w.summary[source, assay, level, name, s] for s in names}


def _average(symbol: str, line: dict[str, Line]) -> str:
    unit = "days" if line["n"]["unit"] == "day" else pretty(line["n"]["unit"])
    above = line["geo_n"]["value"]
    of = f" over the {above} values above 0" if 0 < float(above) < float(line["n"]["value"]) else ""
    lead = f"a median of {statistic(line['median'])} {unit}"
    if line["geo_mean"]["value"]:
        cv = decimals(line["geo_cv_pct"]["value"], 1)
        lead = f"a geometric mean of {three_figures(line['geo_mean']['value'])} {unit} with a geometric CV of {cv} %"
    ends = f"range {statistic(line['min'])} to {statistic(line['max'])}"
    return f"{symbol} had {lead} (n = {line['n']['value']}{of}; {ends})."


def _days(words: str, line: dict[str, Line]) -> str:
    ends = f"range {statistic(line['min'])} to {statistic(line['max'])}"
    return f"{words} was a median of {statistic(line['median'])} days (n = {line['n']['value']}; {ends})."


def _by_dose_level(w: Written, assay: str, name: str) -> str:
    said = []
    for level in w.groups(assay, ("dose_level",))[:-1]:
        line = _total(w, assay, name, level=level)
        geometric = line["geo_mean"]["value"]
        value = three_figures(geometric) if geometric else f"{statistic(line['median'])} (median)"
        said.append(f"{level[0][1]} {value} (n = {line['n']['value']})")
    return f"By dose level it was {'; '.join(said)}."


def _noncompartmental(w: Written, assay: str) -> list[str]:
    n = int(w.summary["nca", assay, (), "cmax", "N"]["value"])
    reasons = {name: [w.parameters[assay, s, name]["reason"] for s in w.subjects] for name in ("cmax", "tmax", "t_blq", "auc_0_m3")}  # fmt: skip
    never = reasons["tmax"].count("NO_QUANTIFIABLE_SAMPLE")
    still = reasons["t_blq"].count("STILL_QUANTIFIABLE_AT_LAST_SAMPLE")
    end = f"; {in_words(never)} never had a quantifiable result." if never else "." if any(reasons["cmax"]) else ", all with quantifiable results."  # fmt: skip
    said = [f"By {assay} in blood, {n} subjects had samples{end}"]
    for name in ("cmax", "auc_0_m3"):
        said += [_average(w.terms[name].symbol, _total(w, assay, name)), _by_dose_level(w, assay, name)]
    said += [
        _days("Tmax", _total(w, assay, "tmax")),
        _days("The last quantifiable time (Tlast)", _total(w, assay, "tlast")),
    ]
    said.append(
        f"At the last sample {in_words(still)} {'subject was' if still == 1 else 'subjects were'} still quantifiable."
    )
    for reason, count in Counter(r for r in reasons["auc_0_m3"] if r).items():
        subjects = "subject" if count == 1 else "subjects"
        said.append(f"{w.terms['auc_0_m3'].symbol} is not given for {in_words(count)} {subjects}: {_clause(reason)}.")
    return said


def _clause(reason: str) -> str:
    sentence = sentence_of(reason)
    return sentence[0].lower() + sentence[1:].rstrip(".")


def _of_model(w: Written, assay: str, model: str) -> list[str]:
    own = {s: w.models[assay, s, taken(w, assay, s, model)] for s in w.subjects}
    fitted = [s for s, line in own.items() if not line["reason"]]
    told = sum(own[s]["believed"] == "true" for s in fitted)
    took = Counter(own[s]["model"] for s in fitted)
    models = [f"{name} for {took[name]}" for name in dict.fromkeys(m for _, _, m in w.models) if took[name]]
    how = f"exponential was fitted to {len(fitted)} of {len(own)} profiles"
    if model == "auto":
        listed = " and ".join(part for part in (", ".join(models[:-1]), models[-1]) if part)
        how = f"auto gave a fit for {len(fitted)} of {len(own)} profiles ({listed})"
    said = [f"By {assay} in blood, {how}, with every parameter given for {told}."]
    for reason, n in Counter(line["reason"] for line in own.values() if line["reason"]).items():
        said.append(f"{in_words(n).capitalize()} {'profile has' if n == 1 else 'profiles have'} no fit because {_clause(reason)}.")  # fmt: skip
    return [*said, *_estimates(w, assay, model, fitted)]


def _estimates(w: Written, assay: str, model: str, fitted: list[str]) -> list[str]:
    terms, said = w.fit_terms[model], []
    missing: dict[str, list[str]] = {}
    for name in (n for n in _MAIN if n in terms):
        reasons = [w.fits[model, assay, s, name]["reason"] for s in fitted]
        ends = [w.fits[model, assay, s, f"{name}_lower"]["reason"] for s in fitted]
        if all(end in ("NOT_IN_MODEL", "FIXED") for end in ends):
            continue
        if not all(reasons):
            line, symbol = _total(w, assay, name, model), terms[name].symbol
            said.append(_days("Tmax", line) if name == "tmax" else _average(symbol, line))
        for reason, n in Counter(r for r in reasons if r and r != "NOT_IN_MODEL").items():
            missing.setdefault(reason, []).append(f"{terms[name].symbol} for {n}")
    for reason, each in missing.items():
        said.append(
            f"Some estimates of profiles with a fit are not given ({', '.join(each)}) because {_clause(reason)}."
        )
    return said
