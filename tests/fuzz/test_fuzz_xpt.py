"""SAS transport files: any frame that SAS could hold, and damaged cards and records."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .amount import share
from .damage import Draw, damage
from .study import Table, tables
from .trip import trip

CARD = 80
NAMES = {"subject_id": "USUBJID", "time": "AFRLT", "value": "AVALC", "unit": "AVALU", "lloq": "ALLOQ", "assay": "PARAMCD", "visit": "AVISIT",
         "time_nominal": "NFRLT", "dose": "DOSEA", "dose_unit": "DOSEU", "sex": "SEX", "matrix": "PCSPEC", "datetime": "ADTM"}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xpt") / "adpc.xpt"


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return np.nan
    return number if 1e-70 < abs(number) < 1e70 or number == 0 else np.nan


@st.composite
def frames(draw: Draw) -> pd.DataFrame:
    """A study's table as ADaM has it, numbers in numeric variables."""
    table: Table = draw(tables(most_rows=10))
    data: dict[str, object] = {}
    for i, name in enumerate(table.header):
        texts = [row[i].replace("\0", "") for row in table.rows]
        key = NAMES.get(name, f"V{i}")
        data[key] = [_number(t) for t in texts] if name in ("time", "lloq", "time_nominal", "dose") else texts
    if "AVALC" in data and draw(st.booleans()):
        data["AVAL"] = [_number(t) for t in data["AVALC"]]  # type: ignore[attr-defined]
    frame = pd.DataFrame(data)
    return (
        frame.astype({c: float if isinstance(v[0], float) else str for c, v in data.items()}) if table.rows else frame
    )  # type: ignore[index]


@share(0.4)
@given(frames(), st.sampled_from((5, 8)))
def test_any_frame_is_read_to_the_record_or_told(place: Path, frame: pd.DataFrame, version: int) -> None:
    if not len(frame):
        return
    pyreadstat.write_xport(frame, str(place), file_format_version=version, table_name="ADPC")
    samples = trip([place])
    if samples is None or not len(samples) or "AVAL" not in frame or "AFRLT" not in frame:
        return
    told = {f.row for f in samples.findings.errors}
    for i, record in enumerate(samples.record.tolist()):
        row = frame.iloc[record - 1]
        assert samples.time[i] == row["AFRLT"] or record in told
        assert samples.value[i] != samples.value[i] or samples.value[i] == row["AVAL"] or str(row["AVALC"]).strip()


def _good(version: int) -> bytes:
    import tempfile

    n = 12
    frame = pd.DataFrame(
        {
            "USUBJID": ["S1"] * n, "AFRLT": [float(t) for t in (0, 1, 3, 7, 10, 14, 21, 28, 42, 60, 75, 90)], "AVAL": [np.nan, 60.0, *range(900, 1800, 100), np.nan],
            "AVALC": ["BLQ", *[""] * (n - 2), "BLQ"], "AVALU": ["copies/ug gDNA"] * n, "ALLOQ": [50.0] * n, "PARAMCD": ["QPCR"] * n,
        }
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xpt"
        pyreadstat.write_xport(frame, str(path), file_format_version=version, table_name="ADPC")
        return path.read_bytes()


FILES = [_good(5), _good(8)]
WORDS = [
    b"HEADER RECORD*******", b"NAMESTR ", b"OBS     ", b"MEMBER  ", b"LABELV8 ", b"\0" * 8, b" " * 80, b"." + b"\0" * 7, b"A" + b"\0" * 7, b"_" + b"\0" * 7,
    b"\x7f" + b"\xff" * 7, b"\xff" * 8, struct.pack(">hhh", 1, 0, 8), struct.pack(">hhh", 2, 0, 3), struct.pack(">h", 0), struct.pack(">h", -1), b"BLQ", b"\xb1\xb1",
]  # fmt: skip


@st.composite
def cards(draw: Draw) -> bytes:
    """A transport file with cards taken out, repeated or put elsewhere, and bytes damaged."""
    data = draw(st.sampled_from(FILES))
    pile = [data[i : i + CARD] for i in range(0, len(data), CARD)]
    for _ in range(draw(st.integers(0, 3))):
        at, to = draw(st.integers(0, len(pile) - 1)), draw(st.integers(0, len(pile) - 1))
        kind = draw(st.sampled_from(("drop", "repeat", "move")))
        card = pile[at] if kind == "repeat" else pile.pop(at)
        if kind != "drop":
            pile.insert(to, card)
        pile = pile or [b""]
    data = b"".join(pile)
    return draw(damage(data, WORDS, most=3)) if draw(st.booleans()) else data


@share(0.6)
@given(cards())
def test_damaged_cards_are_read_or_told(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    trip([place])
