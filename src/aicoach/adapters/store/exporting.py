"""Everything about a resident in one archive: files for programs, a page for people.

The tables are found as for erasing (:mod:`aicoach.adapters.store.belongings`), so that what
would be erased is what is handed out. Hashes of passwords and cards are left out, and the
names of relatives, which are not the resident's to have.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from aicoach import __version__
from aicoach.adapters.files import whole_file
from aicoach.adapters.store import tables
from aicoach.adapters.store.belongings import belongings_of
from aicoach.adapters.store.export_page import export_page
from aicoach.adapters.store.people import (
    Consent,
    Enrolment,
    Message,
    PlanVersion,
    Resident,
    Review,
)
from aicoach.adapters.store.plain_records import as_plain
from aicoach.catalog.cues import LANGUAGES
from aicoach.errors import PrivacyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.store import Store
    from aicoach.pose import PoseTrack
    from aicoach.records import KeptSession

FORMAT: Final = "aicoach export 1"
_SECRET: Final = {"credentials": ("secret", "lookup"), "keypoints": ("body",)}
"""Columns that stay: hashes of secrets; skeletons, which have files of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an archive holds."""

    files: int
    bytes: int
    sessions: int
    manifest_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the readable page shows."""

    person: Resident
    consents: tuple[Consent, ...]
    enrolments: tuple[Enrolment, ...]
    plans: tuple[PlanVersion, ...]
    sessions: tuple[KeptSession, ...]
    messages: tuple[Message, ...]
    reviews: tuple[Review, ...]
    audit: tuple[tuple[datetime, str, str], ...]
    files: tuple[tuple[str, int], ...]
    made_at: datetime


def export_resident(
    gate: Gate,
    resident: str,
    target: Path,
    *,
    at: datetime | None = None,
    more: Mapping[str, bytes] | None = None,
) -> Exported:
    """Write everything about a resident into an archive that must not exist yet.

    Parameters
    ----------
    more
        Further files by their name, e.g. a FHIR bundle.

    Raises
    ------
    AccessError
        If the actor may not.
    PrivacyError
        If nobody has this code, or the file exists or cannot be written.
    """
    store, now = gate.store, (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
    gate.require("record.export", gate.of_resident(resident), {"as": "archive"})
    person = store.shelf(Resident).get(resident)
    if person is None:
        raise PrivacyError(f"resident {resident}", "nobody has this code")
    if target.exists():
        raise PrivacyError(str(target), "exists already", "nothing was written; name another file")
    made = _Archive()
    try:
        with whole_file(target) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                made.archive = archive
                sessions = _write(made, store, person, now, dict(more or {}))
            part.chmod(0o600)
    except OSError as problem:
        raise PrivacyError(str(target), f"cannot be written ({problem.strerror})") from problem
    return Exported(
        files=len(made.files),
        bytes=target.stat().st_size,
        sessions=sessions,
        manifest_sha256=made.files[-1]["sha256"],
    )


class _Archive:
    """Writes files and remembers their sizes and hashes."""

    archive: zipfile.ZipFile

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []

    def add(self, path: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.archive.writestr(zipfile.ZipInfo(path), raw, zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256(raw).hexdigest()
        self.files.append({"path": path, "bytes": len(raw), "sha256": digest})

    def add_json(self, path: str, body: Any) -> None:
        text = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True, default=str)
        self.add(path, text + "\n")


def _write(
    made: _Archive, store: Store, person: Resident, now: datetime, more: dict[str, bytes]
) -> int:
    sessions = tuple(store.session(one) for one in store.session_ids(person.id))
    for kept in sessions:
        name = f"{kept.session.day}_{kept.session.id}"
        made.add_json(f"sessions/{name}.json", as_plain(kept))
        lines = "".join(f"{one.line}\n" for one in store.entries(kept.session.id))
        made.add(f"sessions/{name}.jsonl", lines)
        track = store.keypoints(kept.session.id)
        if track is not None:
            made.add(f"keypoints/{name}.npz", _recording(track))
    plans = store.shelf(PlanVersion).find(resident=person.id)
    for plan in plans:
        made.add_json(f"plans/{plan.plan}_v{plan.version}.json", plan.document)
    with store.reading() as connection:
        belongings = belongings_of(connection, person.id)
        for table in tables.metadata.sorted_tables:
            rows = list(_rows(connection, table, belongings.conditions(table)))
            if rows:
                text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                made.add(f"tables/{table.name}.jsonl", text)
    entries = store.audit.entries(person.id)
    made.add_json("audit.json", [as_plain(entry) | {"at": str(entry.at)} for entry in entries])
    for name, content in sorted(more.items()):
        made.add(name, content)
    reviews = tuple(
        review
        for kept in sessions
        for review in store.shelf(Review).find(session_id=kept.session.id)
    )
    contents = Contents(
        person=person,
        consents=store.shelf(Consent).find(resident=person.id),
        enrolments=store.shelf(Enrolment).find(resident=person.id),
        plans=plans,
        sessions=sessions,
        messages=store.shelf(Message).find(resident=person.id),
        reviews=reviews,
        audit=tuple((one.at, one.actor, one.action) for one in entries),
        files=tuple((one["path"], one["bytes"]) for one in made.files),
        made_at=now,
    )
    for language in LANGUAGES:
        made.add(f"index.{language}.html", export_page(contents, language))
    head = {"format": FORMAT, "program": __version__, "resident": person.id}
    made.add_json("manifest.json", {**head, "made_at": now.isoformat(), "files": made.files})
    return len(sessions)


def _rows(connection: Connection, table: Table, conditions: list[Any]) -> Iterator[dict[str, Any]]:
    hidden = _SECRET.get(table.name, ())
    columns = [column for column in table.columns if column.name not in hidden]
    keys = [column.name for column in table.primary_key]
    seen: set[tuple[Any, ...]] = set()  # a row may belong to the resident in two ways
    for condition in conditions:
        query = select(*columns).where(condition).order_by(*table.primary_key)
        for row in connection.execute(query).mappings():
            key = tuple(row[name] for name in keys)
            if key in seen:
                continue
            seen.add(key)
            plain = {name: _plain(value) for name, value in row.items()}
            if table is tables.accounts and plain["role"] == "family":
                plain |= {"login": None, "name": None}
            yield plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (int, float, list, dict)) or value is None else str(value)


def _recording(track: PoseTrack) -> bytes:
    """Skeletons as a recording that ``aicoach analyse`` reads."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        t_s=track.t_s,
        image_xyzs=track.image_xyzs.astype(np.float32),
        world_xyz=track.world_xyz.astype(np.float32),
        frame_size=np.asarray(track.frame_size_px, dtype=np.int32),
        meta=np.asarray("{}"),
    )
    return content.getvalue()
