"""Letters that DejaVu Sans does not have, from the fonts installed on a machine: Chinese, Japanese and Korean.

Which font is taken follows from the list below alone, so that one machine draws the same picture every time.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from matplotlib.font_manager import FontProperties, findSystemFonts, fontManager, get_font

__all__ = ["FAMILIES", "FontFiles", "files_for", "in_a_fallback"]

FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei", "SimSun", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Noto Sans CJK TC",
    "Noto Sans CJK JP", "Noto Sans CJK KR", "Microsoft JhengHei", "Yu Gothic", "MS Gothic", "Hiragino Sans", "IPAexGothic",
    "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic", "Droid Sans Fallback", "Unifont",
)  # fmt: skip
"""The first of those installed that has a letter draws it."""

_BEFORE_CHINESE = 0x2E7F
_ORDINARY = ("400", "normal", "regular", "500")
_IN_FILE_NAMES = ("cjk", "noto", "sourcehan", "wqy", "msyh", "simhei", "simsun", "droidsansfallback")


def in_a_fallback(letter: str) -> bool:
    """Whether an installed font of the list has a letter."""
    return ord(letter) > _BEFORE_CHINESE and any(ord(letter) in has for _, has in _installed())


@lru_cache(maxsize=512)
def files_for(letters: str) -> tuple[str, ...]:
    """The font files that together have `letters`, as far as any has."""
    wanted = {ord(c) for c in letters if ord(c) > _BEFORE_CHINESE}
    chosen: list[str] = []
    for file, has in _installed() if wanted else ():
        if wanted & has:
            chosen.append(file)
            wanted -= has
    return tuple(chosen)


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


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[str, frozenset[int]], ...]:
    """File and code points of each font of the list that is here."""
    files = _remembered() or _found()
    return tuple((files[f], frozenset(get_font(files[f]).get_charmap())) for f in FAMILIES if f in files)


def _remembered() -> dict[str, str]:
    """Family -> file, of the fonts that matplotlib knows."""
    entries = [e for e in fontManager.ttflist if e.name in FAMILIES and Path(e.fname).is_file()]
    entries.sort(key=lambda e: (e.style != "normal", str(e.weight) not in _ORDINARY, e.fname))
    return {e.name: e.fname for e in reversed(entries)}


def _found() -> dict[str, str]:
    """The same by looking: a font may be newer than what matplotlib remembers."""
    likely = [f for f in sorted(findSystemFonts()) if any(part in Path(f).name.lower() for part in _IN_FILE_NAMES)]
    return {get_font(file).family_name: file for file in reversed(likely)}
