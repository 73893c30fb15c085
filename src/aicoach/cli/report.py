"""``aicoach report``: what a resident or staff read about weeks of exercise, as file."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from aicoach.cli.acting import As, acting
from aicoach.cli.compose import Language
from aicoach.cli.db import Database


class Format(str, Enum):
    """As what it is written."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class Reader(str, Enum):
    """Who reads it."""

    RESIDENT = "resident"
    STAFF = "staff"


def report(  # noqa: PLR0913, PLR0917 - every option is a question somebody has
    resident: Annotated[str, typer.Option("--resident", metavar="ID", help="Whose.")],
    period: Annotated[str, typer.Option(metavar="28d|12w|DAY..DAY", help="Which days.")] = "28d",
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="One session in full, for staff.")
    ] = None,
    reader: Annotated[Reader, typer.Option("--for", help="Who reads it.")] = Reader.STAFF,
    form: Annotated[
        Format,
        typer.Option(
            "--format", help="html, pdf: pages; csv: a table; json: values; jsonl: the event log."
        ),
    ] = Format.HTML,
    language: Annotated[
        Language | None, typer.Option(help="[the resident's]", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here [standard output].")
    ] = None,
    recording: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.npz",
            help="Joints of the session, on its clock, for stick figures [those kept].",
        ),
    ] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Write a report: a large plain page for the resident, one page of facts for staff.

    Everything is in the file, nothing is fetched. Who viewed it stands in the audit.
    """
    from aicoach.adapters.report.pdf import Press  # noqa: PLC0415
    from aicoach.errors import ReportError  # noqa: PLC0415

    if form is Format.PDF and out is None:
        raise ReportError("PDF", "would fill the screen with signs", "name a file with --out")
    if recording is not None and session is None:
        raise ReportError("--recording", "belongs to one session", "name it with --session")
    if session is not None and reader is Reader.RESIDENT:
        raise ReportError("--session", "is a page for staff", "leave out --for resident")
    if out is not None:
        _require_folder(out)
    with contextlib.ExitStack() as after:
        after.enter_context(_uncollected())
        press = after.enter_context(Press()) if form is Format.PDF else None
        from aicoach.adapters.store import Store  # noqa: PLC0415
        from aicoach.desk.reports import Asked, written_report  # noqa: PLC0415

        store = Store(database)
        after.callback(store.close)
        asked = Asked(
            store=store,
            gate=acting(store, as_),
            resident=resident,
            period=period,
            session=session,
            reader=reader.value,
            form=form.value,
            language=None if language is None else language.value,
            recording=recording,
            warn=lambda said: typer.echo(f"aicoach: {said}", err=True),
        )
        written = written_report(asked, press)
    _hand_over(written, out)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage: it would go through the catalogue, and soon all is over anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _require_folder(out: Path) -> None:
    """Say it before anything is read and audited."""
    from aicoach.errors import ReportError  # noqa: PLC0415

    if out.is_dir():
        raise ReportError(str(out), "is a folder", "name a file")
    if not out.parent.is_dir():
        raise ReportError(str(out), "its folder does not exist", "make it, or name another")


def _hand_over(written: bytes, out: Path | None) -> None:
    from aicoach.adapters.files import whole_file  # noqa: PLC0415
    from aicoach.errors import ReportError  # noqa: PLC0415

    if out is None:
        sys.stdout.write(written.decode())
        return
    try:
        with whole_file(out) as part:
            part.touch(mode=0o600)  # it is about somebody's health
            part.write_bytes(written)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ReportError(str(out), f"cannot be written ({reason})", "name another file") from None
    typer.echo(f"{out}: {len(written):,} bytes")
