"""``{from-code} NAME`` puts a table into a page that is made from the package itself, so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from cartpk.models import MODELS
from cartpk.qualification import CASES
from cartpk.reasons import Flag, Reason
from cartpk.rulebook import RULEBOOK
from cartpk.rules import BLQ_POSITIONS, BLQ_PRESETS, BlqRule
from cartpk.terms import TERMS, Term, unit_of
from cartpk.units import UNITS

Row = tuple[str, ...]


def _reasons() -> tuple[Row, Iterable[Row]]:
    return ("Reason", "Meaning", "中文"), ((f"`{r.name}`", r.sentence, r.sentence_zh) for r in Reason if r)


def _flags() -> tuple[Row, Iterable[Row]]:
    return ("Flag", "Meaning", "中文"), ((f"`{f.name}`", f.sentence, f.sentence_zh) for f in Flag if f)


def _rulebook() -> tuple[Row, Iterable[Row]]:
    return ("Rule", "What is found", "What to do"), ((f"`{r.id}`", r.sentence, r.remedy) for r in RULEBOOK.values())


def _parameters() -> tuple[Row, Iterable[Row]]:
    def row(term: Term) -> Row:
        code = f"{term.pptestcd} (sponsor-defined)" if term.sponsor_defined else f"{term.pptestcd} {term.c_code}"
        return f"`{term.name}`", term.label, unit_of(term.unit_kind, "unit"), code

    return ("Parameter", "What it is", "Unit", "CDISC"), (row(term) for term in TERMS.values())


def _units() -> tuple[Row, Iterable[Row]]:
    return ("Unit", "Spellings that are understood"), ((f"`{u.name}`", ", ".join(u.spellings)) for u in UNITS.values())


def _blq_presets() -> tuple[Row, Iterable[Row]]:
    def word(rule: BlqRule) -> str:
        return rule if isinstance(rule, str) else f"{rule:g}"

    rows = ((f"`{name}`", *(word(rules[p]) for p in BLQ_POSITIONS)) for name, rules in BLQ_PRESETS.items())
    return ("Preset", *(f"`{p}`" for p in BLQ_POSITIONS)), rows


def _models() -> tuple[Row, Iterable[Row]]:
    rows = (
        (f"`{m.name}`", m.label, m.equations, ", ".join(p.name for p in m.parameters if p.fixed is None), m.source)
        for m in MODELS.values()
    )
    return ("Model", "What it is", "Curve", "Parameters", "Source"), rows


def _qualification() -> tuple[Row, Iterable[Row]]:
    rows = ((f"`{c.name}`", c.title, c.source, c.tolerance) for c in CASES)
    return ("Case", "What is tested", "Reference", "Tolerance"), rows


TABLES: dict[str, Callable[[], tuple[Row, Iterable[Row]]]] = {
    "blq-presets": _blq_presets,
    "flags": _flags,
    "models": _models,
    "parameters": _parameters,
    "qualification": _qualification,
    "reasons": _reasons,
    "rulebook": _rulebook,
    "units": _units,
}


def _entry(text: str) -> nodes.entry:
    code = text.startswith("`") and text.endswith("`")
    paragraph = nodes.paragraph()
    paragraph += nodes.literal(text=text.strip("`")) if code else nodes.Text(text)
    return nodes.entry("", paragraph)


class FromCode(Directive):
    """One of `TABLES`, by name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table as nodes."""
        header, rows = TABLES[self.arguments[0]]()
        group = nodes.tgroup(cols=len(header))
        group += [nodes.colspec(colwidth=1) for _ in header]
        group += nodes.thead("", nodes.row("", *map(_entry, header)))
        group += nodes.tbody("", *(nodes.row("", *map(_entry, row)) for row in rows))
        return [nodes.table("", group)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.add_directive("from-code", FromCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
