"""Keeps a guided session in the store while it runs, beside its log."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from aicoach.errors import CoachError, StoreError
from aicoach.observations import HeartRateSample, PoseSeen
from aicoach.records import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.adapters.session_head import SessionHead
    from aicoach.adapters.session_log import Listener
    from aicoach.adapters.store import Store as OpenStore
    from aicoach.catalog import ExerciseSpec
    from aicoach.observations import Observation
    from aicoach.ports import SessionRecorder
    from aicoach.session import SessionEvent
    from aicoach.visit.kept_joints import KeptJoints

_LOCAL_ZONE: Final = Path("/etc/localtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where a session is kept, and as whose."""

    database: str
    resident: str | None = None
    """None: of the resident whom the plan names."""
    site: str | None = None
    cabin: str | None = None
    time_zone: str | None = None
    """None: of this computer."""
    rehearsal: bool = False
    """Nobody's exercise: kept as a demonstration, counted nowhere."""
    began_at: datetime | None = None
    """When a recorded session took place; None: now."""
    problems: tuple[str, ...] = ()
    """What could not be read; the session goes on without it."""


@dataclass(frozen=True, slots=True)
class BothLogs:
    """Hands everything to a file and to the store alike."""

    logs: tuple[Listener, ...]

    def observed(self, observation: Observation) -> None:
        """What the session is about to be told."""
        for one in self.logs:
            one.observed(observation)

    def happened(self, event: SessionEvent) -> None:
        """What the session said."""
        for one in self.logs:
            one.happened(event)

    def finished(self, t_s: float, why: str) -> None:
        """Nothing more is to be observed."""
        for one in self.logs:
            one.finished(t_s, why)


class KeptLog:
    """Takes what a session log takes, and hands on what the store keeps."""

    def __init__(
        self, recorder: SessionRecorder, notes: list[str], joints: KeptJoints | None = None
    ) -> None:
        self.session_id = recorder.session_id
        self._recorder, self.notes, self._joints = recorder, notes, joints

    def observed(self, observation: Observation) -> None:
        """Keep a heart rate; joints only of a resident who agreed to it."""
        if isinstance(observation, HeartRateSample):
            self._recorder.heart_rate(observation)
        elif self._joints is not None and isinstance(observation, PoseSeen):
            self._joints.seen(observation)

    def happened(self, event: SessionEvent) -> None:
        """Keep an event."""
        self._recorder.append(event.t_s, event.cause, event.event)

    def finished(self, t_s: float, why: str) -> None:
        """The events that follow say how it ended."""


@contextmanager
def keep_session(
    database: str | None,
    head: SessionHead,
    catalog: Mapping[str, ExerciseSpec],
    *,
    began_at: datetime | None = None,
    keeping: Keeping | None = None,
    opened: OpenStore | None = None,
) -> Iterator[KeptLog]:
    """Keep one session from the beginning of the block to its end.

    What an earlier session left in a journal, or cut off, is brought in before. Nothing that
    goes wrong with the store stops the session: it stands in ``notes``, one line each, also
    after the block.

    Parameters
    ----------
    database
        File or URL; None: the file in the user's data folder.
    head
        With what the session runs.
    catalog
        Exercises, for what was planned.
    began_at
        When the session's clock showed zero; None: now.
    keeping
        Whose session it is and where it takes place, where the plan does not say.
    opened
        The store of a server, which stays open; None: ``database`` is opened for this session.
    """
    from aicoach.adapters.store import Store, new_id  # noqa: PLC0415
    from aicoach.records import SessionRecord  # noqa: PLC0415
    from aicoach.session_records import planned_session  # noqa: PLC0415
    from aicoach.visit.kept_joints import joints_to_keep, keep_joints  # noqa: PLC0415

    plan, more = head.prescription(), keeping or Keeping(database=database or "")
    zone = more.time_zone or local_zone()
    now = began_at or datetime.now(timezone.utc)
    moment = now.astimezone() if more.time_zone is None else now.astimezone(ZoneInfo(zone))
    offset = moment.utcoffset()
    named = plan.resident.id if plan.resident is not None else NOBODY
    record = SessionRecord(
        id=new_id(),
        resident=more.resident or named,
        plan_id=plan.id,
        plan_version=plan.version,
        medical=plan.kind == "medical",
        started_at=moment.astimezone(timezone.utc),
        time_zone=zone,
        utc_offset_min=0 if offset is None else round(offset.total_seconds() / 60.0),
        language=head.language,
        cabin=more.cabin,
        site=more.site,
        demonstration=head.demonstration or more.rehearsal,
        program_version=head.version,
    )
    notes = list(more.problems)
    store = opened or Store(database)
    notes += [said for said in _recovered(store) if said not in notes]
    planned = planned_session(plan, catalog, session_of_week=head.session_of_week)
    joints = None if record.demonstration else joints_to_keep(store, record.resident)
    recorder = store.record(record, planned)
    try:
        yield KeptLog(recorder, notes, joints)
    finally:
        state = recorder.close()
        problem_of_joints = keep_joints(store, record.id, joints)
        if problem_of_joints is not None:
            notes.append(problem_of_joints)
        if state.problem is not None and str(state.problem) not in notes:
            notes.append(str(state.problem))
        if state.lost or state.kept < state.appended:
            missing = max(state.lost, state.appended - state.kept)
            notes.append(f"{missing} of {state.appended} events could not be kept")
        if state.problem is None and not record.demonstration:
            with suppress(StoreError):  # the line of the list says itself that it is out of date
                store.refresh_standings([record.resident])
        if opened is None:
            store.close()


def _recovered(store: OpenStore) -> tuple[str, ...]:
    """Bring in what earlier sessions left; what is wrong with it, in one line each."""
    from aicoach.adapters.store.recovering import recover  # noqa: PLC0415

    try:
        return recover(store).problems
    except CoachError as problem:
        return (str(problem),)
    except Exception as problem:  # no session is stopped by what another one left
        return (f"what earlier sessions left: {type(problem).__name__}: {problem}",)


def local_zone() -> str:
    """Name of this computer's time zone, e.g. ``Asia/Shanghai``; ``UTC`` where it has none."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    parts = _LOCAL_ZONE.resolve().parts
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else "UTC"
