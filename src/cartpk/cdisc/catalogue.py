"""All data sets of an analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartpk.cdisc.adam import concentrations_for_nca, concentrations_for_summary, parameters_for_analysis
from cartpk.cdisc.dataset import Dataset
from cartpk.cdisc.material import gather
from cartpk.cdisc.relrec import relations
from cartpk.cdisc.sdtm import concentrations, elapsed_times, flags_of_parameters, parameters
from cartpk.cdisc_rules import FLOW_DOMAINS, CdiscRules
from cartpk.results import Results
from cartpk.samples import Ledger, Samples
from cartpk.tables.listing import as_analysed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["datasets"]


def datasets(
    samples: Samples,
    results: Results,
    rules: CdiscRules | None = None,
    *,
    study: str = "",
    ledger: Ledger | None = None,
    listing: pd.DataFrame | None = None,
) -> tuple[Dataset, ...]:
    """PC (and CP), SUPPPC (SUPPCP), PP, SUPPPP, RELREC, ADNCA, ADPC, ADPP; one without rows is left out.

    Args:
        samples: what was read; `results`: what was found.
        rules: how the data sets are made.
        study: STUDYID where `rules` has none.
        ledger: of the samples; `listing`: of `as_analysed`, where the caller has them.

    Raises:
        RulesError: there is no study; subjects, assays or variables would become one.
    """
    rules = CdiscRules() if rules is None else rules
    ledger = samples.ledger() if ledger is None else ledger
    if listing is None:
        listing = as_analysed(samples, results.profiles, results.rules, ledger)
    material = gather(samples, ledger, results, rules, rules.studyid or study)
    domains = [d for d in FLOW_DOMAINS if material.rows_in(d).any()]
    found = (
        *(concentrations(material, domain) for domain in domains),
        *(elapsed_times(material, domain) for domain in domains),
        parameters(material),
        flags_of_parameters(material),
        relations(material),
        concentrations_for_nca(material, listing),
        concentrations_for_summary(material, listing),
        parameters_for_analysis(material),
    )
    return tuple(dataset for dataset in found if len(dataset))
