"""All tables and listings of an analysis, numbered as in a study report, and their index."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from cartpk.results import Results
from cartpk.samples import Samples
from cartpk.summary import Summary
from cartpk.tables import concentrations, parameters
from cartpk.tables.listing import as_analysed
from cartpk.tables.sensitivity import sensitivity
from cartpk.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["catalogue", "index"]


def catalogue(
    samples: Samples,
    results: Results,
    summary: Summary,
    summary_concentrations: Summary,
    sensitivity_frame: pd.DataFrame | None = None,
    *,
    listing_frame: pd.DataFrame | None = None,
    population: str = "",
) -> tuple[Table, ...]:
    """Tables 14.2.1 concentrations, 14.2.2 and 14.2.3 parameters, 14.2.4 sensitivity; listings 16.2.1 to 16.2.3.

    Under each of these numbers the tables count assays (with matrix and course) and, in the summaries, groupings.

    Args:
        samples, results, summary, summary_concentrations: of one analysis.
        sensitivity_frame: with the columns of ``sensitivity.csv``; without it there is no such table.
        listing_frame: of `as_analysed`, where the caller has it.
        population: for the subtitles, such as ``PK set``.
    """
    files = ", ".join(source.name for source in samples.sources)
    last = f"cartpk {version('cartpk')}; data: {files}"
    rules = (*results.rules.sentences(), last)
    if listing_frame is None:
        listing_frame = as_analysed(samples, results.profiles, results.rules)
    below = tuple(s for s in rules if "below the limit of quantification" in s)
    strata, groupings = summary.strata, summary.groupings or ((),)
    both = [(stratum, by) for stratum in strata for by in groupings]
    columns = summary.columns
    return (
        *(
            concentrations.by_visit(summary_concentrations, s, by, number=f"14.2.1.{k}", population=population, notes=(last,))
            for k, (s, by) in enumerate(both, 1)
        ),
        *(
            parameters.by_group(summary, s, by, number=f"14.2.2.{k}", population=population, notes=rules)
            for k, (s, by) in enumerate(both, 1)
        ),
        *(
            parameters.all_statistics(summary, s, by, number=f"14.2.3.{k}", population=population, notes=rules)
            for k, (s, by) in enumerate(both, 1)
        ),
        *(
            sensitivity(sensitivity_frame, s, results.rules, number=f"14.2.4.{k}", population=population, notes=(last,))
            for k, s in enumerate(strata if sensitivity_frame is not None else (), 1)
            if sensitivity_frame is not None
        ),
        *(
            concentrations.listing(listing_frame, s, number=f"16.2.1.{k}", population=population, notes=(*below, last))
            for k, s in enumerate(strata, 1)
        ),
        *(
            parameters.individual(results, s, columns, number=f"16.2.2.{k}", population=population, notes=rules)
            for k, s in enumerate(strata, 1)
        ),
        *(
            parameters.every_parameter(results, s, number=f"16.2.3.{k}", population=population, notes=rules)
            for k, s in enumerate(strata, 1)
        ),
    )  # fmt: skip


def index(tables: Sequence[Table], suffix: str = ".xlsx") -> pd.DataFrame:
    """One row a table: ``number, id, kind, title, subtitle, file``; files are named by number and id, never by data."""
    import pandas as pd

    rows = [(t.number, t.id, t.kind, t.title, t.subtitle, f"{t.name}{suffix}") for t in tables]
    return pd.DataFrame(rows, columns=["number", "id", "kind", "title", "subtitle", "file"])
