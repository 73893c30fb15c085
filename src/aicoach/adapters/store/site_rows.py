"""What a cabin may read at the centre: residents of its own site, and what belongs to them.

First the list of all rows with their digests, then the rows that the cabin has not, or has
otherwise: little travels, and a cabin that was away for a month needs nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from aicoach.adapters.store import tables
from aicoach.adapters.store.shared_rows import DOWN, Body, bodies, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

    from aicoach.adapters.store.cabin_tokens import CabinPass
    from aicoach.adapters.store.store import Store

IN_A_CABIN: Final = ("resident", "family", "staff", "clinician", "site_admin")
"""Roles of accounts that a cabin is given; whoever runs the centre signs in there."""
SIGN_IN_IN_A_CABIN: Final = ("resident", "family", "staff", "clinician")
"""Roles that can sign in there while the network is away."""
RowName = tuple[str, str]
"""Kind and id."""


def manifest(store: Store, cabin: CabinPass) -> tuple[tuple[str, str, str], ...]:
    """Kind, id and digest of every row this cabin may have."""
    with store.reading() as connection:
        return tuple(
            (kind, body["id"], digest_of(body))
            for kind in DOWN
            for body in bodies(connection, kind, *_of_site(kind, cabin))
        )


def read_rows(
    store: Store, cabin: CabinPass, wanted: Iterable[RowName]
) -> tuple[tuple[str, Body], ...]:
    """The rows that were asked for, without those that this cabin may not have."""
    ids: dict[str, list[str]] = {}
    for kind, identifier in wanted:
        ids.setdefault(kind, []).append(identifier)
    with store.reading() as connection:
        return tuple(_found(connection, cabin, ids))


def erased_of(store: Store) -> tuple[str, ...]:
    """Codes of residents whom the cabins are to forget."""
    with store.reading() as connection:
        return tuple(connection.scalars(select(tables.erasures.c.id)))


def _found(
    connection: Connection, cabin: CabinPass, ids: dict[str, list[str]]
) -> Iterator[tuple[str, Body]]:
    for kind in DOWN:
        if kind in ids:
            named = tables.metadata.tables[kind].c.id.in_(ids[kind])
            for body in bodies(connection, kind, named, *_of_site(kind, cabin)):
                yield kind, body


def _of_site(kind: str, cabin: CabinPass) -> tuple[ColumnElement[bool], ...]:
    """What restricts a table to the rows of the cabin's own site."""
    mine = select(tables.residents.c.id).where(tables.residents.c.site == cabin.site)
    accounts = tables.accounts.c
    if kind == "sites":
        return (tables.sites.c.id == cabin.site,)
    if kind in ("cabins", "residents"):
        return (tables.metadata.tables[kind].c.site == cabin.site,)
    if kind == "accounts":
        return (_accounts(cabin, IN_A_CABIN),)
    if kind == "credentials":
        found = select(accounts.id).where(_accounts(cabin, SIGN_IN_IN_A_CABIN))
        columns = tables.credentials.c
        here = or_(columns.cabin.is_(None), columns.cabin == cabin.cabin)
        return (columns.account.in_(found), here)
    return (tables.metadata.tables[kind].c.resident.in_(mine),)


def _accounts(cabin: CabinPass, roles: tuple[str, ...]) -> ColumnElement[bool]:
    accounts = tables.accounts.c
    mine = select(tables.residents.c.id).where(tables.residents.c.site == cabin.site)
    ours = or_(accounts.site == cabin.site, accounts.resident.in_(mine))
    return ours & accounts.role.in_(roles)
