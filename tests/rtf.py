"""A small reader of RTF for tests: what a word processor would show, and nothing of how it is set."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"\\u(-?\d+)\?|\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|([^\\{}]+)", re.S)
SILENT = {"fonttbl", "colortbl", "info", "pict", "fldinst", "shp"}


@dataclass
class Page:
    """The rows (lists of texts) of one page with the right edges of their cells, and how many of them are headings.

    `section` counts the sections of the document from 0.
    """

    rows: list[list[str]] = field(default_factory=list)
    headings: int = 0
    edges: list[list[int]] = field(default_factory=list)
    section: int = 0


@dataclass
class Document:
    """Heads and feet of the sections, the pages, and the paragraphs outside of tables."""

    heads: list[str] = field(default_factory=list)
    feet: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=lambda: [Page()])
    paragraphs: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def read_rtf(content: bytes) -> Document:
    text = content.decode("ascii")
    found, stack, where, silent = Document(), [], "body", False
    units: list[int] = []
    cells: list[str] = []
    edges: list[int] = []
    in_table = heading = False
    position = 0

    def flush() -> str:
        out = b"".join((u & 0xFFFF).to_bytes(2, "little") for u in units).decode("utf-16-le")
        units.clear()
        return out

    def put(letters: str) -> None:
        if not silent:
            raw = letters.encode("utf-16-le")
            units.extend(int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2))

    for token in TOKEN.finditer(text):
        assert token.start() == position, text[position : position + 40]
        position = token.end()
        unit, word, value, symbol, brace, plain = token.groups()
        if brace == "{":
            stack.append((where, silent))
        elif brace == "}":
            before = where
            where, silent = stack.pop()
            if before != where:
                (found.heads if before == "head" else found.feet).append(flush())
        elif unit is not None:
            if not silent:
                units.append(int(unit))
        elif word is not None:
            found.words.add(word)
            if word in SILENT:
                silent = True
            elif word in ("header", "footer"):
                flush()
                where = "head" if word == "header" else "foot"
            elif word == "trowd":
                heading, in_table, cells, edges = False, True, [], []
                flush()
            elif word == "cellx":
                edges.append(int(value))
            elif word == "trhdr":
                heading = True
            elif word == "cell":
                cells.append(flush())
            elif word == "row":
                found.pages[-1].rows.append(cells)
                found.pages[-1].edges.append(edges)
                found.pages[-1].headings += heading
                in_table = False
            elif word in ("pagebb", "sect"):
                found.pages.append(Page(section=found.pages[-1].section + (word == "sect")))
            elif word == "par" and not silent:
                if where == "body" and not in_table:
                    found.paragraphs.append(flush())
                else:
                    put("\n")
            elif word == "line":
                put("\n")
            elif word == "tab":
                put("\t")
        elif symbol is not None:
            put({"~": "\xa0", "*": "", "\n": ""}.get(symbol, symbol))
        elif plain is not None:
            put(plain.replace("\n", ""))
    assert not stack
    assert position == len(text)
    return found
