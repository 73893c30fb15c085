"""``aicoach replay``: the observations of a session log once more, and are the events the same."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicoach.cli.analyse import STDOUT, check_outputs, json_path, write_json
from aicoach.cli.compose import Language, language
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.adapters.session_log import LoggedSession
    from aicoach.cli.coach_run import Chronicle
    from aicoach.session import SessionUpdate

DIFFERENT = 1


@dataclass(slots=True)
class Replayed:
    """How far the events of a log and of now agree."""

    observations: int = 0
    events: int = 0
    ended: bool = False
    different: tuple[int, str, str] | None = None
    """Number of the first line that differs, as it was written, and as it is now."""


def replay(
    events: Annotated[Path, typer.Argument(metavar="EVENTS.jsonl", help="Log of coach --events.")],
    lang: Annotated[
        Language | None, typer.Option("--language", "--lang", help="Language of the report.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No timeline, no report.")] = False,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write the report as JSON; - is stdout."),
    ] = None,
) -> None:
    """Run a session again from its log. Exit code 1: the events are not the same."""
    from aicoach.adapters.session_log import (  # noqa: PLC0415
        LoggedSession,
        SessionLogError,
        read_head,
    )
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.cli.coach_run import Chronicle  # noqa: PLC0415
    from aicoach.cli.coach_words import COACH_WORDS  # noqa: PLC0415

    check_outputs([json_path(json_file)], [events])
    head, catalog = read_head(events), load_catalog()
    try:
        session = LoggedSession(head, catalog)
    except (CoachError, KeyError, TypeError, ValueError) as problem:
        raise SessionLogError(events, 1, f"the head is wrong ({problem})") from problem
    chosen = language(lang) if lang is not None else head.language
    silent = quiet or json_file == STDOUT
    chronicle = Chronicle(head, chosen, catalog, silent)
    found = run_again(events, session, chronicle)
    document = chronicle.close()
    if json_file is not None:
        write_json(document, json_file)
    if found.different is not None:
        _tell_difference(events, head.version, found)
        raise typer.Exit(DIFFERENT)
    if json_file != STDOUT:
        key = "identical" if found.ended else "identical_cut"
        said = COACH_WORDS[chosen][key]
        typer.echo(said.format(observations=found.observations, events=found.events))


def run_again(path: Path, session: LoggedSession, chronicle: Chronicle) -> Replayed:
    """Feed the observations of a log to a fresh session, up to the first difference.

    Raises
    ------
    SessionLogError
        If the log cannot be read, or holds a line that is none.
    """
    from aicoach.adapters.session_log import read_lines  # noqa: PLC0415
    from aicoach.wire import event_line  # noqa: PLC0415

    found, due = Replayed(), deque[str]()

    def take(update: SessionUpdate) -> None:
        chronicle.take(update)
        due.extend(event_line(e.t_s, e.cause, e.event) for e in update.events)

    for line in read_lines(path):
        if line.event is not None:
            now = due.popleft() if due else ""
            if now != line.event:
                found.different = (line.number, line.event, now)
                break
            found.events += 1
            continue
        if due:
            found.different = (line.number, "", due[0])
            break
        if line.finish is not None:
            take(session.finish(*line.finish))
        elif line.observation is not None:
            found.observations += 1
            take(session.step(line.observation))
    # Events that are due at the end were cut off with the log, unless the session was over.
    found.ended = session.ended and not due
    return found


def _tell_difference(path: Path, version: str, found: Replayed) -> None:
    from aicoach import __version__  # noqa: PLC0415

    assert found.different is not None  # asked before
    number, written, now = found.different
    typer.echo(f"aicoach: {path}: line {number}: the events differ", err=True)
    typer.echo(f"  log: {written or '(no event)'}", err=True)
    typer.echo(f"  now: {now or '(no event)'}", err=True)
    if version != __version__:
        typer.echo(f"  the log was written by {version}, this is {__version__}", err=True)
