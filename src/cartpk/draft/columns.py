"""How each column was understood, with examples."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from cartpk.draft.guess import Guess
from cartpk.draft.words import comment, key, text, visible
from cartpk.readers.aliases import ALIASES, folded_header
from cartpk.readers.sheet import Column, is_blank
from cartpk.samples import Samples

__all__ = ["columns_of"]

EXAMPLES = 3
LONGEST = 24
_NEEDED = ("subject_id", "time", "value", "unit")


def columns_of(found: Guess, samples: Samples) -> Iterator[str]:
    """The table [input.columns] where one mapping holds for all files, else comments; and what is not used."""
    cells = _cells(found)
    mapped = [dict(s.columns) for s in samples.sources if len(s.columns)]
    same = len({tuple(sorted(m.items())) for m in mapped}) == 1
    yield from comment("How each column was understood: ours = theirs, with examples.")
    used: set[str] = set()
    for n, columns in enumerate(mapped[:1] if same else mapped):
        yield "[input.columns]" if same else f"# {visible(samples.sources[n].name)}: [input.columns]"
        for ours, theirs in columns.items():
            used.add(theirs)
            if theirs in cells:
                everywhere = same and all(theirs in s.header for s in found.tables)
                yield f"{'' if everywhere else '# '}{key(ours)} = {text(theirs)}    # {examples(cells[theirs])}"
            elif not found.rules.wide:
                yield from comment(f"{ours}: worked out ({theirs})")
    used |= {h for block in found.rules.wide for h in block.visits}
    if not mapped:
        yield from comment("No column could be told; the headers are below.")
    yield from _missing(found, mapped, cells, used)
    rest = {h: c for h, c in cells.items() if h not in used and h.strip()}
    if rest:
        yield from comment("Kept with each sample and not used; name one in covariates if it describes the subject:")
        for header, column in rest.items():
            yield f"#   {text(header)}: {examples(column)}"
    yield ""


def _missing(found: Guess, mapped: list[dict[str, str]], cells: dict[str, Column], used: set[str]) -> Iterator[str]:
    """Columns that are needed and were not found, with what is near."""
    if found.rules.wide:
        return
    have = {name for m in mapped for name in m}
    dated = {"datetime", "infusion_datetime"} <= have
    for name in _NEEDED:
        if name in have or (name == "time" and dated):
            continue
        names = {folded_header(a): a for group in ALIASES[name] for a in group}
        near = [h for h in cells if h not in used and difflib.get_close_matches(folded_header(h), names, 1)]
        hint = f"; is it {text(near[0])}?" if near else ""
        yield from comment(f"UNSURE: no column is {name}{hint}")
        yield f"# {name} = {text(near[0] if near else 'your header')}"


def _cells(found: Guess) -> dict[str, Column]:
    """The columns of all tables by header, the first of a name."""
    cells: dict[str, Column] = {}
    for sheet in found.tables:
        for header, column in zip(sheet.header, sheet.columns, strict=True):
            cells.setdefault(header, column)
    return cells


def examples(column: Column) -> str:
    """The first different texts of a column, and how many there are."""
    filled = [t for t in column.texts if not is_blank(t)]
    shown = [visible(t if len(t) <= LONGEST else t[: LONGEST - 1] + "…") for t in filled[:EXAMPLES]]
    more = f", … ({len(filled)} different)" if len(filled) > EXAMPLES else ""
    return ", ".join(shown) + more if shown else "blank throughout"
