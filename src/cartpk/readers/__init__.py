"""A file -> `Samples`: one file a container (text, workbook, transport file, Parquet), one a layout (long, wide, CDISC), and this dispatcher."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from cartpk.disk import read_whole
from cartpk.errors import InputError, RulesError
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.cdisc import prepared
from cartpk.readers.combine import combine, one_file
from cartpk.readers.companions import Companions, domain_of
from cartpk.readers.long import samples_of, without_rows
from cartpk.readers.sheet import Sheet
from cartpk.readers.text import read_texts
from cartpk.readers.visits import unused_visits
from cartpk.readers.whole import told_of_whole
from cartpk.samples import Exclusion, Samples, Source

__all__ = ["READERS", "paths_of", "read", "sheets_of"]

Sheets = tuple[Sheet, ...]


def _read_workbook(data: bytes, file: str, rules: InputRules) -> Sheets:
    """Bring in the reader of workbooks where one is read."""
    from cartpk.readers.xlsx import read_xlsx

    return read_xlsx(data, file, rules)


def _read_transport(data: bytes, file: str, rules: InputRules) -> Sheets:
    """Bring in the library of SAS files where one is read."""
    from cartpk.readers.xpt import read_xpt

    return (read_xpt(data, file, rules),)


def _read_parquet(data: bytes, file: str, rules: InputRules) -> Sheets:
    """Bring in the Parquet library where such a file is read."""
    from cartpk.readers.parquet import read_parquet

    return (read_parquet(data, file, rules),)


Reader = Callable[[bytes, str, InputRules], Sheets]
READERS: dict[str, tuple[str, Reader]] = {
    ".csv": ("text", read_texts),
    ".tsv": ("text", read_texts),
    ".txt": ("text", read_texts),
    ".xlsx": ("xlsx", _read_workbook),
    ".xpt": ("xpt", _read_transport),
    ".parquet": ("parquet", _read_parquet),
    ".xls": ("xlsx", _read_workbook),  # refused there, by what it is
}
"""The end of a file's name -> the name of its reader and the reader."""
_OTHER_WORKBOOKS = (".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers")


def read(
    path: str | PathLike[str],
    *more: str | PathLike[str],
    rules: InputRules | None = None,
    exclusions: Sequence[Exclusion] = (),
) -> Samples:
    """What the laboratory reported, from one file or several, one row a sample.

    What is wrong in the data raises nothing: it rides in `Samples.findings`, and a file from which
    no row can be made gives none. Nothing is dropped, coerced or repaired.

    Args:
        path: CSV, TSV, TXT, XLSX, XPT or Parquet with one row a sample, or one column a visit where the rules say so;
            `more` files are read after it. SDTM DM and EX give the samples of PC what they lack.
        rules: what the plan says about reading; else it is found out.
        exclusions: samples that the plan leaves out; they stay, marked.

    Raises:
        MissingExtraError: a file needs an optional package that is not installed.
        InputError: a file cannot be opened, is given twice, or is of a kind that this version does not read.
        RulesError: a rule names a column or encoding that is not there.
    """
    rules = InputRules() if rules is None else rules
    paths = paths_of((path, *more))
    names = _names(paths)
    _refuse_places(paths, rules)
    opened = [_open(p, n, rules) for p, n in zip(paths, names, strict=True)]
    domains = [domain_of(o.sheets[0]) for o in opened]
    if all(domains):  # DM or EX without samples are tables like any other, and lack what samples need
        domains = [""] * len(opened)
    beside = Companions.of((o.source.name, d, o.sheets[0]) for o, d in zip(opened, domains, strict=True) if d)
    parts = [_samples(o, rules, beside, d) for o, d in zip(opened, domains, strict=True)]
    samples = combine([part for part, _ in parts])
    told = [*beside.findings, *told_of_whole(samples, rules), *(unused_visits(samples, rules) if len(samples) else ())]
    if told:
        samples = replace(samples, findings=samples.findings + told)
    left_out = (*exclusions, *(e for _, flagged in parts for e in flagged))
    return samples.excluding(left_out) if left_out else samples


def sheets_of(path: str | PathLike[str], rules: InputRules | None = None) -> tuple[Sheet, ...]:
    """The tables of a file as they stand, before anything is understood.

    Of a workbook each sheet that holds anything, unless the rules name one, or rows of it.

    Raises:
        InputError: the file cannot be opened or is of a kind that is not read.
    """
    rules = InputRules() if rules is None else rules
    path = Path(path)
    kind, reader = _reader(path)
    if kind != "xlsx" or rules.wide or rules.sheet is not None:
        return reader(read_whole(path), path.name, rules)
    from cartpk.readers.xlsx import every_sheet

    return every_sheet(read_whole(path), path.name, rules)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was opened: what it is, and its table (several where the plan names worksheets or rows)."""

    source: Source
    sheets: tuple[Sheet, ...]


def _open(path: Path, name: str, rules: InputRules) -> _Opened:
    kind, reader = _reader(path)
    data = read_whole(path)
    source = Source(name=name, path=str(path), sha256=hashlib.sha256(data).hexdigest(), size=len(data), reader=kind)
    return _Opened(source, reader(data, name, rules))


def _samples(
    opened: _Opened, rules: InputRules, beside: Companions, domain: str
) -> tuple[Samples, tuple[Exclusion, ...]]:
    """The samples of a file, and the rows that its own flags leave out; DM and EX have none."""
    source, sheets = opened.source, opened.sheets
    if domain:
        note = phrase("Understood as SDTM {domain}, of which the samples take what they lack.", domain=domain)
        return without_rows(replace(source, rows=len(sheets[0]), notes=(*sheets[0].notes, note)), sheets[0].faults), ()
    ready = [prepared(sheet, source.name, rules, beside) for sheet in sheets]
    parts = [samples_of(r.sheet, source, r.rules) for r in ready]
    return one_file(parts), tuple(e for r in ready for e in r.exclusions)


def _refuse_places(paths: Sequence[Path], rules: InputRules) -> None:
    """Refuse the name of a sheet, or of rows, where no input has any."""
    kinds = {_reader(path)[0] for path in paths}
    if rules.sheet is not None and "xlsx" not in kinds:
        raise RulesError(f"[input] sheet is {rules.sheet!r}, and no input is a workbook")
    for name in ("header_row", "last_row"):
        if getattr(rules, name) is not None and not kinds & {"xlsx", "text"}:
            raise RulesError(f"[input] {name} is {getattr(rules, name)}, and no input is a workbook or a text file")


def _reader(path: Path) -> tuple[str, Reader]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(s for s in READERS if s != ".xls")
        hint = ": open it in Excel and save it as .xlsx" if suffix in _OTHER_WORKBOOKS else f"; give {known}"
        raise InputError(f"{path}: files of the kind {suffix or '(none)'!s} are not read in this version{hint}")
    return READERS[suffix]


def paths_of(given: Sequence[str | PathLike[str]]) -> list[Path]:
    """The files given, each a name or a path.

    Raises:
        InputError: something else stands among them, such as a list of names.
    """
    for item in given:
        if not isinstance(item, str | PathLike):
            raise InputError(f"{item!r} is not the name of a file: give the names one after another, not in a list")
    return [Path(item) for item in given]


def _names(paths: Sequence[Path]) -> list[str]:
    """What findings call each file: its name, with its folder where two have the same."""
    names = [p.name for p in paths]
    if len(set(names)) < len(names):
        names = [p.name if names.count(p.name) == 1 else f"{p.parent.name}/{p.name}" for p in paths]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError(f"{twice[0]}: given twice, or two files cannot be told apart by folder and name; rename one")
    return names
