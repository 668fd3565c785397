"""An encoding that was guessed: almost any bytes are some text in GB18030, so what it made of them is shown."""

from __future__ import annotations

from collections.abc import Iterator

from cartpk.findings import quoted
from cartpk.language import phrase
from cartpk.readers.work import Work

__all__ = ["tell_guess"]

_COMMON = 0xD7
"""Lead byte of the last of the 3,755 common characters in GB 2312."""


def tell_guess(work: Work) -> None:
    """N-FILE-ENCODING with an example, and W-FILE-ENCODING where names may have become other names; nothing where nothing was guessed."""
    if not work.sheet.guessed:
        return
    example = next(_beyond_ascii(work), None)
    if example is None:
        return
    name, row, text = example
    message = phrase("The file is not UTF-8 and was read as GB18030; {text} is so read, for one.", text=quoted(text))
    work.tell_once("N-FILE-ENCODING", message, name, row=row, value=text)
    names = [found for found in _beyond_ascii(work) if found[0] in ("", "subject_id", "assay")]
    doubtful = [found for found in names if not _is_common_chinese(found[2])]
    if doubtful and not _headers_are_known(work):
        name, row, text = doubtful[0]
        message = phrase(
            "{text} and other names hold letters beyond ASCII, and it is a guess that the file is GB18030.",
            text=quoted(text),
        )
        work.tell_once("W-FILE-ENCODING", message, name, row=row, value=text)


def _beyond_ascii(work: Work) -> Iterator[tuple[str, int | None, str]]:
    """(our column, row, text) of texts beyond ASCII: ids and assays, then headers ("" and no row), then all else."""
    sheet, places = work.sheet, {place: name for name, place in work.found.columns.items()}
    first = [i for i, name in places.items() if name in ("subject_id", "assay")]
    for i in first:
        yield from _cells(work, i, places[i])
    yield from (("", None, text) for text in sheet.header if not text.isascii())
    for i in range(len(sheet.columns)):
        if i not in first:
            yield from _cells(work, i, places.get(i, sheet.header[i]))


def _cells(work: Work, place: int, name: str) -> Iterator[tuple[str, int | None, str]]:
    column = work.sheet.columns[place]
    for code, text in enumerate(column.texts):
        if not text.isascii() and len(rows := (column.codes == code).nonzero()[0]):
            yield name, int(rows[0]), text


def _headers_are_known(work: Work) -> bool:
    """Whether a header beyond ASCII is one of the names of our columns, or of the plan: other bytes would hardly read so."""
    return any(not work.sheet.header[i].isascii() for i in work.found.columns.values())


def _is_common_chinese(text: str) -> bool:
    """Whether what is beyond ASCII is in GB 2312, and at least half of it common: other letters in pairs of bytes hardly are."""
    beyond = [c for c in text if not c.isascii()]
    try:
        leads = [c.encode("gb2312")[0] for c in beyond]
    except UnicodeEncodeError:
        return False
    return 2 * sum(lead <= _COMMON for lead in leads) >= len(leads)
