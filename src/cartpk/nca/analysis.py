"""The analysis itself, which reads like the method section of a paper."""

from __future__ import annotations

from cartpk.errors import ProfilesError
from cartpk.nca.area import areas, segments, to_infinity
from cartpk.nca.blq import need_limits, positions_of, time_zero, values_used
from cartpk.nca.book import Book
from cartpk.nca.chosen import ChosenPoints, chosen_points
from cartpk.nca.course import Columns, Course
from cartpk.nca.dose import by_dose
from cartpk.nca.exposure import exposure
from cartpk.nca.phases import phases
from cartpk.nca.terminal import terminal
from cartpk.nca.traces import Traces, traces
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.rules import NcaRules

__all__ = ["nca"]


def nca(profiles: Profiles, rules: NcaRules | None = None) -> Results:
    """Every parameter of every profile, each missing one with its reason, each traced to its samples.

    Args:
        profiles: one profile or a million; times in days after infusion.
        rules: what the analyst decided; None: the defaults.

    Returns:
        Results with one entry a profile and parameter of `cartpk.terms.terms_for`.

    Raises:
        ProfilesError: `profiles` are something else.
        RulesError: the rules need an LLOQ that a BLQ sample does not have, or name terminal points that are not there.

    >>> from cartpk.profiles import profile
    >>> results = nca(profile(time=[0, 7, 10, 14, 28], conc=[0, 900, 4200, 1300, 160]))
    >>> float(results["auc_0_28"][0])
    32020.0
    """
    if not isinstance(profiles, Profiles):
        raise ProfilesError(
            f"nca takes Profiles, not {type(profiles).__name__}: Profiles.from_samples(samples) makes them"
        )
    rules = NcaRules() if rules is None else rules
    need_limits(profiles, rules)
    chosen = chosen_points(profiles, rules)
    book = Book(profiles, rules)
    for first, stop in profiles.block_bounds():
        block = profiles[first:stop].measured_only()
        if block is not None:
            index, rows = block.index + first, block.rows + int(profiles.offsets[first])
            out, traced = _analyse(block.profiles, rules, chosen.of(rows, index))
            book.enter(index, rows, out, traced)
    return book.results()


def _analyse(profiles: Profiles, rules: NcaRules, chosen: ChosenPoints) -> tuple[Columns, Traces]:
    """One block, all of whose rows are measured."""
    course, out = Course.of(profiles, rules), Columns()
    used = values_used(course, positions_of(course), rules)
    zero = time_zero(course, used)
    exposure(course, zero, out)
    line = terminal(course, chosen, rules, out)
    seg = segments(course, used, zero, rules.auc_method)
    areas(course, seg, zero, rules, out)
    to_infinity(course, zero, rules, out)
    runs = phases(course, rules.reexpansion_fold, out)
    by_dose(course, rules, out)
    return out, traces(course, rules, seg, zero, line, runs)
