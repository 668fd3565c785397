"""All tables and listings of an analysis, numbered as in a study report, and their index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from cartpk.grouping import Stratum
from cartpk.language import listed, say
from cartpk.plan import NUMBERING
from cartpk.results import Results
from cartpk.rules import RuleSubject
from cartpk.samples import Samples
from cartpk.summary import Summary
from cartpk.tables import concentrations, parameters, subjects
from cartpk.tables.listing import as_analysed
from cartpk.tables.persistence import persistence
from cartpk.tables.sampling import dose_and_sampling
from cartpk.tables.sensitivity import sensitivity
from cartpk.tables.table import Table
from cartpk.tables.terminal import terminal_lines
from cartpk.tables.words import title_by

if TYPE_CHECKING:
    import pandas as pd

    from cartpk.fit import Fits

__all__ = ["DISEASE", "catalogue", "data_note", "index"]

Pair = tuple[Stratum, tuple[str, ...]]

DISEASE = "indication"
"""The column that names the disease."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Material:
    """What the tables are made from."""

    results: Results
    summary: Summary
    visits: Summary
    frame: pd.DataFrame
    sensitivity: pd.DataFrame | None
    population: str
    numbering: Mapping[str, str]
    last: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules in words, program and data."""
        return (*self.rules_on(), self.last)

    def rules_on(self, *about: RuleSubject) -> tuple[str, ...]:
        """The sentences of the rules about some subjects (all of them where none is named)."""
        return tuple(say(sentence) for sentence in self.results.rules.sentences(*about))

    @property
    def alone(self) -> list[Pair]:
        """Each assay without a grouping."""
        return [(stratum, ()) for stratum in self.summary.strata]

    def both(self, skip: Sequence[tuple[str, ...]] = ()) -> list[Pair]:
        """Each assay with each grouping (the total alone where there is none)."""
        groupings = [by for by in self.summary.groupings if by not in skip] or [()]
        return [(stratum, by) for stratum in self.summary.strata for by in groupings]


def catalogue(
    samples: Samples,
    results: Results,
    summary: Summary,
    summary_concentrations: Summary,
    sensitivity_frame: pd.DataFrame | None = None,
    *,
    listing_frame: pd.DataFrame | None = None,
    population: str = "",
    numbering: Mapping[str, str] = NUMBERING,
    fits: Sequence[Fits] = (),
    summary_fits: Summary | None = None,
) -> tuple[Table, ...]:
    """Tables 14.2.1 to 14.2.8 and listings 16.2.1 to 16.2.7; docs/tables.md lists them.

    Under each of these numbers the tables count assays (with matrix and course) and, in the summaries, groupings.
    A disease is a grouping of the summary that comes last; its tables are those of Cmax and AUC0-M3 alone where the
    summary of concentrations does not have it.

    Args:
        samples, results, summary, summary_concentrations: of one analysis.
        sensitivity_frame: with the columns of ``sensitivity.csv``; without it there is no such table.
        listing_frame: of `as_analysed`, where the caller has it.
        population: for the subtitles, such as ``PK set``.
        numbering: what the numbers of tables and listings begin with.
        fits, summary_fits: models fitted, and the summary of their estimates; they add tables 14.2.9 and 14.2.10 and
            listing 16.2.8.
    """
    last = data_note(samples)
    if listing_frame is None:
        listing_frame = as_analysed(samples, results.profiles, results.rules)
    material = _Material(
        results=results, summary=summary, visits=summary_concentrations, frame=listing_frame, sensitivity=sensitivity_frame,
        population=population, numbering={**NUMBERING, **numbering}, last=last,
    )  # fmt: skip
    models = _models(material, fits, summary_fits) if fits and summary_fits is not None else ([], [])
    return (*_tables(material), *models[0], *_listings(material), *models[1])


def _models(m: _Material, fits: Sequence[Fits], summary: Summary) -> tuple[list[Table], list[Table]]:
    """Tables and listings of models: under each number the models one after another, each by assay and grouping."""
    from cartpk.tables import models

    tables, lists = m.numbering["tables"], m.numbering["listings"]
    who, groupings = m.population, summary.groupings or ((),)
    of_groups = [(f, s, by) for f in fits for s in summary.strata for by in groupings]
    alone = [(f, s) for f in fits for s in summary.strata]
    return (
        [
            *(
                models.estimates_by_group(f, summary, s, by, number=f"{tables}.9.{k}", population=who, notes=(m.last,))
                for k, (f, s, by) in enumerate(of_groups, 1)
            ),
            *(
                models.beside_nca(m.results, f, s, number=f"{tables}.10.{k}", population=who, notes=m.rules)
                for k, (f, s) in enumerate(alone, 1)
            ),
        ],
        [
            models.estimates(f, s, number=f"{lists}.8.{k}", population=who, notes=(m.last,))
            for k, (f, s) in enumerate(alone, 1)
        ],
    )


def data_note(samples: Samples) -> str:
    """The last line of a footnote: program and data."""
    names = say(", ").join(source.name for source in samples.sources)
    return say("cartpk {version}; data: {files}", version=version("cartpk"), files=names)


def _counted(
    prefix: str, place: int, pairs: Sequence[Pair], make: Callable[[str, Stratum, tuple[str, ...]], Table]
) -> Iterator[Table]:
    """Tables under one number, counted from 1, one an assay and grouping."""
    return (make(f"{prefix}.{place}.{k}", stratum, by) for k, (stratum, by) in enumerate(pairs, 1))


def _tables(m: _Material) -> Iterator[Table]:
    prefix, who = m.numbering["tables"], m.population
    only_disease = [by for by in m.summary.groupings if by == (DISEASE,) and by not in m.visits.groupings]
    pairs, strata = m.both(only_disease), m.alone
    normalised = [(s, by) for s, by in pairs if _normalised(m, s)]
    frame, rules, profiles = m.sensitivity, m.results.rules, m.results.profiles
    yield from _counted(
        prefix, 1, pairs, lambda n, s, by: concentrations.by_visit(m.visits, s, by, number=n, population=who, notes=(m.last,))
    )  # fmt: skip
    yield from _counted(
        prefix, 2, pairs, lambda n, s, by: parameters.by_group(m.summary, s, by, number=n, population=who, notes=m.rules)
    )  # fmt: skip
    yield from _counted(
        prefix, 3, pairs, lambda n, s, by: parameters.all_statistics(m.summary, s, by, number=n, population=who, notes=m.rules)
    )  # fmt: skip
    if frame is not None:
        yield from _counted(
            prefix, 4, strata, lambda n, s, by: sensitivity(frame, s, rules, number=n, population=who, notes=(m.last,))
        )  # fmt: skip
    yield from _counted(
        prefix, 5, pairs, lambda n, s, by: persistence(m.results, s, by, number=n, population=who, notes=(m.last,))
    )  # fmt: skip
    yield from _counted(prefix, 6, normalised, lambda n, s, by: _by_dose(m, s, by, n))
    yield from _counted(prefix, 7, strata if _has_disease(m) else [], lambda n, s, by: _by_disease(m, s, n))
    yield from _counted(
        prefix, 8, pairs, lambda n, s, by: dose_and_sampling(profiles, s, by, number=n, population=who, notes=(m.last,))
    )  # fmt: skip


def _normalised(m: _Material, stratum: Stratum) -> list[str]:
    """The parameters by dose of which some subject has a value."""
    members = parameters.members_of(m.results, stratum)
    names = [n for n, term in m.results.terms.items() if "dose" in term.unit_kind]
    return [name for name in names if np.isfinite(m.results.values[name][members]).any()]


def _by_dose(m: _Material, stratum: Stratum, by: Sequence[str], number: str) -> Table:
    return parameters.by_group(
        m.summary, stratum, by, number=number, title=title_by(say("Dose-normalised parameters"), by),
        names=_normalised(m, stratum), population=m.population, notes=m.rules,
    )  # fmt: skip


def _has_disease(m: _Material) -> bool:
    return (DISEASE,) in m.summary.groupings


def _by_disease(m: _Material, stratum: Stratum, number: str) -> Table:
    names = [name for name in ("cmax", "auc_0_m3") if name in m.results.terms]
    symbols = listed([say(m.results.terms[name].symbol) for name in names])
    return parameters.by_group(
        m.summary, stratum, (DISEASE,), number=number, title=say("{symbols} by disease", symbols=symbols), names=names,
        population=m.population, notes=m.rules,
    )  # fmt: skip


def _listings(m: _Material) -> Iterator[Table]:
    prefix, who, results = m.numbering["listings"], m.population, m.results
    below = m.rules_on("below the limit")
    columns = tuple(dict.fromkeys(c for by in m.visits.groupings for c in by))
    yield from _counted(
        prefix, 1, m.alone, lambda n, s, by: concentrations.listing(m.frame, s, number=n, population=who, notes=(*below, m.last))
    )  # fmt: skip
    yield from _counted(
        prefix, 2, m.alone, lambda n, s, by: parameters.individual(results, s, columns, number=n, population=who, notes=m.rules)
    )  # fmt: skip
    yield from _counted(
        prefix, 3, m.alone, lambda n, s, by: parameters.every_parameter(results, s, number=n, population=who, notes=m.rules)
    )  # fmt: skip
    lines = m.rules_on("terminal line", "gates", "points by hand")
    yield from _counted(
        prefix, 4, m.alone, lambda n, s, by: terminal_lines(results, s, number=n, population=who, notes=(*lines, m.last))
    )  # fmt: skip
    yield subjects.left_out(results, m.frame, number=f"{prefix}.5", population=who, notes=(m.last,))
    yield subjects.population_listing(results, columns, number=f"{prefix}.6", population=who, notes=(m.last,))
    yield from _counted(
        prefix, 7, m.alone, lambda n, s, by: subjects.assumptions(results, s, number=n, population=who, notes=(m.last,))
    )  # fmt: skip


def index(tables: Sequence[Table], suffixes: Sequence[str] = (".xlsx",)) -> pd.DataFrame:
    """One row a table and file: ``number, id, kind, title, subtitle, file``; files are named by number and id, never by data."""
    import pandas as pd

    rows = [(t.number, t.id, t.kind, t.title, t.subtitle, f"{t.name}{suffix}") for t in tables for suffix in suffixes]
    return pd.DataFrame(rows, columns=["number", "id", "kind", "title", "subtitle", "file"])
