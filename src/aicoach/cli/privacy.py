"""``aicoach privacy``: what is past its time, everything about a resident, and erasing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As, acting
from aicoach.cli.db import Database

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.erasing import Certificate

LEFT: Final = 1
app = typer.Typer(rich_markup_mode=None)
OfResident = Annotated[str, typer.Option("--resident", metavar="ID", help="Code of the resident.")]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Retention, export and erasure; docs/privacy.md says what is kept and why."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    database: Database = None,
    as_: As = None,
) -> None:
    """Remove what is past its time, and say by which rule. For a job that runs every night."""
    from aicoach.adapters.store.retention import retain as remove  # noqa: PLC0415

    removals = remove(acting(_store(database), as_), dry_run=dry_run)
    for one in removals:
        typer.echo(f"{one.what:14} {one.rows:8,}  before {one.before:%Y-%m-%d}  {one.rule}")
    typer.echo("nothing was removed" if dry_run else "removed for good")


@app.command()
def export(
    resident: OfResident,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Archive to write.")],
    database: Database = None,
    as_: As = None,
) -> None:
    """Write everything about a resident into an archive: files for programs, pages for people."""
    from aicoach.adapters.store.exporting import export_resident  # noqa: PLC0415

    done = export_resident(acting(_store(database), as_), resident, out)
    typer.echo(f"{out}: {done.files} files, {done.sessions} sessions, {done.bytes:,} bytes")
    typer.echo(f"sha256 of its manifest.json: {done.manifest_sha256}")


@app.command()
def erase(
    resident: OfResident,
    certificate: Annotated[Path | None, typer.Option("--certificate", metavar="FILE", help="Where the proof is written as JSON.")] = None,  # noqa: E501
    backups: Annotated[Path | None, typer.Option("--backups", metavar="FOLDER", help="Search the copies in this folder as well.")] = None,  # noqa: E501
    quick: Annotated[bool, typer.Option("--quick", help="Do not search the tables under sessions: for a centre with millions of lines.")] = False,  # noqa: E501
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Database = None,
    as_: As = None,
) -> None:  # fmt: skip
    """Erase a resident for good, and prove it. Exit code 1: something is left, and where."""
    from aicoach.adapters.store.erasing import erase_resident  # noqa: PLC0415
    from aicoach.errors import PrivacyError  # noqa: PLC0415

    store = _store(database)
    if backups is not None and not backups.is_dir():
        raise PrivacyError(str(backups), "is no folder")
    if certificate is not None and certificate.exists():
        raise PrivacyError(str(certificate), "exists already", "nothing was erased")
    gate = acting(store, as_)
    if not yes:
        question = f"Erase everything about {resident}? There is no way back."
        typer.confirm(question, abort=True, err=True)
    done = erase_resident(gate, resident, backups=backups, quick=quick)
    if certificate is not None:
        _write(certificate, done)
    for table, rows in sorted(done.deleted.items()):
        typer.echo(f"{table:24} {rows:8,} deleted")
    typer.echo(f"digest {done.digest}, by {done.by}, {done.erased_at}")
    for line in _left(done):
        typer.echo(line)
    if not done.is_clean:
        raise typer.Exit(LEFT)
    typer.echo(f"{resident}: erased; {done.searched}, journals and copies searched: nothing left")


def _left(done: Certificate) -> list[str]:
    """What is still to be done by a person."""
    lines = [f"left: {one.where}: {one.rows} rows with the code" for one in done.traces]
    lines += [
        f"look at: {one.where}: {one.rows} rows with the name, perhaps of somebody else"
        for one in done.look_at
    ]
    lines += [f"left: {path}: delete it, or keep it locked until it is replaced"
              for path in done.copies]  # fmt: skip
    if not done.scrubbed:
        lines.append("left: another program is reading; close it and run: aicoach db scrub")
    return lines


def _write(path: Path, done: Certificate) -> None:
    from aicoach.adapters.files import whole_file  # noqa: PLC0415
    from aicoach.errors import PrivacyError  # noqa: PLC0415

    try:
        with whole_file(path) as part:
            part.write_text(done.as_json(), encoding="utf-8")
    except OSError as problem:
        text = (
            f"cannot be written ({problem.strerror}); the resident is erased, digest {done.digest}"
        )
        raise PrivacyError(str(path), text) from problem


def _store(database: str | None) -> Store:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return Store(database)
