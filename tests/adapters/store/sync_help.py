"""What the tests of the sync share: a centre with cabins, and pieces of sessions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from aicoach.adapters.store import Store, cabin_tokens
from aicoach.adapters.store.arriving import Piece
from aicoach.adapters.store.cabin_tokens import CabinPass
from aicoach.adapters.store.people import Cabin, PlanVersion, Resident, Site
from aicoach.bench.store_session import made_plan
from aicoach.bench.sync_sessions import small_head, small_session
from aicoach.prescription import read_prescription
from aicoach.prescription.writing import to_json
from aicoach.records import SessionRecord
from aicoach.resources import resource_dir

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=timezone.utc)
CABIN = CabinPass(cabin="cabin-1", site="site-1", may_sign=False)
NEIGHBOUR = CabinPass(cabin="cabin-2", site="site-1", may_sign=False)
STRANGER = CabinPass(cabin="cabin-9", site="site-2", may_sign=False)
SIGNING = replace(CABIN, may_sign=True)


def with_cabins(store: Store) -> None:
    """Two sites; two cabins at the first, one at the other."""
    for site in ("site-1", "site-2"):
        store.shelf(Site).add(Site(id=site, name=site, time_zone="Asia/Shanghai"))
    for one in (CABIN, NEIGHBOUR, STRANGER):
        store.shelf(Cabin).add(Cabin(id=one.cabin, site=one.site, name=one.cabin))


def token_of(store: Store, cabin: str = "cabin-1", **more: Any) -> str:
    with store.writing() as connection:
        return cabin_tokens.issue(
            connection, cabin, "test", now=more.pop("now", datetime.now(timezone.utc)), **more
        )


def head_of(number: int = 1, resident: str | None = None) -> SessionRecord:
    head = small_head(number, "cabin-1", "site-1")
    return head if resident is None else replace(head, resident=resident)


def piece_of(
    head: SessionRecord, number: int = 1, lines: slice = slice(None), *, open_: bool = False
) -> Piece:
    """A part of a small session."""
    entries = tuple(small_session(number))
    return Piece(
        session_id=head.id,
        head=head,
        planned=made_plan(1),
        entries=entries[lines],
        close=None if open_ else len(entries),
    )


def resident(code: str = "R-1", site: str | None = "site-1", **more: Any) -> Resident:
    return Resident(id=code, site=site, time_zone="Asia/Shanghai", created_at=NOW, **more)


def document(version: int, signed: date | None, title: str = "Steady") -> dict[str, Any]:
    """A plan that may be carried out, as JSON."""
    plan = read_prescription(min((resource_dir("prescriptions") / "ready").glob("*.toml")))
    body: dict[str, Any] = json.loads(to_json(plan))
    body |= {"version": version, "status": "active" if signed else "draft"}
    body["title"] = {"zh": title, "en": title}
    if signed is not None:
        body["signed_at"] = signed.isoformat()
        body["author"] = {"id": "staff-1", "role": "coach"}
    return body


def plan_version(
    version: int = 1,
    signed: date | None = None,
    *,
    title: str = "Steady",
    resident: str = "R-1",
    status: str | None = None,
) -> PlanVersion:
    body = document(version, signed, title)
    return PlanVersion(
        resident=resident,
        plan=body["id"],
        version=version,
        status=status or body["status"],
        kind=body["kind"],
        author="staff-1" if signed else None,
        signed_at=signed,
        document=body,
        created_at=NOW,
    )
