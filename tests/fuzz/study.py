"""Tables as they might come: mostly a study, with hostile cells here and there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

import cartpk as ck
from cartpk.rules import AUC_METHODS, BLQ_PRESETS

from .damage import Draw, pick

__all__ = ["ODD_TEXTS", "USUAL", "Table", "nca_rules", "tables"]

ODD_TEXTS = (
    "", " ", "\u00a0", "\u3000", "NA", "nan", "None", "null", "#N/A", "=cmd()", "+1", "-", "@x", "<script>", "{\\rtf", "$x$", "_S01",
    "../../x", "CON", "x" * 300, "\u200b", "\u202e1", "\x1b[31m", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "é", "µ", "µ", "受试者", "😀",
    "01", "1e400", "1e-400", "-0", "+5", "1,234", "1.234,5", "1 234", "١٢", "５０", "0x10", "1_000", "inf", "-inf", "TRUE", "2024-01-01",
    "<", "<<5", "<0", "<-1", "< 5 0", "<LLOQ", ">ULOQ", ">500", "≥5", "BLQ(<50)", "BLQ (<50)", "ND", "未检出", "a\nb", "a\r\nb", 'a"b', '"', "a,b",
    "a;b", "a\tb", "subject_id", "value", "9" * 40, "." * 3, "1.", ".5", "1e", "1e5.5", "\ufeff", "\ud7ff", "1e308", "1e-308",
)  # fmt: skip
USUAL = {
    "subject_id": ("S01", "S02", "001", "NA"),
    "time": ("-14", "0", "1", "3", "7", "10", "14", "21", "28", "42", "60", "90", "180", "0.5", "13.9", "1e1"),
    "value": ("BLQ", "<50", "60", "900", "5000", "12.5", "2e3", "150", "80", "0", "", "1e-9", "999999"),
    "unit": ("copies/ug gDNA",),
    "assay": ("qpcr",),
    "lloq": ("50", "50", "50", ""),
    "visit": ("Day 7", "D14", "Pre-dose", "Month 3", ""),
    "time_nominal": ("0", "7", "14", "28", "90", ""),
    "infusion": ("1",),
    "matrix": ("BLOOD",),
    "dose": ("1e6",),
    "dose_unit": ("cells/kg",),
    "sex": ("F",),
    "datetime": ("2024-03-01T08:00", "2024-03-08T08:00", "2024-03-15"),
    "infusion_datetime": ("2024-03-01T08:00",),
    "site": ("A", "B"),
}
NEEDED = ("subject_id", "time", "value", "unit", "lloq")
ALIASES = {
    "subject_id": ("subject_id", "USUBJID", "ID", "受试者编号", " subject_id "),
    "time": ("time", "day", "AFRLT", "天"),
    "value": ("value", "AVAL", "result", "conc"),
    "unit": ("unit", "AVALU"),
    "assay": ("assay", "PARAMCD"),
    "lloq": ("lloq", "ALLOQ"),
}


@dataclass(frozen=True)
class Table:
    """A header and rows of text, each row as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@st.composite
def tables(draw: Draw, most_rows: int = 14, odd: Sequence[str] = ODD_TEXTS) -> Table:
    """A study's table; half of the time with no odd cell at all, so that it reaches the analysis."""
    others = [name for name in USUAL if name not in NEEDED]
    names = [*NEEDED, *draw(st.lists(st.sampled_from(others), max_size=5, unique=True))]
    if draw(st.integers(1, 8)) == 1:
        names = draw(st.permutations(names))[: draw(st.integers(1, len(names)))]
    hostile = draw(st.booleans())
    header = [pick(draw, (name,), ALIASES.get(name, (name, name.upper(), "x"))) for name in names]
    if hostile and draw(st.integers(1, 6)) == 1:
        header[draw(st.integers(0, len(header) - 1))] = draw(st.sampled_from([*odd, *USUAL]))
    share = draw(st.sampled_from((4, 20, 80))) if hostile else 0
    rows = [
        tuple(pick(draw, USUAL[name], odd, share) if share else draw(st.sampled_from(USUAL[name])) for name in names)
        for _ in range(draw(st.integers(0, most_rows)))
    ]
    if not hostile and draw(st.booleans()):
        rows = _in_order(names, rows)
    return Table(tuple(header), tuple(rows))


def _in_order(names: Sequence[str], rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows with one subject's times each once, so that no two contradict."""
    if "time" not in names or "subject_id" not in names:
        return rows
    time, subject = names.index("time"), names.index("subject_id")
    return list({(row[subject], float(row[time])): row for row in rows}.values())


def nca_rules() -> st.SearchStrategy[ck.NcaRules]:
    """Any rules of the analysis."""
    return st.builds(
        ck.NcaRules,
        auc_method=st.sampled_from(AUC_METHODS),
        blq=st.sampled_from(sorted(BLQ_PRESETS)),
        end_rule=st.sampled_from(["observed", "extrapolate"]),
        gate=st.sampled_from(["flag", "missing"]),
    )
