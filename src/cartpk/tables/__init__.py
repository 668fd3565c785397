"""The tables and listings of a study report as values; the writers make files of them."""

from __future__ import annotations

from cartpk.tables.catalogue import catalogue, index
from cartpk.tables.listing import as_analysed
from cartpk.tables.table import Cell, Column, Number, Row, Spanner, Table

__all__ = ["Cell", "Column", "Number", "Row", "Spanner", "Table", "as_analysed", "catalogue", "index"]
