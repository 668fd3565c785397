"""Small studies for the tests of CDISC data sets, and plain ways to look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from factories import samples_from

from cartpk.cdisc import Dataset, datasets
from cartpk.cdisc_rules import CdiscRules
from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.rules import NcaRules
from cartpk.samples import Exclusion, Samples

TWO_ASSAYS = """subject_id,assay,time,time_nominal,visit,value,unit,lloq,dose,dose_unit,dose_level,indication,sex,age
S2,qpcr,0,0,Pre-dose,BLQ,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,7.25,7,Day 7,900,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,10,10,Day 10,4200.5,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,14,14,Day 14,1300,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,28,28,Day 28,160,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,42,42,Day 42,,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,qpcr,90,90,Day 90,30,copies/ug gDNA,50,1e6,cells/kg,DL1,SLE,F,44
S2,flow,0,0,Pre-dose,<1,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S2,flow,7.25,7,Day 7,5,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S2,flow,10,10,Day 10,60,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S2,flow,10,10,Day 10,60,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S2,flow,14,14,Day 14,20,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S2,flow,28,28,Day 28,3,cells/uL,1,1e6,cells/kg,DL1,SLE,F,44
S10,qpcr,-1,0,Pre-dose,BLQ,copies/ug gDNA,50,3e6,cells/kg,DL2,SSc,M,51
S10,qpcr,7,7,Day 7,BLQ,copies/ug gDNA,50,3e6,cells/kg,DL2,SSc,M,51
S10,qpcr,28,28,Day 28,BLQ,copies/ug gDNA,50,3e6,cells/kg,DL2,SSc,M,51
"""
EXCLUDED = (Exclusion(reason="clotted sample", subject_id="S2", assay="qpcr", time=14.0),)


def two_assays() -> Samples:
    """Two subjects, two assays; a missing, an excluded and a repeated row, and one who is never quantifiable."""
    return samples_from(TWO_ASSAYS, exclusions=EXCLUDED)


def worked_out(samples: Samples, rules: NcaRules | None = None) -> Results:
    return nca(Profiles.from_samples(samples), rules or NcaRules())


def made_of(
    samples: Samples, rules: CdiscRules | None = None, nca_rules: NcaRules | None = None, study: str = "ABC-1"
) -> dict[str, Dataset]:
    found = datasets(samples, worked_out(samples, nca_rules), rules, study=study)
    return {dataset.name: dataset for dataset in found}


def rows_of(dataset: Dataset) -> list[dict[str, Any]]:
    names = [variable.name for variable in dataset.variables]
    return [dict(zip(names, row, strict=True)) for row in zip(*(dataset.columns[n] for n in names), strict=True)]


def where(dataset: Dataset, **cells: Any) -> list[dict[str, Any]]:
    return [row for row in rows_of(dataset) if all(row[name] == cell for name, cell in cells.items())]


def column(rows: Sequence[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]
