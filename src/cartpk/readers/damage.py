"""The fault of a part of a workbook that is not what the format says: `DamageError`; never seen by users, who are told a finding."""

from __future__ import annotations

import struct
import zipfile
import zlib
from xml.parsers import expat

__all__ = ["BROKEN", "DamageError"]


class DamageError(ValueError):
    """A part of a workbook is not what it should be; the message says how, as the end of a sentence."""


BROKEN = (
    DamageError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, expat.ExpatError, LookupError, ValueError,
    OverflowError, EOFError, OSError, RuntimeError,
)  # fmt: skip
"""What zip, XML and numbers raise on damaged parts, and `DamageError`; a slip of our own, such as a wrong type, is none of them."""
