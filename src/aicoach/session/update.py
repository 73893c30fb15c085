"""What one step of a session came to, for a screen, a log and a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.session.closing import Stopped
from aicoach.session.exercise import ExerciseSet
from aicoach.session_events import AlertLevel, Screen

if TYPE_CHECKING:
    from aicoach.catalog.spec import OneSide
    from aicoach.session.room import Room, SessionEvent
    from aicoach.session.stage import Stage
    from aicoach.session_events import Cue
    from aicoach.tracking.tracker import TrackerUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionUpdate:
    """What one more observation changed, and where the session stands."""

    t_s: float
    events: tuple[SessionEvent, ...]
    cues: tuple[Cue, ...]
    """What begins to be said or shown now; at most one is spoken."""
    screen: Screen
    part: str
    exercise: str | None
    set_number: int
    sets: int
    mode: str
    planned: float
    done: float
    """Repetitions or seconds of the set under way."""
    left_s: float | None
    """Seconds of the rest that are left; None: no rest."""
    question: str | None
    """Id of what the resident is being asked."""
    ahead: tuple[str, ...]
    """Questions that may be answered before they are asked."""
    level: AlertLevel
    heart_rate_bpm: float | None
    zone: str | None
    seen: bool
    """Whether the resident is in the picture: "I can see you"."""
    tracker: TrackerUpdate | None
    reach_deg: float | None
    """Where the range of motion of the exercise stands in this frame; None: not seen."""
    aim_deg: float | None
    """The range that this set aims for; None where the exercise has none."""
    joint_limit_deg: float | None
    """The range never to be passed; None where nobody set one."""
    side: OneSide | None
    """The one side that this set is for; None: both, or no set."""
    paused_by: str
    """Rule of the guard or source of the command that makes everything wait; empty: nobody."""
    ended: bool
    emergency: bool
    """Whether the number of the ambulance is to be shown."""


def update_of(t_s: float, room: Room, stage: Stage | None, cues: tuple[Cue, ...]) -> SessionUpdate:
    """What a step came to; ``stage`` is None when the session is over."""
    block = stage.block if stage is not None else None
    exercising = stage if isinstance(stage, ExerciseSet) else None
    screen = Screen.ENDED if stage is None else stage.screen
    guard = room.guard
    return SessionUpdate(
        t_s=t_s,
        events=tuple(room.happened),
        cues=cues,
        screen=Screen.PAUSED if room.paused_by else screen,
        part=room.part,
        exercise=block.exercise if block is not None else None,
        set_number=exercising.number if exercising is not None else 0,
        sets=block.sets if block is not None else 0,
        mode=block.mode if block is not None else "",
        planned=exercising.planned if exercising is not None else 0.0,
        done=exercising.achieved(room, t_s) if exercising is not None else 0.0,
        left_s=stage.left_s(room, t_s) if stage is not None else None,
        question=room.question.id if room.question is not None else None,
        ahead=stage.ahead if stage is not None else (),
        level=guard.level if guard is not None else AlertLevel.NONE,
        heart_rate_bpm=guard.heart_rate_bpm if guard is not None else None,
        zone=guard.zone if guard is not None else None,
        seen=room.sight.pose is not None,
        tracker=room.tracker,
        reach_deg=exercising.reach_deg(room) if exercising is not None else None,
        aim_deg=exercising.aim_deg(room) if exercising is not None else None,
        joint_limit_deg=exercising.joint_limit_deg(room) if exercising is not None else None,
        side=exercising.side(room) if exercising is not None else None,
        paused_by=room.paused_by,
        ended=stage is None,
        emergency=room.emergency or (isinstance(stage, Stopped) and stage.emergency),
    )
