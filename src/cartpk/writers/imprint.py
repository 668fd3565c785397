"""What stands on every page of a study report whatever it shows: `Imprint`; and a figure as the writers read it: `Plate`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

__all__ = ["PAGES", "Imprint", "PageSize", "Picture", "Plate", "writable"]

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
        return tuple(
            f"{word}: {date}" for word, date in (("Run date", self.run_date), ("Data cut", self.data_cut)) if date
        )

    @property
    def signatures(self) -> tuple[str, ...]:
        """The lines to sign; none where the output is no draft."""
        if not self.draft:
            return ()
        people = (("Author", self.author), ("Reviewer", self.reviewer))
        return tuple(f"{role}: {name or '_' * 24}   Signature: {'_' * 28}   Date: {'_' * 14}" for role, name in people)


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
