"""RELREC joins each parameter with exactly the results it was made from."""

from __future__ import annotations

import pytest
from cdisc_cases import made_of, rows_of, two_assays, worked_out

from cartpk.cdisc_rules import CdiscRules


@pytest.mark.parametrize("flow_domain", ["PC", "CP"])
def test_every_parameter_is_joined_with_its_input_rows(flow_domain: str) -> None:
    samples = two_assays()
    results = worked_out(samples)
    data = made_of(samples, CdiscRules(flow_domain=flow_domain))
    spid = {}
    for domain in ("PC", "CP"):
        if domain in data:
            spid |= {(domain, r["USUBJID"], f"{r[f'{domain}SEQ']:g}"): int(r[f"{domain}SPID"]) for r in rows_of(data[domain])}  # fmt: skip
    results_of: dict[tuple[str, str], set[int]] = {}
    relation_of: dict[tuple[str, str], str] = {}
    for r in rows_of(data["RELREC"]):
        relation = (r["USUBJID"], r["RELID"])
        assert (r["IDVAR"], r["RELTYPE"]) == (f"{r['RDOMAIN']}SEQ", "")
        if r["RDOMAIN"] == "PP":
            assert (r["USUBJID"], r["IDVARVAL"]) not in relation_of, "a parameter stands in one relationship"
            relation_of[r["USUBJID"], r["IDVARVAL"]] = r["RELID"]
        else:
            results_of.setdefault(relation, set()).add(spid[r["RDOMAIN"], r["USUBJID"], r["IDVARVAL"]])

    joined = 0
    long = results.to_long()
    for row, records in zip(rows_of(data["PP"]), long["records"], strict=True):
        relid = relation_of.get((row["USUBJID"], f"{row['PPSEQ']:g}"))
        expected = set(map(int, records.split()))
        assert (results_of[row["USUBJID"], relid] if relid else set()) == expected
        joined += bool(relid)
    assert joined == len(relation_of) > 50


def test_a_record_stands_once_in_a_relationship() -> None:
    rows = rows_of(made_of(two_assays())["RELREC"])

    assert len({tuple(row.values()) for row in rows}) == len(rows)
