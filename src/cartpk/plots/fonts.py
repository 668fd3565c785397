"""Letters that DejaVu Sans does not have, from the fonts installed on a machine: Chinese, Japanese and Korean.

Which font is taken follows from the list below alone, so that one machine draws the same picture every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties, findSystemFonts, fontManager, get_font

from cartpk.errors import UsageError
from cartpk.language import catalogue

__all__ = [
    "BEFORE_CHINESE",
    "FAMILIES",
    "FontFiles",
    "files_for",
    "in_a_fallback",
    "pdf_font_type",
    "refuse_without_letters",
]

FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei", "SimSun", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Noto Sans CJK TC",
    "Noto Sans CJK JP", "Noto Sans CJK KR", "Microsoft JhengHei", "Yu Gothic", "MS Gothic", "Hiragino Sans", "IPAexGothic",
    "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic", "Droid Sans Fallback", "Unifont",
)  # fmt: skip
"""The first of those installed that has a letter draws it."""

BEFORE_CHINESE = 0x2E7F
"""The last code point before the letters and the punctuation of East Asia."""
_ORDINARY = ("400", "normal", "regular", "500", "book", "medium", "roman")
_BOLD = ("700", "bold")
_IN_FILE_NAMES = (
    "cjk", "noto", "sourcehan", "wqy", "msyh", "simhei", "simsun", "pingfang", "hiragino", "heiti", "droidsansfallback", "unifont",
)  # fmt: skip


def refuse_without_letters(language: str) -> None:
    """Refuse figures in a language whose letters no font here can draw.

    Raises:
        UsageError: some letter of the language's texts is in no installed font of `FAMILIES`; with the remedy.
    """
    lost = _lost(language)
    if lost:
        raise UsageError(
            f"figures cannot be drawn in the language {language!r}: no installed font has letters such as"
            f" {lost[:3]}. Install Noto Sans CJK SC (or one of {', '.join(FAMILIES[2:8:2])}), or leave the figures out"
            " (--figures none)"
        )


@lru_cache(maxsize=8)
def _lost(language: str) -> str:
    """The letters of a language's texts that no font here has."""
    letters = sorted({c for text in catalogue(language).values() for c in text if ord(c) > BEFORE_CHINESE})
    return "".join(c for c in letters if not in_a_fallback(c))


def in_a_fallback(letter: str) -> bool:
    """Whether an installed font of the list has a letter."""
    return ord(letter) > BEFORE_CHINESE and any(ord(letter) in has for _, has in _installed())


@lru_cache(maxsize=512)
def files_for(letters: str, bold: bool = False) -> tuple[str, ...]:
    """The font files that together have `letters`, as far as any has; bold ones where a family has such."""
    wanted = {ord(c) for c in letters if ord(c) > BEFORE_CHINESE}
    chosen: list[str] = []
    for file, has in _installed(bold) if wanted else ():
        if wanted & has:
            chosen.append(file)
            wanted -= has
    return tuple(chosen)


def pdf_font_type(texts: Iterable[str]) -> int:
    """How a PDF holds the fonts of some texts: 42, as TrueType, or 3, as drawings, where a font has outlines of PostScript.

    Such a font as 42 is one that readers complain of, and takes seconds.
    """
    letters = "".join(sorted({c for text in texts for c in text if ord(c) > BEFORE_CHINESE}))
    files = {file for bold in (False, True) for file in files_for(letters, bold)}
    return 3 if any(map(_in_postscript, files)) else 42


@lru_cache(maxsize=64)
def _in_postscript(file: str) -> bool:
    """Whether the outlines of a font file are of PostScript, by its first letters; of a collection, those of its face."""
    with Path(file).open("rb") as font:
        tag = font.read(4)
        if tag == b"ttcf":
            font.seek(12 + 4 * getattr(file, "face_index", 0))
            font.seek(int.from_bytes(font.read(4), "big"))
            tag = font.read(4)
    return tag == b"OTTO"


class FontFiles(FontProperties):
    """Font files in place of families: each letter is drawn by the first that has it."""

    def __init__(self, *files: str) -> None:
        super().__init__()
        super().set_family(list(files))

    def __copy__(self) -> FontFiles:
        new = FontFiles.__new__(FontFiles)
        new.__dict__.update(self.__dict__)
        return new

    def set_family(self, family: Any) -> None:
        """Matplotlib asks for one family after another: here that is the file."""
        if isinstance(family, str) and Path(family).is_absolute():
            self.set_file(family)
        else:
            super().set_family(family)


class _Face(NamedTuple):
    family: str
    slanted: bool
    weight: str
    file: str

    def rank(self, bold: bool) -> tuple[bool, bool, bool, str]:
        """The lowest of a family is taken."""
        wanted = _BOLD if bold else _ORDINARY
        return self.slanted, self.weight not in wanted, self.weight not in _ORDINARY, self.file


@lru_cache(maxsize=2)
def _installed(bold: bool = False) -> tuple[tuple[str, frozenset[int]], ...]:
    """File and code points of each font of the list that is here."""
    faces = sorted(list(_remembered()) or list(_found()), key=lambda face: face.rank(bold), reverse=True)
    files = {face.family: face.file for face in faces}
    return tuple((files[f], frozenset(get_font(files[f]).get_charmap())) for f in FAMILIES if f in files)


def _remembered() -> Iterator[_Face]:
    """The fonts of the list that matplotlib knows."""
    for e in fontManager.ttflist:
        if e.name in FAMILIES and Path(e.fname).is_file():
            yield _Face(e.name, e.style != "normal", str(e.weight), _face(e.fname, getattr(e, "index", 0)))


def _found() -> Iterator[_Face]:
    """The same by looking: a font may be newer than what matplotlib remembers."""
    likely = [f for f in sorted(findSystemFonts()) if any(part in Path(f).name.lower() for part in _IN_FILE_NAMES)]
    for file in likely:
        for index in range(getattr(get_font(file), "num_faces", 1) if _FACE_OF_FILE else 1):
            font = get_font(_face(file, index))
            style = font.style_name.lower()
            if font.family_name in FAMILIES:
                yield _Face(font.family_name, "italic" in style or "oblique" in style, style, _face(file, index))


_FACE_OF_FILE: Any = getattr(font_manager, "FontPath", None)
"""How matplotlib names one face of a collection, from version 3.11; older ones see the first face alone."""


def _face(file: str, index: int) -> str:
    named: str = _FACE_OF_FILE(file, index) if index and _FACE_OF_FILE else file
    return named
