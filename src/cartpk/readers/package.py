"""A workbook file opened safely: `Book`, its worksheets by name, its shared texts and styles, and the parts of each sheet.

Nothing is unpacked before the sizes are added up, and no part that declares entities is read at all. Namespaces are
passed over, so that workbooks saved as strict Open XML read like the others.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from cartpk.readers.damage import DamageError
from cartpk.readers.formats import Style, styles_of

__all__ = ["Book", "RichText", "TextTaker", "WorksheetPart", "feed", "is_true", "parser_of"]

CHUNK = 1 << 18
LONGEST = 32_767  # characters of a cell, which Excel allows
LONGEST_TAG = 1 << 22  # bytes; also of a comment, which the parser keeps as a whole
MOST_NAMES = 10_000  # of elements and attributes, which the parser keeps
MOST_ELEMENTS = 1_000_000  # of a part that is kept as a tree
MOST_TEXTS = 2_000_000  # that cells share
DEEPEST = 100  # elements within one another
_ON = frozenset(("", "1", "true", "on", "single", "double"))


def is_true(given: str | None) -> bool:
    """What an attribute says that is true where it has no value; None is an attribute that is not there."""
    return given is not None and given in _ON


@dataclass(frozen=True, slots=True)
class RichText:
    """A text as shown, and whether some of it, not all, is struck through or raised (a power, a footnote)."""

    text: str
    struck: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True)
class WorksheetPart:
    """A worksheet of the workbook: its name, whether it is hidden, the part of the archive."""

    name: str
    hidden: bool
    path: str


def parser_of() -> Any:
    """An XML parser that refuses documents which declare anything."""

    def refuse(*_: object) -> None:
        raise DamageError("a part declares entities, which no spreadsheet program writes")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    return parser


def feed(parser: Any, stream: IO[bytes]) -> None:
    """A whole part through a parser, piece by piece; what would make the parser itself keep much is refused."""
    given = 0
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        given += len(chunk)
        if given - parser.CurrentByteIndex > LONGEST_TAG or len(parser.intern) > MOST_NAMES:
            raise DamageError("a part holds tags that no spreadsheet program writes")
    parser.Parse(b"", True)


class LocalNames(dict[str, str]):
    """Name of an element -> its local name; blank where it is of another namespace than the root."""

    def __init__(self, root: str) -> None:
        space, _, local = root.rpartition(" ")
        self._space = space
        self[root] = local

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        self[name] = found = local if space == self._space else ""
        return found


def _tree(stream: IO[bytes]) -> Element:
    """A small part as a tree of local names; those of other namespaces than the root's are blank."""
    builder, parser = TreeBuilder(), parser_of()
    names: LocalNames | None = None
    depth = count = 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal names, depth, count
        names = names or LocalNames(name)
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise DamageError("a part holds more than any workbook does")
        builder.start(names[name], {k.rpartition(" ")[2]: v for k, v in given.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(names[name] if names else "")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    feed(parser, stream)
    return builder.close()


class TextTaker:
    """Collects one text from its runs, without phonetic guides."""

    __slots__ = ("_in_text", "_parts", "_phonetic", "_raised", "_run_raised", "_run_struck", "_struck")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin another text."""
        self._parts: list[str] = []
        self._in_text, self._phonetic = False, 0
        self._struck = self._raised = self._run_struck = self._run_raised = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        if self._in_text:
            raise DamageError("a text holds other elements")
        if name == "t":
            self._in_text = not self._phonetic
            self._struck |= self._in_text and self._run_struck
            self._raised |= self._in_text and self._run_raised
        elif name == "r":
            self._run_struck = self._run_raised = False
        elif name in ("strike", "dstrike"):
            self._run_struck = is_true(given.get("val", ""))
        elif name == "vertAlign":
            self._run_raised = given.get("val") in ("superscript", "subscript")
        elif name == "rPh":
            self._phonetic += 1

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._phonetic -= 1

    def data(self, text: str) -> None:
        """Characters."""
        if self._in_text:
            self._parts.append(text)

    def taken(self) -> RichText:
        """The text so far."""
        text = "".join(self._parts)
        if len(text) > LONGEST * 7:  # as it stands in the part, where one character may be written _x000D_
            raise DamageError("a text is longer than a cell may hold")
        return RichText(text, self._struck, self._raised)


def _shared_texts(stream: IO[bytes]) -> tuple[RichText, ...]:
    """The texts that cells refer to by number."""
    taker, parser = TextTaker(), parser_of()
    texts: list[RichText] = []
    names: LocalNames | None = None
    depth = 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal names, depth
        names = names or LocalNames(name)
        local, depth = names[name], depth + 1
        if (local == "si") != (depth == 2) or depth > DEEPEST or len(texts) > MOST_TEXTS:
            raise DamageError("the part of shared texts is something else")
        if local == "si":
            taker.clear()
        taker.start(local, given)

    def end(name: str) -> None:
        nonlocal depth
        local, depth = names[name] if names else "", depth - 1
        taker.end(local)
        if local == "si":
            texts.append(taker.taken())

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, taker.data
    feed(parser, stream)
    return tuple(texts)


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """An open workbook.

    Attributes:
        archive: the file.
        sheets: its worksheets, in their order; charts are none.
        texts: the shared texts.
        styles: how cells are shown, by number.
        from_1904: day numbers count from 1904, not 1900.
        by_hand: formulas are not worked out until somebody asks for it.
    """

    archive: zipfile.ZipFile
    sheets: tuple[WorksheetPart, ...]
    texts: tuple[RichText, ...]
    styles: tuple[Style, ...]
    from_1904: bool
    by_hand: bool

    @classmethod
    def opened(cls, data: bytes) -> Book:
        """The workbook in some bytes; one of `damage.BROKEN` is raised where they are none."""
        archive = zipfile.ZipFile(io.BytesIO(data))
        main = next(iter(_related(archive, "", "officeDocument").values()), None)
        if main is None:
            raise DamageError("it names no main part")
        with archive.open(main) as stream:
            root = _tree(stream)
        if root.tag != "workbook":
            raise DamageError("the main part is no workbook")
        about = root.find("workbookPr")
        calculation = root.find("calcPr")
        texts = _related(archive, main, "sharedStrings")
        styles = _related(archive, main, "styles")
        return cls(
            archive=archive,
            sheets=tuple(_worksheets(archive, main, root)),
            texts=_read(archive, texts, _shared_texts) if texts else (),
            styles=_read(archive, styles, lambda stream: styles_of(_tree(stream))) if styles else (Style(),),
            from_1904=about is not None and is_true(about.get("date1904")),
            by_hand=calculation is not None and calculation.get("calcMode") == "manual",
        )

    def comments(self, part: WorksheetPart) -> dict[str, str]:
        """Address -> text of each comment on a sheet."""
        found: dict[str, str] = {}
        for path in _related(self.archive, part.path, "comments").values():
            with self.archive.open(path) as stream:
                for comment in _tree(stream).iter("comment"):
                    text = " ".join("".join(t.text or "" for t in comment.iter("t")).split())
                    found[comment.get("ref", "")] = text
        return found

    def totals(self, part: WorksheetPart) -> list[str]:
        """The areas of tables on a sheet whose last row holds totals."""
        areas = []
        for path in _related(self.archive, part.path, "table").values():
            with self.archive.open(path) as stream:
                table = _tree(stream)
            if table.get("totalsRowCount", "0") not in ("", "0"):
                areas.append(table.get("ref", ""))
        return areas


def _read(archive: zipfile.ZipFile, parts: dict[str, str], read: Any) -> Any:
    with archive.open(next(iter(parts.values()))) as stream:
        return read(stream)


def _worksheets(archive: zipfile.ZipFile, main: str, root: Element) -> Iterator[WorksheetPart]:
    paths = _related(archive, main, "worksheet")
    others = _related(archive, main, "chartsheet") | _related(archive, main, "dialogsheet")
    for sheet in root.iter("sheet"):
        related = sheet.get("id", "")
        if related in others:
            continue
        if related not in paths:
            raise DamageError("a sheet is named that is not there")
        yield WorksheetPart(sheet.get("name", ""), sheet.get("state", "visible") != "visible", paths.pop(related))


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
    """Id -> path of the parts of a kind that a part refers to, each path once; of the package where `part` is blank."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive.namelist():
        return {}
    with archive.open(relations) as stream:
        found = [r for r in _tree(stream).iter("Relationship") if r.get("Type", "").endswith(f"/{kind}")]
    paths = {r.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/") for r in found}  # fmt: skip
    if len(set(paths.values())) < len(found):
        raise DamageError("a part is referred to twice")
    return paths
