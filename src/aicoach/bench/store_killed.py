"""Kills a program that records a session at some moment, and looks at what is left of it.

The program is a process of its own and dies by SIGKILL: it can neither finish nor tidy up.
Until then it says through a pipe how many entries it was told are kept. These must be there
afterwards, all of them, once each, to the byte.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store import Store
from aicoach.bench.store_session import Happened, hand_over, made_head, made_plan, made_session
from aicoach.observations import HeartRateSample
from aicoach.records import INTERRUPTED
from aicoach.wire import event_line, observation_line

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_EVERY_S: Final = 0.001
_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What became of one session."""

    session_id: str
    acknowledged: int
    """Entries that the program was told are kept."""
    found: int
    problems: tuple[str, ...]
    """What is wrong; empty where all is well."""


def kill_while_recording(
    database: str, folder: Path, after_s: float, *, opened: bool = True
) -> Killed:
    """Let a program record, kill it ``after_s`` seconds after it began, recover, and look.

    ``opened``: the time runs from when the program has opened the database; otherwise from
    its start, so that it may die while it makes the tables.
    """
    head = made_head()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["aicoach.bench.store_killed"])
    ours, theirs = context.Pipe(duplex=False)
    program = context.Process(target=_record, args=(database, folder, head.id, opened, theirs))
    program.start()
    theirs.close()
    ours.recv_bytes()  # it runs
    time.sleep(after_s)
    program.kill()
    program.join()
    acknowledged = _last_said(ours)
    program.close()
    store = Store(database, folder=folder)
    try:
        return _look(store, head.id, acknowledged)
    finally:
        store.close()


def _record(database: str, folder: Path, session_id: str, opened: bool, told: Connection) -> None:
    store = Store(database, folder=folder)
    if opened:
        store.open()
    told.send_bytes((0).to_bytes(_BYTES, "big"))
    recorder = store.record(made_head(session_id=session_id), made_plan())
    kept = 0
    for happened in cycle(_endless()):
        hand_over(recorder, happened)
        now = recorder.state().kept
        if now > kept:
            kept = now
            told.send_bytes(kept.to_bytes(_BYTES, "big"))
        time.sleep(_EVERY_S)


def _last_said(told: Connection) -> int:
    last = 0
    try:
        while True:
            last = int.from_bytes(told.recv_bytes(), "big")
    except EOFError:
        return last


def _endless() -> tuple[Happened, ...]:
    return tuple(made_session())[:-1]  # it never says that it ended


def _look(store: Store, session_id: str, acknowledged: int) -> Killed:
    recovered = store.recover()
    problems = []
    if session_id not in store.session_ids():
        problems = ["acknowledged, and no session"] if acknowledged else []
        return Killed(
            session_id=session_id, acknowledged=acknowledged, found=0, problems=tuple(problems)
        )
    found = [entry.line for entry in store.entries(session_id)]
    said = [_line(*happened) for happened in islice(cycle(_endless()), len(found))]
    if found != said:
        problems.append("lines differ from what was handed over")
    if [e.sequence for e in store.entries(session_id)] != list(range(1, len(found) + 1)):
        problems.append("lines are not numbered one by one")
    if len(found) < acknowledged:
        problems.append(f"{acknowledged - len(found)} acknowledged entries missing")
    if session_id not in recovered:
        problems.append("was not recovered")
    if store.session(session_id).session.why_ended != INTERRUPTED:
        problems.append("was not closed as interrupted")
    if store.recover():
        problems.append("was recovered twice")
    return Killed(
        session_id=session_id,
        acknowledged=acknowledged,
        found=len(found),
        problems=tuple(problems),
    )


def _line(t_s: float, cause: str, event: object) -> str:
    if isinstance(event, HeartRateSample):
        return observation_line(event)
    return event_line(t_s, cause, event)
