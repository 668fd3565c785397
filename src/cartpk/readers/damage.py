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
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, expat.ExpatError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, EOFError, OSError, RuntimeError, AssertionError,
)  # fmt: skip
"""What zip and XML libraries raise on damaged parts, and `DamageError`."""
