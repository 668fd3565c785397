"""SDTM PC with DM and EX, and ADaM ADPC: variables that agree, contradict, or are not there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.input_rules import InputRules

from .amount import share
from .damage import Draw, pick
from .study import ODD_TEXTS
from .trip import trip

Words = dict[str, tuple[str, ...]]
LINES = tuple(t for t in ODD_TEXTS if not set(t) & set('\n\r",\0\x0b\x1c\x85\u2028'))
DATES = ("2024-03-01T08:00", "2024-03-08T08:00:00", "2024-03-15", "2024-03", "2024", "", "2024-03-08T08:00+08:00", "2024-03-08T08:00Z", "2024-02-30", "2024-W10")  # fmt: skip
RESULTS = ("900", "900.0", "BLQ", "<50", "<25", "50", "12", "", "0", "1e3", "1000", "ND")
PC: Words = {
    "DOMAIN": ("PC",), "USUBJID": ("X-1", "X-2"), "PCTESTCD": ("QPCR",), "PCORRES": RESULTS, "PCORRESU": ("copies/ug", "copies/ug gDNA", ""),
    "PCSTRESC": RESULTS, "PCSTRESN": ("900", "1000", "50", "", "0", "12"), "PCSTRESU": ("copies/ug",), "PCSTAT": ("", "", "NOT DONE", "DONE"), "PCSPEC": ("BLOOD",),
    "PCLLOQ": ("50", ""), "PCDTC": DATES, "PCRFTDTC": DATES[:3], "PCELTM": ("P7D", "PT12H", "P1W", "P1M", "-P1D", "", "P", "7"), "PCDY": ("1", "8", "-1", "0", ""),
    "VISIT": ("D7", "Month 3"), "NFRLT": ("7", "14", ""),
}  # fmt: skip
ADPC: Words = {
    "USUBJID": ("X-1", "X-2"), "PARAMCD": ("QPCR",), "AVAL": ("900", "1000", "", "0", "12"), "AVALC": RESULTS, "AVALU": ("copies/ug",), "ALLOQ": ("50", ""),
    "AFRLT": ("-1", "0", "7", "14", "28", "90", ""), "ARRLT": ("0", "7", "14"), "NFRLT": ("0", "7", "14"), "ADY": ("1", "8", "0", ""), "DTYPE": ("", "", "", "AVERAGE"),
    "NCAXFL": ("", "", "Y", "N", "X"), "NCA1XRS": ("", "clotted"), "ADTM": DATES, "AVISIT": ("D7",), "RRLTU": ("DAYS", "HOURS"), "TRT01A": ("DL1",),
}  # fmt: skip
DM: Words = {"DOMAIN": ("DM",), "USUBJID": ("X-1", "X-2", "X-3", ""), "RFSTDTC": DATES, "RFXSTDTC": DATES, "ARM": ("DL1", ""), "ACTARM": ("DL2",), "SEX": ("F", "M"), "AGE": ("41", "")}  # fmt: skip
EX: Words = {"DOMAIN": ("EX",), "USUBJID": ("X-1", "X-2", ""), "EXTRT": ("CART", "CART", "FLU"), "EXDOSE": ("1000000", "", "0"), "EXDOSU": ("cells/kg",), "EXSTDTC": DATES, "EXLOT": ("L1",)}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cdisc")


@st.composite
def texts(draw: Draw, words: Words, needed: Sequence[str] = (), most_rows: int = 7) -> str:
    """A table of some of the variables."""
    others = [name for name in words if name not in needed]
    names = [*needed, *draw(st.lists(st.sampled_from(others), unique=True))]
    odd = draw(st.sampled_from((8, 60, 2000)))
    rows = [[pick(draw, words[name], LINES, odd) for name in names] for _ in range(draw(st.integers(0, most_rows)))]
    return "".join(",".join(cells) + "\n" for cells in (names, *rows))


def rules() -> st.SearchStrategy[InputRules]:
    """What a plan may say of such files."""
    columns = st.sampled_from(({}, {}, {"time": "PCDY"}, {"time": "ADY"}, {"time_nominal": "PCELTM"}, {"infusion_datetime": "RFXSTDTC"}, {"value": "PCORRES"}))  # fmt: skip
    return st.builds(InputRules, columns=columns, infusion_day=st.sampled_from((0, 0, 1)))


@share(0.6)
@given(texts(PC, ("USUBJID", "PCTESTCD")), st.one_of(st.none(), texts(DM, ("USUBJID",))), st.one_of(st.none(), texts(EX, ("USUBJID",))), rules())  # fmt: skip
def test_sdtm_is_read_or_told(folder: Path, pc: str, dm: str | None, ex: str | None, how: InputRules) -> None:
    paths = []
    for name, text in (("pc", pc), ("dm", dm), ("ex", ex)):
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
            paths.append(folder / f"{name}.csv")
    trip(paths, how)


@share(0.6)
@given(texts(ADPC, ("USUBJID", "PARAMCD", "AVAL")), rules())
def test_adam_is_read_or_told_and_what_flags_leave_out_is_left_out(folder: Path, text: str, how: InputRules) -> None:
    path = folder / "adpc.csv"
    path.write_text(text, encoding="utf-8", newline="")
    samples = trip([path], how)
    if samples is None or not len(samples):
        return
    header, *rows = [line.split(",") for line in text.splitlines()]
    flagged = {k for k, row in enumerate(rows, 2) if "NCAXFL" in header and row[header.index("NCAXFL")].strip().upper() == "Y"}  # fmt: skip
    ledger = samples.ledger()
    for i, record in enumerate(samples.record.tolist()):
        if record in flagged:
            assert ledger.exclusion[i] >= 0
