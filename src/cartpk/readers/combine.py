"""Several files as one: rows end to end, each with its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from cartpk.findings import Findings
from cartpk.labels import Labels
from cartpk.samples import Samples

__all__ = ["combine", "one_file"]


def combine(parts: Sequence[Samples]) -> Samples:
    """The rows of all parts, in their order; a column that a part does not have is blank there."""
    if len(parts) == 1:
        return parts[0]
    first = np.cumsum([0, *(len(p.sources) for p in parts)])
    lengths = [len(p) for p in parts]
    return Samples(
        sources=tuple(chain.from_iterable(p.sources for p in parts)),
        file=np.concatenate([p.file + np.int32(k) for p, k in zip(parts, first, strict=False)]),
        record=np.concatenate([p.record for p in parts]),
        subject=_joined([p.subject for p in parts], lengths),
        assay=_joined([p.assay for p in parts], lengths),
        matrix=_joined([p.matrix for p in parts], lengths),
        unit=_joined([p.unit for p in parts], lengths),
        infusion=np.concatenate([p.infusion for p in parts]),
        time=np.concatenate([p.time for p in parts]),
        time_nominal=np.concatenate([p.time_nominal for p in parts]),
        visit=_joined([p.visit for p in parts], lengths),
        reported=np.concatenate([p.reported for p in parts]),
        value=np.concatenate([p.value for p in parts]),
        state=np.concatenate([p.state for p in parts]),
        lloq=np.concatenate([p.lloq for p in parts]),
        covariates=_joined_columns([p.covariates for p in parts], lengths),
        extra=_joined_columns([p.extra for p in parts], lengths, in_order=False),
        exclusions=parts[0].exclusions,
        findings=Findings(chain.from_iterable(p.findings for p in parts)),
        conversions=tuple(chain.from_iterable(p.conversions for p in parts)),
        unit_reported=_joined([p.unit_reported or p.unit for p in parts], lengths)
        if any(p.unit_reported for p in parts)
        else None,
    )


def one_file(parts: Sequence[Samples]) -> Samples:
    """The rows of several tables of one file, which stays one source."""
    whole = combine(parts)
    if len(parts) == 1:
        return whole
    sources = whole.sources
    source = replace(
        sources[0],
        sheet=", ".join(dict.fromkeys(s.sheet for s in sources)),
        rows=sum(s.rows for s in sources),
        columns={name: header for s in reversed(sources) for name, header in s.columns.items()},
        notes=tuple(dict.fromkeys(chain.from_iterable(s.notes for s in sources))),
    )
    return replace(whole, sources=(source,), file=np.zeros(len(whole), np.int32))


def _joined(columns: Sequence[Labels | None], lengths: Sequence[int], in_order: bool = True) -> Labels:
    """Labels end to end, their levels in natural order if so wished; None stands for blanks."""
    codes: dict[str, int] = {}
    pieces = []
    for column, n in zip(columns, lengths, strict=True):
        if column is None:
            pieces.append(np.full(n, codes.setdefault("", len(codes)), np.int32))
        elif n:
            new = np.array([codes.setdefault(t, len(codes)) for t in column.levels], np.int32)
            pieces.append(new[column.codes])
    whole = np.concatenate(pieces) if pieces else np.empty(0, np.int32)
    return Labels.of_codes(whole, tuple(codes)) if in_order else Labels(whole, tuple(codes))


def _joined_columns(
    parts: Sequence[Mapping[str, Labels]], lengths: Sequence[int], in_order: bool = True
) -> dict[str, Labels]:
    """Columns by name, in order of first appearance."""
    names = dict.fromkeys(chain.from_iterable(parts))
    return {name: _joined([p.get(name) for p in parts], lengths, in_order) for name in names}
