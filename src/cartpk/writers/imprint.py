"""What stands on every page of a study report whatever it shows: `Imprint`; and a figure as the writers read it: `Plate`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from cartpk.language import language, say

__all__ = [
    "EAST_ASIAN",
    "PAGES",
    "Imprint",
    "PageSize",
    "Picture",
    "Plate",
    "east_asian",
    "headed",
    "named",
    "page_of_pages",
    "writable",
]

PageSize = Literal["letter", "a4"]
PAGES: dict[str, tuple[float, float]] = {"letter": (11.0, 8.5), "a4": (11.69, 8.27)}
"""Width and height in inches, landscape."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_FORMAT = "Cf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Study, dates, people and paper; what is blank is left out, since no clock is asked.

    Attributes:
        study: in the head of each page; `run_date`, `data_cut`: in its foot, as the plan words them.
        draft: a watermark on each page, and lines to sign for author and reviewer after the last row.
        author, reviewer: who signs.
        page: the paper, landscape.
    """

    study: str = ""
    run_date: str = ""
    data_cut: str = ""
    draft: bool = False
    author: str = ""
    reviewer: str = ""
    page: PageSize = "letter"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page in inches."""
        return PAGES[self.page]

    @property
    def dates(self) -> tuple[str, ...]:
        """Run date and data cut, which end the last line of each page."""
        dates = (("Run date: {date}", self.run_date), ("Data cut: {date}", self.data_cut))
        return tuple(say(words, date=date) for words, date in dates if date)

    @property
    def draft_word(self) -> str:
        """What a draft has across the page and in its head."""
        return say("DRAFT") if self.draft else ""

    @property
    def signatures(self) -> tuple[str, ...]:
        """The lines to sign; none where the output is no draft."""
        if not self.draft:
            return ()
        people = (
            ("Author: {name}   Signature: {line}   Date: {date}", self.author),
            ("Reviewer: {name}   Signature: {line}   Date: {date}", self.reviewer),
        )
        return tuple(say(words, name=name or "_" * 24, line="_" * 28, date="_" * 14) for words, name in people)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and its size in inches."""

    png: bytes
    width: float
    height: float

    def within(self, width: float, height: float) -> tuple[float, float]:
        """Its size where it is made no larger than a room, and never larger than it is."""
        scale = min(1.0, width / self.width, height / self.height)
        return self.width * scale, self.height * scale


@dataclass(frozen=True, slots=True)
class Plate:
    """A numbered figure of one or more pages, each with a picture and its footnote.

    Attributes:
        number, id, title: as of a table.
        subtitles, pictures: one a page; `notes`: what stands under each.
    """

    number: str
    id: str
    title: str
    subtitles: tuple[str, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[tuple[str, ...], ...]
    kind: Literal["Figure"] = "Figure"


_KINDS = {"Table": "Table {number}", "Listing": "Listing {number}", "Figure": "Figure {number}"}


def headed(kind: str, number: str) -> str:
    """``Table 14.2.1.1``, in the language in force."""
    return say(_KINDS[kind], number=number)


def named(kind: str, number: str, title: str) -> str:
    """Kind, number and title, as the properties of a file say them."""
    return say("{head} {title}", head=headed(kind, number), title=title)


def page_of_pages() -> list[str]:
    """The words around the numbers of the page, ``{page}``, and of all pages, ``{pages}``."""
    return re.split(r"(\{pages?\})", say("Page {page} of {pages}"))


EAST_ASIAN = "SimSun"
"""The type of Chinese letters: every word processor in China has it, and others take another in its place."""


def east_asian() -> bool:
    """Whether the language in force is written in letters that need a type of their own."""
    return language() == "zh"


def writable(text: str) -> str:
    r"""A text as any format can hold it: control characters and invisible ones (which may turn a line round) are written out.

    >>> writable("S\x0701")
    'S\\u000701'
    """
    text = _UNPRINTABLE.sub(_escape, text)
    return text if text.isascii() else "".join(_escaped(c) if unicodedata.category(c) == _FORMAT else c for c in text)


def _escape(found: re.Match[str]) -> str:
    return _escaped(found[0])


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}"
