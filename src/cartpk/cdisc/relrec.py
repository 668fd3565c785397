"""RELREC: which results each parameter was made from, record by record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cartpk.cdisc.dataset import Dataset, Variable, made
from cartpk.cdisc.material import Material
from cartpk.cdisc.sdtm import STUDYID, USUBJID

__all__ = ["relations"]

Relation = tuple[str, str, str, int]
"""USUBJID, RELID, RDOMAIN and sequence number of one record of a relationship."""


def relations(material: Material) -> Dataset:
    """The parameters and the input rows they were made from.

    Parameters of a profile that were made from the same rows share one relationship: records of one
    USUBJID and RELID belong together, each of the parameters with each of the results.
    """
    found = list(_found(material))
    n = len(found)
    return made(
        "RELREC",
        "Related Records",
        "One record per related record",
        ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"),
        [
            (STUDYID, [material.study] * n),
            (Variable("RDOMAIN", "Related Domain Abbreviation", origin="Assigned"), [domain for _, _, domain, _ in found]),
            (USUBJID, [subject for subject, _, _, _ in found]),
            (Variable("IDVAR", "Identifying Variable", origin="Assigned"), [f"{domain}SEQ" for _, _, domain, _ in found]),
            (Variable("IDVARVAL", "Identifying Variable Value", origin="Assigned"), [str(seq) for _, _, _, seq in found]),
            (Variable("RELTYPE", "Relationship Type", origin="Assigned", derivation="Null: records are related one by one"), [""] * n),
            (Variable("RELID", "Relationship Identifier", derivation="Number of the profile within the subject and of the set of rows within the profile"), [relid for _, relid, _, _ in found]),
        ],
    )  # fmt: skip


def _found(material: Material) -> Iterator[Relation]:
    profiles = material.results.profiles
    subjects = material.usubjid(profiles.keys.subject)
    ordinal: dict[str, int] = {}
    for i, subject in enumerate(subjects):
        ordinal[subject] = ordinal.get(subject, 0) + 1
        for n, (rows, parameters) in enumerate(_by_rows(material, i).items(), start=1):
            relid = f"P{ordinal[subject]}R{n}"
            yield from ((subject, relid, "PP", int(material.parameter_seq[i, k])) for k in parameters)
            yield from ((subject, relid, str(material.domain[r]), int(material.seq[r])) for r in rows)


def _by_rows(material: Material, i: int) -> dict[tuple[int, ...], list[int]]:
    """Rows of the samples -> the parameters of profile i made from them, in order of the parameters."""
    results = material.results
    sets: dict[bytes, tuple[tuple[int, ...], list[int]]] = {}
    for k, name in enumerate(results.terms):
        flat = results.rows_of(name, i)
        if len(flat):
            rows = results.profiles.sample[np.asarray(flat)]
            sets.setdefault(rows.tobytes(), (tuple(rows.tolist()), []))[1].append(k)
    return dict(sets.values())
