"""Delimited text: structured tables in every dialect, and real files with damaged bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cartpk as ck
from cartpk.input_rules import InputRules
from cartpk.readers.sheet import is_blank
from cartpk.samples import Samples

from .amount import share
from .damage import Draw, damaged
from .study import ODD_TEXTS, Table, nca_rules, tables
from .trip import trip

ROOT = Path(__file__).parents[2]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252", "utf-16-le")
ENDS = ("\n", "\r\n", "\r")
CUTS = (",", ";", "\t")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("text") / "counts.csv"


@dataclass(frozen=True)
class Written:
    """A table as bytes, with the line on which each row begins and the rules that the plan gives."""

    table: Table
    data: bytes
    lines: tuple[int, ...]
    cut: str
    encoding: str
    rules: InputRules


@st.composite
def written(draw: Draw) -> Written:
    """A table in some dialect; rows may be ragged or blank, titles may stand above."""
    table = draw(tables())
    cut, end = draw(st.sampled_from(CUTS)), draw(st.sampled_from(ENDS))
    encoding = draw(st.sampled_from(ENCODINGS))
    quote_all = draw(st.booleans())
    rows = [table.header, *table.rows]
    if encoding == "cp1252":
        rows = [tuple(c.encode(encoding, "replace").decode(encoding) for c in cells) for cells in rows]
    if draw(st.integers(1, 5)) == 1:
        rows = _ragged(draw, rows)
    lines, text, at = [], "", 1
    for cells in rows:
        line = cut.join(_cell(c, cut, quote_all) for c in cells) + end
        lines.append(at)
        at += len(line.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
        text += line
    if draw(st.booleans()):
        text = text.removesuffix(end)
    named = encoding if encoding == "utf-16-le" or draw(st.integers(1, 4)) == 1 else None
    rules = InputRules(encoding=named, delimiter=cut if draw(st.integers(1, 4)) == 1 else None)
    whole = Table(tuple(rows[0]), tuple(map(tuple, rows[1:])))
    return Written(whole, text.encode(encoding), tuple(lines[1:]), cut, encoding, rules)


def _ragged(draw: Draw, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows with a cell more or less here and there, and blank ones."""
    odd: list[tuple[str, ...]] = [rows[0]]
    for cells in rows[1:]:
        kind = draw(st.sampled_from(("", "", "", "more", "less", "blank", "one")))
        odd += [("",) * len(cells)] if kind == "blank" else []
        odd += [("Source: laboratory",)] if kind == "one" else []
        odd.append((*cells, "x") if kind == "more" else cells[:-1] if kind == "less" else cells)
    return odd


def _cell(text: str, cut: str, always: bool) -> str:
    """A cell, quoted where it must be."""
    must = always or any(c in text for c in (cut, '"', "\n", "\r"))
    return '"' + text.replace('"', '""') + '"' if must else text


@share(1.0)
@given(written(), nca_rules())
def test_no_row_of_a_table_is_lost_or_changed(place: Path, file: Written, how: ck.NcaRules) -> None:
    place.write_bytes(file.data)
    samples = trip([place], file.rules, how=how)
    if samples is None or not len(samples):
        return
    source = samples.sources[0]
    if source.delimiter != file.cut or (file.encoding == "cp1252" != source.encoding):
        return  # other letters, of which a warning tells
    if set(source.columns.values()) - set(file.table.header) or len(set(file.table.header)) < len(file.table.header):
        return  # the header was found in another row, or in another encoding; or two columns have one name
    assert_same_cells(samples, file)


def assert_same_cells(samples: Samples, file: Written) -> None:
    """Each row of the file stands in the samples to the letter, or an error names it, or it is blank."""
    at = {int(record): i for i, record in enumerate(samples.record.tolist())}
    assert len(at) == len(samples)
    told = {f.row for f in samples.findings.errors if f.rule.startswith("E-ROW-")}
    assert at.keys() <= set(file.lines)
    for line, cells in zip(file.lines, file.table.rows, strict=True):
        if all(map(is_blank, cells)):
            assert line not in at
        elif line not in at:
            assert line in told, (line, cells)
        else:
            assert_same_row(samples, at[line], dict(zip(file.table.header, cells, strict=True)))


def assert_same_row(samples: Samples, row: int, cells: dict[str, str]) -> None:
    """The texts of a row are those of its cells, and its numbers are what they say."""
    header = samples.sources[0].columns
    if cells.keys() >= set(header.values()) and len(set(header.values())) == len(header):
        assert samples.subject[row] == cells[header["subject_id"]]
        if "value" in header and "value_text" not in header:
            assert samples.reported[row] == cells[header["value"]]
            if samples.value[row] == samples.value[row]:
                assert float(cells[header["value"]]) == samples.value[row]
        if "time" in header and "datetime" not in header and samples.time[row] == samples.time[row]:
            assert float(cells[header["time"]]) == samples.time[row]
        for name, labels in samples.covariates.items():
            if name in header and name != "dose":
                assert labels[row] == cells[header[name]]


def real_files() -> list[bytes]:
    """The sample study, short, in every encoding, cut by every delimiter."""
    lines = (ROOT / "data" / "sample" / "counts.csv").read_text(encoding="utf-8").splitlines()[:40]
    plain = "\n".join(lines) + "\n"
    chinese = plain.replace("subject_id", "受试者编号").replace("BLQ", "未检出").replace("copies/ug", "copies/µg")
    files = [text.encode(e) for text in (plain, chinese) for e in ("utf-8", "utf-8-sig", "utf-16", "gb18030")]
    files += [plain.replace(",", cut).replace("\n", end).encode() for cut in ";\t" for end in ENDS]
    quoted = "\n".join('"' + line.replace(",", '","') + '"' for line in lines)
    bad = sorted((ROOT / "tests" / "bad").glob("*.csv"))
    return [*files, quoted.encode(), *(path.read_bytes() for path in bad)]


FILES = real_files()
WORDS = [t.encode("utf-8", "surrogatepass") for t in ODD_TEXTS] + [
    b",", b";", b"\t", b'"', b'""', b"\n", b"\r\n", b"\r", b"\n\n", b",,,,,,", b"sep=;\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"\x84\x31\x95\x33",
    b"\xff", b"\x80", b"\xc3", b"\xa0", b"\x1a", b"subject_id", b"assay", b"infusion", b"datetime", b"-", b"e", b".",
]  # fmt: skip


@share(1.0)
@given(damaged(FILES, WORDS), st.sampled_from([None, None, None, "utf-8", "gb18030", "utf-16", "latin-1"]))
def test_damaged_bytes_are_read_or_told(place: Path, data: bytes, encoding: str | None) -> None:
    place.write_bytes(data)
    samples = trip([place], InputRules(encoding=encoding))
    if samples is None or not len(samples):
        return
    assert_nothing_made_up(samples, data)


def assert_nothing_made_up(samples: Samples, data: bytes) -> None:
    """Every text in the samples stands in the file, and rows come in its order."""
    text = data.decode(samples.sources[0].encoding)
    flat = text.replace('""', '"').replace("\r\n", "\n").replace("\r", "\n")
    assert (samples.record[1:] > samples.record[:-1]).all()
    assert samples.record[-1] <= len(flat.split("\n"))
    for labels in (samples.subject, samples.visit, *samples.covariates.values()):
        for said in labels.levels:
            assert said.replace('""', '"').replace("\r\n", "\n").replace("\r", "\n") in flat
    for said in samples.reported:
        assert said.replace('""', '"').replace("\r\n", "\n").replace("\r", "\n") in flat


@share(0.3)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_told(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    trip([place])
