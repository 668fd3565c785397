"""What the paragraphs have in common: small numbers as words, reasons within a sentence, names of columns and places."""

from __future__ import annotations

from collections.abc import Iterable

from cartpk.grouping import Stratum, matrix_words, spoken
from cartpk.language import capital, language, listed, say, uncapital, unstopped
from cartpk.profiles import Profiles
from cartpk.reasons import Reason
from cartpk.results import Results

__all__ = ["columns", "exact", "main_area", "members_of", "number", "opening", "place", "plainly", "tally"]

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(n: int) -> str:
    """A number of subjects or profiles: in English small ones as words."""
    return _WORDS[n] if language() == "en" and n < len(_WORDS) else str(n)


def opening(n: int) -> str:
    """The same at the beginning of a sentence."""
    return capital(number(n))


def plainly(reason: Reason) -> str:
    """A reason as a clause: without a capital at its beginning and a stop at its end."""
    return uncapital(unstopped(say(reason.sentence)))


def exact(value: float) -> str:
    """A limit as given: nothing rounded."""
    return repr(float(value)).removesuffix(".0")


def columns(names: Iterable[str]) -> str:
    """Grouping columns as a sentence says them."""
    return listed([spoken(name.strip()) for name in names])


def place(stratum: Stratum, profiles: Profiles) -> str:
    """Assay and matrix, and the course where the study has later ones."""
    assay, matrix = stratum.assay or say("the assay"), matrix_words(stratum.matrix)
    if stratum.infusion == 1 and not (profiles.keys.infusion > 1).any():
        return say("{assay} in {matrix}", assay=assay, matrix=matrix)
    return say("{assay} in {matrix} after infusion {infusion}", assay=assay, matrix=matrix, infusion=stratum.infusion)


def members_of(profiles: Profiles, stratum: Stratum) -> list[int]:
    """The profiles of one assay, matrix, course and unit."""
    keys, unit = profiles.keys, profiles.unit
    found = enumerate(zip(keys.assay.texts(), keys.matrix.texts(), keys.infusion.tolist(), unit.texts(), strict=True))
    return [i for i, place_of in found if place_of == tuple(stratum)]


def main_area(results: Results) -> str:
    """The area that is told of: that to M3, to the first horizon where none is called so, to Tlast where there is none."""
    horizons = results.rules.horizons
    horizon = "0_m3" if "0_m3" in horizons else next(iter(horizons), "")
    return f"auc_{horizon}" if horizon else "auc_last"


def tally(reasons: Iterable[Reason]) -> dict[Reason, int]:
    """How often each reason occurs, in order of first occurrence; `Reason.NONE` is not counted."""
    counts: dict[Reason, int] = {}
    for reason in reasons:
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
    return counts
