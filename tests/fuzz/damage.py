"""Ways to damage bytes, drawn by hypothesis: cut, overwrite, repeat, insert, swap."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

__all__ = ["Draw", "damage", "damaged", "pick"]

Draw = st.DrawFn
KINDS = ("cut", "overwrite", "repeat", "insert", "swap", "flip")
MOST = 400  # bytes of one edit


@st.composite
def damage(draw: Draw, data: bytes, words: Sequence[bytes] = (), most: int = 6) -> bytes:
    """`data` with some edits; `words` are pieces that are likely to matter to who reads it."""
    for _ in range(draw(st.integers(0, most))):
        data = _edited(draw, data, words)
    return data


@st.composite
def damaged(draw: Draw, files: Sequence[bytes], words: Sequence[bytes] = (), most: int = 6) -> bytes:
    """One of some files, damaged."""
    return draw(damage(draw(st.sampled_from(files)), words, most))


def _edited(draw: Draw, data: bytes, words: Sequence[bytes]) -> bytes:
    at = draw(st.integers(0, max(len(data) - 1, 0)))
    size = draw(st.integers(1, MOST))
    kind = draw(st.sampled_from(KINDS))
    if kind == "cut":
        return data[:at] + data[at + size :]
    if kind == "repeat":
        return data[: at + size] + data[at:]
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :] if data else data
    if kind == "swap":
        other = draw(st.integers(0, max(len(data) - 1, 0)))
        low, high = sorted((at, other))
        high = max(high, low + size)
        return data[:low] + data[high : high + size] + data[low + size : high] + data[low : low + size] + data[high + size :]  # fmt: skip
    piece = draw(st.sampled_from(words)) if words and draw(st.booleans()) else draw(st.binary(max_size=12))
    return data[:at] + piece + data[at + (len(piece) if kind == "overwrite" else 0) :]


def pick(draw: Draw, usual: Sequence[str], odd: Sequence[str], share: int = 12) -> str:
    """One of the usual texts, and once in `share` an odd one."""
    return draw(st.sampled_from(odd)) if draw(st.integers(1, share)) == 1 else draw(st.sampled_from(usual))
