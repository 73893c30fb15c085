"""``aicoach bench``: prints the tables of docs/accuracy.md, every failure listed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from aicoach.errors import CoachError

MISSED: Final = 1


class Bench(str, Enum):
    """What can be measured."""

    COUNTING = "counting"
    FORM = "form"
    RECOGNITION = "recognition"
    POSE = "pose"
    SPEED = "speed"
    COST = "cost"
    SAFETY = "safety"
    GESTURES = "gestures"
    TEMPO = "tempo"
    SESSION = "session"
    COACH = "coach"
    STORE = "store"
    FHIR = "fhir"
    REPORT = "report"
    SYNC = "sync"
    TRIAGE = "triage"
    DEMO_SITE = "demo-site"
    LIVE = "live"
    SOAK = "soak"
    STAGE = "stage"


def bench(
    what: Annotated[
        list[Bench] | None,
        typer.Argument(metavar=f"[{'|'.join(one.value for one in Bench)}]..."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            envvar="AICOACH_DATA", metavar="DIR", help="Evaluation data [../shared/data]."
        ),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only inputs whose name begins so.")
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=0.2, help="Of video that `cost` analyses; of `soak`.")
    ] = 2.0,
    sessions: Annotated[int, typer.Option(min=2, help="Sessions that `sync` hands over.")] = 2000,
    cuts: Annotated[int, typer.Option(min=0, help="How often `sync` cuts the connection.")] = 100,
    residents: Annotated[
        int,
        typer.Option(
            min=40, help="Residents of `triage`; each has 100 sessions. `demo-site`: up to 200."
        ),
    ] = 10_000,
) -> None:
    """Measure on the evaluation data; without a name, everything. Exit code 1: a bar is missed."""
    folder = data or Path(__file__).resolve().parents[4] / "shared" / "data"
    if not folder.is_dir() and not set(what or Bench) <= _WITHOUT_DATA:
        raise CoachError(f"{folder}: there is no evaluation data; give --data or set AICOACH_DATA")
    benches: dict[Bench, Callable[[Path, str | None], bool]] = {
        **_BENCHES,
        Bench.COST: partial(_cost, minutes=minutes),
        Bench.SOAK: partial(_soak, minutes=minutes),
        Bench.SYNC: partial(_sync, sessions=sessions, cuts=cuts),
        Bench.TRIAGE: partial(_triage, residents=residents),
        Bench.DEMO_SITE: partial(_demo_site, residents=min(residents, 200)),
    }
    held = [benches[name](folder, only) for name in what or list(Bench)]
    if not all(held):
        raise typer.Exit(MISSED)


def _counting(folder: Path, only: str | None) -> bool:
    from aicoach.bench import counting  # noqa: PLC0415

    return not counting.run(folder, only=only).failures


def _form(folder: Path, only: str | None) -> bool:
    from aicoach.bench import form  # noqa: PLC0415

    return not form.run(folder, only=only).failures


def _recognition(folder: Path, only: str | None) -> bool:
    from aicoach.bench import recognition  # noqa: PLC0415

    return not recognition.run(folder, only=only).failures


def _pose(folder: Path, _only: str | None) -> bool:
    from aicoach.bench import pose  # noqa: PLC0415

    return not pose.run(folder).failures


def _speed(folder: Path, _only: str | None) -> bool:
    from aicoach.bench import speed  # noqa: PLC0415

    return not speed.run(folder).failures


def _cost(folder: Path, _only: str | None, *, minutes: float) -> bool:
    from aicoach.bench import cost  # noqa: PLC0415

    return not cost.run(folder, minutes=minutes)


def _live(_folder: Path, _only: str | None) -> bool:
    from aicoach.bench import live  # noqa: PLC0415

    return live.measure()


def _soak(folder: Path, _only: str | None, *, minutes: float) -> bool:
    from aicoach.bench import soak  # noqa: PLC0415

    return soak.measure(folder, minutes)


def _stage(folder: Path, _only: str | None) -> bool:
    from aicoach.bench import stage  # noqa: PLC0415

    return stage.measure(folder)


def _gestures(folder: Path, only: str | None) -> bool:
    from aicoach.bench import gestures  # noqa: PLC0415

    return not gestures.run(folder, only=only).failures


def _safety(folder: Path, only: str | None) -> bool:
    from aicoach.bench import safety  # noqa: PLC0415

    return not safety.run(folder, only=only).failures


def _tempo(_folder: Path, only: str | None) -> bool:
    from aicoach.bench import tempo  # noqa: PLC0415

    return tempo.run(only=only)


def _session(_folder: Path, _only: str | None) -> bool:
    from aicoach.bench import session  # noqa: PLC0415

    return session.run()


def _coach(folder: Path, only: str | None) -> bool:
    from aicoach.bench import coach  # noqa: PLC0415

    return coach.run(folder, only=only)


def _store(_folder: Path, _only: str | None) -> bool:
    from aicoach.bench import store  # noqa: PLC0415

    return not store.run().failures


def _report(_folder: Path, _only: str | None) -> bool:
    from aicoach.bench import report  # noqa: PLC0415

    return report.run()


def _fhir(_folder: Path, only: str | None) -> bool:
    from aicoach.bench import fhir  # noqa: PLC0415

    return not fhir.run(only=only).failures


_WITHOUT_DATA: Final = frozenset(
    {
        Bench.TEMPO,
        Bench.SESSION,
        Bench.STORE,
        Bench.REPORT,
        Bench.FHIR,
        Bench.SYNC,
        Bench.TRIAGE,
        Bench.DEMO_SITE,
        Bench.LIVE,
    }
)
"""What makes all it measures on."""


def _demo_site(_folder: Path, _only: str | None, *, residents: int) -> bool:
    from aicoach.bench import demo_site  # noqa: PLC0415

    return not demo_site.run(residents).failures


def _triage(_folder: Path, _only: str | None, *, residents: int) -> bool:
    from aicoach.bench import triage  # noqa: PLC0415

    return not triage.run(residents, 100 * residents).failures


def _sync(_folder: Path, _only: str | None, *, sessions: int, cuts: int) -> bool:
    from aicoach.bench import sync  # noqa: PLC0415

    return not sync.run(sessions, cuts).failures


_BENCHES: Final[dict[Bench, Callable[[Path, str | None], bool]]] = {
    Bench.COUNTING: _counting,
    Bench.FORM: _form,
    Bench.RECOGNITION: _recognition,
    Bench.POSE: _pose,
    Bench.SPEED: _speed,
    Bench.SAFETY: _safety,
    Bench.GESTURES: _gestures,
    Bench.TEMPO: _tempo,
    Bench.SESSION: _session,
    Bench.COACH: _coach,
    Bench.STORE: _store,
    Bench.FHIR: _fhir,
    Bench.REPORT: _report,
    Bench.LIVE: _live,
    Bench.STAGE: _stage,
}
