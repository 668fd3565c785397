"""A file -> `Samples`: one file a container (text, workbook), one a layout (long), and this dispatcher."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from cartpk.errors import InputError, RulesError
from cartpk.input_rules import InputRules
from cartpk.readers.combine import combine
from cartpk.readers.long import samples_of
from cartpk.readers.sheet import Sheet
from cartpk.readers.text import read_text
from cartpk.samples import Exclusion, Samples, Source

__all__ = ["READERS", "read"]


def _read_workbook(data: bytes, file: str, rules: InputRules) -> Sheet:
    """Bring in the workbook library where a workbook is read."""
    from cartpk.readers.xlsx import read_xlsx

    return read_xlsx(data, file, rules)


Reader = Callable[[bytes, str, InputRules], Sheet]
READERS: dict[str, tuple[str, Reader]] = {
    ".csv": ("text", read_text),
    ".tsv": ("text", read_text),
    ".txt": ("text", read_text),
    ".xlsx": ("xlsx", _read_workbook),
    ".xls": ("xlsx", _read_workbook),  # refused there, by what it is
}
"""The end of a file's name -> the name of its reader and the reader."""


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
        path: CSV, TSV, TXT or XLSX with one row a sample; `more` files are read after it.
        rules: what the plan says about reading; else it is found out.
        exclusions: samples that the plan leaves out; they stay, marked.

    Raises:
        InputError: a file cannot be opened, is given twice, or is of a kind that this version does not read.
        RulesError: a rule names an assay, column or encoding that is not there.
    """
    rules = InputRules() if rules is None else rules
    paths = [Path(p) for p in (path, *more)]
    names = _names(paths)
    samples = combine([_read_one(p, n, rules) for p, n in zip(paths, names, strict=True)])
    _refuse_unknown_assays(samples, rules)
    return samples.excluding(exclusions) if exclusions else samples


def _read_one(path: Path, name: str, rules: InputRules) -> Samples:
    kind, reader = _reader(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror or error}); give the path of a file") from None
    source = Source(name=name, path=str(path), sha256=hashlib.sha256(data).hexdigest(), size=len(data), reader=kind)
    return samples_of(reader(data, name, rules), source, rules)


def _reader(path: Path) -> tuple[str, Reader]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(s for s in READERS if s != ".xls")
        raise InputError(f"{path}: files of the kind {suffix or '(none)'!s} are not read in this version; give {known}")
    return READERS[suffix]


def _names(paths: Sequence[Path]) -> list[str]:
    """What findings call each file: its name, with its folder where two have the same."""
    names = [p.name for p in paths]
    if len(set(names)) < len(names):
        names = [p.name if names.count(p.name) == 1 else f"{p.parent.name}/{p.name}" for p in paths]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError(f"{twice[0]}: given twice, or two files cannot be told apart by folder and name; rename one")
    return names


def _refuse_unknown_assays(samples: Samples, rules: InputRules) -> None:
    """A limit or unit of an assay that no row has is a slip of the plan, and would be ignored without a word."""
    if not len(samples):
        return
    for key, by_assay in (("lloq", rules.lloq), ("units", rules.units)):
        unknown = sorted(set(by_assay) - set(samples.assay.levels))
        if unknown:
            have = ", ".join(samples.assay.levels)
            raise RulesError(f"[input] {key}: there is no assay {unknown[0]!r}; the data have {have}")
