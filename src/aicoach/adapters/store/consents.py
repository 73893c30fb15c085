"""Consents of residents: given and taken back one by one, with the words that were read."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, exists, not_, or_, select

from aicoach.access.consents import consent_kinds
from aicoach.adapters.store import tables
from aicoach.adapters.store.people import Consent, Resident
from aicoach.errors import PrivacyError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from aicoach.access import Subject
    from aicoach.access.consents import ConsentKind
    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.store import Store

KEYPOINTS: Final = "keypoints"
"""What a kind of consent deletes when it is taken back."""


def holds(store: Store, resident: str, kind: str) -> bool:
    """Whether a resident agrees to something today."""
    with store.reading() as connection:
        return holds_in(connection, resident, kind)


def holds_in(connection: Connection, resident: str, kind: str) -> bool:
    """The same within a transaction."""
    column = tables.consents.c
    query = select(column.id).where(
        column.resident == resident, column.kind == kind, column.withdrawn_at.is_(None)
    )
    return connection.execute(query.limit(1)).first() is not None


def give(
    gate: Gate, resident: str, kind: str, *, given_by: str, at: datetime | None = None
) -> Consent:
    """Write down that a resident agreed to the words that are read today.

    Parameters
    ----------
    given_by
        The resident's code, or who may decide for them.

    Raises
    ------
    PrivacyError
        If the kind is not asked for (video), is none, is given already, or there is no such
        resident.
    AccessError
        If the actor may not write it down.
    """
    asked = _kind(kind)
    if not asked.asked:
        raise PrivacyError(f"consent '{kind}'", asked.text("en"))
    row = Consent(
        resident=resident,
        kind=kind,
        text_version=asked.version,
        given_at=at or datetime.now(timezone.utc),
        given_by=given_by,
    )
    details = {"kind": kind, "text": asked.version}
    with gate.deed("consent.change", _subject(gate, resident), details) as connection:
        if holds_in(connection, resident, kind):
            raise PrivacyError(f"consent '{kind}'", f"{resident} has given it already")
        return gate.store.shelf(Consent).add(row, connection)


def withdraw(
    gate: Gate, resident: str, kind: str, *, withdrawn_by: str, at: datetime | None = None
) -> int:
    """Take a consent back; what was kept only because of it goes in the same transaction.

    Returns
    -------
    int
        How many sessions lost their skeletons.

    Raises
    ------
    PrivacyError
        If it is not given.
    AccessError
        If the actor may not write it down.
    """
    asked = _kind(kind)
    values = {"withdrawn_at": at or datetime.now(timezone.utc), "withdrawn_by": withdrawn_by}
    shelf, deleted = gate.store.shelf(Consent), 0
    given = shelf.find(resident=resident, kind=kind, withdrawn_at=None)
    details: dict[str, object] = {"kind": kind, "withdrawn": True}
    with gate.deed("consent.change", _subject(gate, resident), details) as connection:
        if not given:
            raise PrivacyError(f"consent '{kind}'", f"{resident} has not given it")
        for one in given:
            shelf.change(one.id, connection, **values)
        if asked.deletes == KEYPOINTS:
            deleted = delete_keypoints(connection, resident)
            details["keypoints_deleted"] = deleted
    if deleted:
        gate.store.scrub()
    return deleted


def delete_keypoints(connection: Connection, resident: str) -> int:
    """Delete all skeletons of a resident."""
    sessions = select(tables.sessions.c.id).where(tables.sessions.c.resident == resident)
    statement = delete(tables.keypoints).where(tables.keypoints.c.session_id.in_(sessions))
    return connection.execute(statement).rowcount


def delete_uncovered(connection: Connection, resident: str, kind: str) -> int:
    """Delete what a consent that arrived taken back covers no more: how many sessions lost it.

    Skeletons that were kept later, under a consent given anew, stay.
    """
    known = consent_kinds().get(kind)
    if known is None or known.deletes != KEYPOINTS:
        return 0
    sessions = select(tables.sessions.c.id).where(tables.sessions.c.resident == resident)
    of_resident = tables.keypoints.c.session_id.in_(sessions)
    return connection.execute(delete(tables.keypoints).where(of_resident, uncovered())).rowcount


def uncovered() -> ColumnElement[bool]:
    """Skeletons whose resident agrees no more, or took it back after they were kept."""
    given, kept = tables.consents.c, tables.keypoints.c
    owner = (
        select(tables.sessions.c.resident)
        .where(tables.sessions.c.id == kept.session_id)
        .correlate(tables.keypoints)
    )
    kinds = [one.kind for one in consent_kinds().values() if one.deletes == KEYPOINTS]
    mine = (given.resident == owner.scalar_subquery(), given.kind.in_(kinds))
    return or_(
        not_(exists().where(*mine, given.withdrawn_at.is_(None))),
        exists().where(*mine, given.withdrawn_at >= kept.kept_at),
    )


def _kind(kind: str) -> ConsentKind:
    found = consent_kinds().get(kind)
    if found is None:
        raise PrivacyError(
            f"consent '{kind}'", "there is none", f"use {', '.join(consent_kinds())}"
        )
    return found


def _subject(gate: Gate, resident: str) -> Subject:
    if gate.store.shelf(Resident).get(resident) is None:
        raise PrivacyError(f"resident {resident}", "nobody has this code")
    return gate.of_resident(resident)
