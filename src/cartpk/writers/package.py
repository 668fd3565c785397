"""Zip packages (XLSX, DOCX) without the time of their making: the same parts give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

__all__ = ["repacked"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


def repacked(content: bytes, rewrite: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """The same package with fixed times and order, each part as `rewrite` (given its name) spells it."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != _FIRST, n)):
            part = old.read(name)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            new.writestr(info, part if rewrite is None else rewrite(name, part))
    return buffer.getvalue()
