"""Files as one finds and leaves them when the world is unkind: read whole, written whole, one writer at a time."""

from __future__ import annotations

from cartpk.disk.faults import told, unloadable
from cartpk.disk.locks import beside, fresh, locked
from cartpk.disk.reading import read_whole
from cartpk.disk.syncing import sync_one
from cartpk.disk.writing import write_together, write_whole

__all__ = ["beside", "fresh", "locked", "read_whole", "sync_one", "told", "unloadable", "write_together", "write_whole"]
