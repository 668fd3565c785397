"""A Parquet file -> `Sheet`: typed cells, none of them coerced; rows are numbered from 1."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal as Exact
from typing import TYPE_CHECKING, Any

import numpy as np

from cartpk.errors import MissingExtraError
from cartpk.findings import Finding
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.sheet import Column, Sheet
from cartpk.readers.typed import kinds_of, text_of_number
from cartpk.rulebook import finding

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["read_parquet"]


def read_parquet(data: bytes, file: str, rules: InputRules) -> Sheet:
    """The table in a Parquet file; what is wrong with it rides in the sheet.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        message = "to read Parquet files pyarrow is needed; install it with: python -m pip install 'cartpk[parquet]'"
        raise MissingExtraError(f"{file}: {message}") from None
    if not data:
        return Sheet(faults=(finding("E-FILE-EMPTY", file=file),))
    try:
        table = pq.read_table(io.BytesIO(data), use_threads=False)
        header = tuple(table.column_names)
        kinds = kinds_of(header, rules, file)
        cells = [_Cells(name, column, kind, rules) for name, column, kind in zip(header, table.columns, kinds, strict=True)]  # fmt: skip
        columns = tuple(c.column() for c in cells)
    except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
        first = str(error).split("\n", 1)[0][:200]
        message = f"The file cannot be read as Parquet: {first.rstrip('.')}."
        return Sheet(faults=(finding("E-PARQUET-UNREADABLE", message, file=file),))
    faults = tuple(f for c, column in zip(cells, columns, strict=True) for f in c.misplaced(column, file))
    return Sheet(
        header=header,
        header_row=0,
        columns=columns,
        record=np.arange(1, table.num_rows + 1),
        faults=faults,
        encoding="utf-8",
        notes=(phrase("Read as Parquet."),),
    )


class _Cells:
    """One column on its way to text."""

    def __init__(self, name: str, column: pa.ChunkedArray, kind: str, rules: InputRules) -> None:
        self.name, self.kind = name, kind
        self.decimal = rules.decimal if kind == "number" else "."
        self.type, self.values = self._plain(column)

    def _plain(self, column: pa.ChunkedArray) -> tuple[pa.DataType, pa.ChunkedArray]:
        """The column without categories; lists and records as the text that shows them."""
        import pyarrow as pa
        import pyarrow.types as of

        kind = column.type
        if of.is_dictionary(kind):
            column = column.cast(kind.value_type)
        if of.is_nested(column.type) or of.is_null(column.type):
            texts = [None if v is None else str(v) for v in column.to_pylist()]
            return kind, pa.chunked_array([pa.array(texts, pa.string())])
        return column.type, column

    def column(self) -> Column:
        """Each distinct value once, as text; null is a blank cell."""
        encoded = self.values.combine_chunks().dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        codes = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False).astype(np.int32)
        seen: dict[str, int] = {}
        texts = [*(self._text(v) for v in distinct), ""]
        new = np.array([seen.setdefault(t, len(seen)) for t in texts], np.int32)
        return Column(new[codes], tuple(seen))

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return text_of_number(value, self.decimal)
        if isinstance(value, Exact):
            return str(value).replace(".", ",") if self.decimal == "," else str(value)
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return value.isoformat()
        return str(value)

    def misplaced(self, column: Column, file: str) -> Sequence[Finding]:
        """Cells whose type cannot stand in a column of ours, one finding for the column."""
        if not self.kind or not len(column.codes):
            return ()
        message = self._misfit(column)
        return (finding("E-CELL-TYPE", message, file=file, column=self.name),) if message else ()

    def _misfit(self, column: Column) -> str:
        import pyarrow.types as of

        type_ = self.type
        if of.is_null(type_):
            return ""
        if of.is_boolean(type_) and self.kind != "text":
            return "The column holds true and false."
        if of.is_nested(type_) or of.is_binary(type_) or of.is_large_binary(type_) or of.is_fixed_size_binary(type_):
            return f"The column is of the type {type_}, not text, numbers or dates."
        if (of.is_temporal(type_)) and self.kind != "date":
            return f"The column holds dates or times ({type_}), where {_WANTED[self.kind]} belong."
        if self.kind == "date" and not of.is_temporal(type_) and not _is_text(type_):
            return f"The column is of the type {type_}, where dates belong."
        if self.kind == "id" and of.is_floating(type_) and any("." in t or "e" in t or "n" in t for t in column.texts):
            return "The ids are numbers with a fraction."
        return ""


_WANTED = {"number": "numbers", "id": "ids", "text": "texts"}


def _is_text(type_: pa.DataType) -> bool:
    import pyarrow.types as of

    return bool(of.is_string(type_) or of.is_large_string(type_) or str(type_) == "string_view")
