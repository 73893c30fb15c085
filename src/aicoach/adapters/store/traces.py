"""Looking for what is left of somebody: in every table, and in the files beside the database."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, String, Text, cast, func, or_, select, type_coerce

from aicoach.adapters.store import tables
from aicoach.adapters.store.sealing import SealedBytes, is_sealed, keyring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Column, Connection, Table

    from aicoach.adapters.store.store import Store

PSEUDONYMOUS: Final = frozenset({"audit"})
"""The audit names the code, which leads to nobody any more; it cannot be changed."""
SHORTEST_NAME: Final = 2
"""A name of one letter stands everywhere and says nothing."""
_PIECE: Final = 1 << 20
_SQLITE: Final = b"SQLite format 3\x00"
_DUMP: Final = b"PGDMP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Somewhere that something stands."""

    where: str
    """``table.column`` or the name of a file."""
    rows: int


def find_traces(
    store: Store, code: str, name: str | None, *, quick: bool = False
) -> tuple[tuple[Trace, ...], tuple[Trace, ...]]:
    """Where a code and a name still stand in the tables.

    The code counts as a word of its own: R-1 is not found in R-12. The name may be that of
    somebody else; where it stands is for a person to look at.

    Parameters
    ----------
    quick
        Leave out the tables under sessions.
    """
    codes: Counter[str] = Counter()
    names: Counter[str] = Counter()
    word = _word(code)
    spelled = _spellings(name) if name is not None and len(name) >= SHORTEST_NAME else ()
    with store.reading() as connection:
        for table in tables.metadata.sorted_tables:
            if quick and "session_id" in table.columns:
                continue
            for where, text in _texts(connection, table, (code, *spelled)):
                codes[where] += word.search(text) is not None and table.name not in PSEUDONYMOUS
                names[where] += any(one in text for one in spelled)
    return _as_traces(codes), _as_traces(names)


def _as_traces(found: Counter[str]) -> tuple[Trace, ...]:
    return tuple(Trace(where=where, rows=rows) for where, rows in found.items() if rows)


def copies_beside(
    store: Store, code: str, name: str | None, folder: Path | None = None
) -> tuple[str, ...]:
    """Files that still hold the code or the name: older copies, journals put aside, backups.

    A dump of a server is compressed and cannot be searched: it is named as it stands.
    """
    places: list[Path] = []
    file = store.database.file
    if file is not None:
        for suffix in (".as-of-*", ".replaced-*"):
            places += sorted(file.parent.glob(f"{file.name}{suffix}"))
    if store.journals.is_dir():
        places += sorted(store.journals.iterdir())
    if folder is not None:
        places += sorted(folder.rglob("*"))
    names = _spellings(name) if name is not None and len(name) >= SHORTEST_NAME else ()
    return tuple(str(path) for path in places if path.is_file() and _holds(path, code, names))


def _holds(path: Path, code: str, names: tuple[str, ...]) -> bool:
    """Whether a file holds code or name, or cannot be searched."""
    with path.open("rb") as opened:
        head = opened.read(len(_SQLITE))
    if head.startswith(_DUMP):
        return True
    if head == _SQLITE:
        return _copy_holds(path, code) or _bytes_hold(path, *names)
    return _bytes_hold(path, f'"{code}"', *names)  # lines of JSON


def _word(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(code)}(?![\w-])")


def _bytes_hold(path: Path, *wanted: str) -> bool:
    needles = [one.encode() for one in wanted]
    keep = max(map(len, needles), default=0)
    before = b""
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            before = before[-keep:] + piece if keep else b""
            if any(needle in before for needle in needles):
                return True
    return False


def _copy_holds(path: Path, code: str) -> bool:
    """Whether a copy has the code in a table; in its audit it may stand."""
    word = _word(code)
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as copy:
            found = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in found:
                if table in PSEUDONYMOUS or table.startswith("sqlite_"):
                    continue
                columns = copy.execute(f'PRAGMA table_info("{table}")').fetchall()
                for column in (f'"{one[1]}"' for one in columns):  # names that stand in the file
                    query = f'SELECT {column} FROM "{table}" WHERE instr({column}, ?)'
                    if any(word.search(str(one)) for (one,) in copy.execute(query, [code])):
                        return True
    except sqlite3.Error:
        return True  # what cannot be searched may hold anything
    return False


def _holds_text(column: Column[Any]) -> bool:
    if isinstance(column.type, SealedBytes):
        return False  # joints and nothing else
    return is_sealed(column) or isinstance(column.type, (String, Text, JSON))


def _texts(
    connection: Connection, table: Table, wanted: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Values of a table that may hold something of this, with the names of their columns."""
    has_key = keyring().sealing is not None
    columns = [column for column in table.columns if _holds_text(column)]
    locked = [column for column in columns if has_key and is_sealed(column)]
    if locked:  # the database cannot look into these: each value is opened
        for row in connection.execute(select(*locked)):
            yield from _named(table, locked, row)
    open_ones = [column for column in columns if column not in locked]
    if not open_ones:
        return
    place = func.strpos if connection.dialect.name == "postgresql" else func.instr
    texts = [cast(type_coerce(column, _plain_type(column)), Text()) for column in open_ones]
    matches = or_(*(place(text, one) > 0 for text in texts for one in wanted))
    for row in connection.execute(select(*texts).where(matches)):
        yield from _named(table, open_ones, row)


def _named(table: Table, columns: list[Column[Any]], row: Any) -> Iterator[tuple[str, str]]:
    for column, value in zip(columns, row, strict=True):
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{table.name}.{column.name}", text


def _plain_type(column: Column[Any]) -> Any:
    return column.type.impl_instance if is_sealed(column) else column.type  # type: ignore[attr-defined]


def _spellings(text: str) -> tuple[str, ...]:
    """As it is, and as JSON spells it without foreign letters."""
    return tuple(dict.fromkeys((text, json.dumps(text)[1:-1])))
