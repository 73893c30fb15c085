"""``aicoach audit``: who saw or changed what, and whether somebody altered that."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aicoach.cli.acting import As, acting, ask_where_it_opens
from aicoach.cli.db import Database
from aicoach.errors import PrivacyError

if TYPE_CHECKING:
    from aicoach.adapters.store import Store

BROKEN: Final = 1
app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """The audit: show it, prove that nobody altered it, note its head elsewhere."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def show(
    resident: Annotated[str | None, typer.Option("--resident", metavar="ID", help="Only what was done to this resident.")] = None,  # noqa: E501
    actor: Annotated[str | None, typer.Option("--actor", metavar="ACCOUNT", help="Only what this account did.")] = None,  # noqa: E501
    refused: Annotated[bool, typer.Option("--refused", help="Only what was refused.")] = False,
    last: Annotated[int, typer.Option("--last", min=1, help="How many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    database: Database = None,
    as_: As = None,
) -> None:  # fmt: skip
    """Who saw or changed what, the newest last."""
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415

    store = _store(database)
    gate = acting(store, as_)
    gate.require("audit.view", SYSTEM if resident is None else gate.of_resident(resident))
    for one in [
        entry
        for entry in store.audit.entries(resident)
        if (actor is None or entry.actor == actor) and (not refused or "refused" in entry.details)
    ][-last:]:
        if as_json:
            body = dataclasses.asdict(one) | {"at": one.at.isoformat()}
            typer.echo(json.dumps(body, ensure_ascii=False))
            continue
        details = " ".join(f"{key}={value}" for key, value in sorted(one.details.items()))
        line = f"{one.number:6} {one.at:%Y-%m-%d %H:%M:%S} {one.actor:24} {one.action:22}"
        typer.echo(f"{line} {one.subject or '-'} {details}".rstrip())


@app.command()
def note(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="On another disk, or printed.")],
    database: Database = None,
    as_: As = None,
) -> None:
    """Add number and hash of the last entry to a file, so that a cut-off end shows later."""
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415

    store = _store(database)
    acting(store, as_).require("audit.view", SYSTEM, {"noted": True})
    number, digest = store.audit.head()
    line = {"at": datetime.now(timezone.utc).isoformat(), "number": number, "hash": digest}
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(line) + "\n")
    except OSError as problem:
        raise PrivacyError(str(file), f"cannot be written ({problem.strerror})") from problem
    typer.echo(f"{file}: entry {number}, {digest}")


@app.command()
def verify(
    noted: Annotated[Path | None, typer.Option("--noted", metavar="FILE", help="What `audit note` wrote: each head must still be there.")] = None,  # noqa: E501
    database: Database = None,
) -> None:  # fmt: skip
    """Find the first entry that was altered, removed or slipped in. Exit code 1: there is one."""
    store = _store(database)
    heads: list[tuple[int, str] | None] = [None] if noted is None else list(_heads(noted))
    for head in heads:
        broken = store.audit.verify(head)
        if broken is not None:
            typer.echo(f"{store.database.name}: audit entry {broken.number} {broken.problem}")
            raise typer.Exit(BROKEN)
    number, digest = store.audit.head()
    # Noted after the look: what is looked at is not added to before.
    ask_where_it_opens(store, "audit.view", {"verified": True})
    with_heads = "" if noted is None else f", {len(heads)} noted heads found"
    typer.echo(f"{store.database.name}: {number} entries, sound{with_heads}; head {digest}")


def _heads(file: Path) -> list[tuple[int, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise PrivacyError(str(file), f"cannot be read ({problem})") from problem
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            body: Any = json.loads(line)
            found.append((int(body["number"]), str(body["hash"])))
        except (KeyError, TypeError, ValueError) as problem:
            raise PrivacyError(f"{file}: line {number}", "is no head of an audit") from problem
    if not found:
        raise PrivacyError(str(file), "holds no head of an audit")
    return found


def _store(database: str | None) -> Store:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return Store(database)
