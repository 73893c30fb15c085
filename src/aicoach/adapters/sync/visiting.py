"""Visits until everything is handed over, or for good: with waits, and a line for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from aicoach.adapters.sync.centre import WORTH_ANOTHER
from aicoach.adapters.sync.exchange import Exchanged
from aicoach.errors import CoachError, SyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.adapters.sync.backing_off import BackOff
    from aicoach.adapters.sync.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a visitor does outside: it waits, and says a line."""

    sleep: Callable[[float], None]
    say: Callable[[str], None]


def visit_once(exchange: Exchange, back_off: BackOff, attempts: int, world: World) -> Exchanged:
    """Visit until everything is handed over.

    A cut is no reason to give up while the centre confirms something in between.

    Raises
    ------
    SyncError
        After so many failures in a row, or at once if another attempt would be of no use.
    """
    done = Exchanged()
    exchange.progress = back_off.succeeded
    while True:
        try:
            exchange.visit(done)
        except SyncError as problem:
            wait_s = back_off.failed(problem.wait_s)
            if problem.reason not in WORTH_ANOTHER or back_off.failures >= attempts:
                raise
            world.sleep(wait_s)
        else:
            return done


def visit_forever(exchange: Exchange, back_off: BackOff, every_s: float, world: World) -> NoReturn:
    """Visit again and again, and say what came of it whenever that changes."""
    exchange.progress = back_off.succeeded
    before: tuple[str, ...] = ()
    while True:
        done = Exchanged()
        try:
            exchange.visit(done)
        except CoachError as problem:  # the cabin's own database may fail too
            said, wait_s = str(problem), back_off.failed(getattr(problem, "wait_s", 0.0))
        else:
            back_off.succeeded()
            said, wait_s = told(done), every_s
        lines = (said, *done.notes)
        for line in lines:
            if line not in before:
                world.say(line)
        before = lines
        world.sleep(wait_s)


def told(done: Exchanged) -> str:
    """What a visit came to, in one line."""
    said = []
    if done.sessions or done.lines:
        said.append(f"{done.sessions:,} sessions, {done.lines:,} lines handed over")
    if done.running:
        said.append(f"{done.running} still running")
    if done.past:
        said.append(f"{done.past:,} sessions are past the time for which the centre keeps them")
    if done.rows_up:
        said.append(f"{done.rows_up:,} other entries handed over")
    if done.rows_down:
        said.append(f"{done.rows_down:,} entries taken from the centre")
    return "; ".join(said) or "nothing to exchange"
