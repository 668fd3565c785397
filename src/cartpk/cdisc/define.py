"""Data sets, variables and codes described, as frames: what a define file says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cartpk.cdisc.analytes import analytes_of
from cartpk.cdisc.dataset import Dataset
from cartpk.cdisc.vocabulary import FLAGS, METHODS, NOT_DONE, parameter_name
from cartpk.cdisc_rules import CdiscRules
from cartpk.results import Results
from cartpk.samples import Samples

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["codelists", "contents", "variables"]


def contents(data: Sequence[Dataset], refused: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """One row a data set: what it is, its files, and why one of them is not there."""
    import pandas as pd

    rows = [
        (
            d.name,
            d.label,
            d.structure,
            " ".join(d.keys),
            len(d),
            len(d.variables),
            f"{d.name.lower()}.csv" + ("" if d.name in refused else f" {d.name.lower()}.xpt"),
            " | ".join(refused.get(d.name, ())),
        )
        for d in data
    ]
    rows += [(name, "", "", "", 0, 0, "", " | ".join(why)) for name, why in refused.items() if name not in {d.name for d in data}]  # fmt: skip
    columns = ["dataset", "label", "structure", "keys", "rows", "variables", "files", "refused"]
    return pd.DataFrame(rows, columns=columns)


def variables(data: Sequence[Dataset]) -> pd.DataFrame:
    """One row a data set and variable, in the order of the file."""
    import pandas as pd

    rows = [
        (
            d.name,
            n,
            v.name,
            v.label,
            v.kind,
            d.length(v.name),
            v.format,
            d.keys.index(v.name) + 1 if v.name in d.keys else None,
            v.origin,
            v.codelist,
            v.sponsor,
            v.derivation,
        )
        for d in data
        for n, v in enumerate(d.variables, start=1)
    ]
    columns = ["dataset", "order", "variable", "label", "type", "length", "format", "key", "origin", "codelist", "sponsor_defined", "derivation"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"key": object})


def codelists(samples: Samples, results: Results, rules: CdiscRules) -> pd.DataFrame:
    """One row a code used: the list, the code, what it means, its C-code, and whether it is ours."""
    import pandas as pd

    rows = [*_parameter_codes(results), *_analyte_codes(samples, rules), *_fixed_codes(results), *_flag_codes()]
    columns = ["codelist", "value", "meaning", "c_code", "sponsor_defined", "note"]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=columns)


_UNITS = ("%", "10^6/L")
"""Units that the implementation guide itself names."""

Code = tuple[str, str, str, str, bool, str]


def _parameter_codes(results: Results) -> Iterator[Code]:
    for term in results.terms.values():
        note = "told apart by PPSTINT and PPENINT" if term.horizon else term.label
        yield "PPTESTCD", term.pptestcd, parameter_name(term), term.c_code, term.sponsor_defined, note


def _analyte_codes(samples: Samples, rules: CdiscRules) -> Iterator[Code]:
    for analyte in analytes_of(samples, rules).values():
        note = f"assay {analyte.assay}" if analyte.assay else ""
        yield f"{analyte.domain}TESTCD", analyte.testcd, analyte.test, "", True, note
        if analyte.method:
            known = analyte.method == "FLOW CYTOMETRY"
            yield "METHOD", analyte.method, "", "", not known, "" if known else "not held against the terminology"
        yield "PARAMCD (ADNCA, ADPC)", analyte.paramcd, analyte.param, "", True, note
        if analyte.unit:
            known = analyte.unit in _UNITS
            note = "" if known else "the codelist may be extended; compare with the release in use"
            yield "UNIT", analyte.unit, "", "", not known, note


def _fixed_codes(results: Results) -> Iterator[Code]:
    method, code = METHODS[results.rules.auc_method]
    yield "PKANMET", method, "", code, False, "of areas and their shares"
    yield "NOT DONE", *NOT_DONE[:1], "", NOT_DONE[1], False, "the result or the parameter is not there"


def _flag_codes() -> Iterator[Code]:
    for flag, (name, label) in FLAGS.items():
        yield "QNAM", name, label, "", True, flag.sentence
