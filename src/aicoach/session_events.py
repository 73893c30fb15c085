"""What a guided session says happened: plain values, each with its time and its cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal


class AlertLevel(IntEnum):
    """How far the guard has gone, DOMAIN's ladder; a higher one includes the lower ones."""

    NONE = 0
    INFORM = 1
    WARN = 2
    SLOW = 3
    REST = 4
    STOP = 5


class CuePriority(IntEnum):
    """Who speaks first; a higher value overtakes."""

    PRAISE = 1
    COUNT = 2
    GUIDE = 3
    PACE = 4
    MINOR = 5
    MAJOR = 6
    RANGE_LIMIT = 7
    SAFETY = 8


class Screen(Enum):
    """Which part of the session is on."""

    CHECK_IN = "check_in"
    PRE_CHECK = "pre_check"
    CAMERA_SETUP = "camera_setup"
    STRAP = "strap"
    WARM_UP = "warm_up"
    DEMONSTRATION = "demonstration"
    COUNTDOWN = "countdown"
    EXERCISE_SET = "exercise_set"
    REST = "rest"
    COOL_DOWN = "cool_down"
    SUMMARY = "summary"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One measurement or answer behind an alert."""

    name: str
    value: float | str | bool | None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensityAlert:
    """A limit was reached, passed, or left again."""

    t_s: float
    rule: str
    """Stable id, e.g. ``HR-HIGH-2`` or ``STOP-10``."""
    level: AlertLevel
    cue: str
    """Key of what is said; see ``phrases/alerts.*.toml``."""
    quantity: str
    """What was measured, e.g. ``heart_rate``."""
    value: float | str | None
    limit: float | None
    unit: str
    author: str
    """Who set the limit."""
    inputs: tuple[Input, ...] = ()
    cleared: bool = False
    """The alert of this rule is over."""
    notify_staff: bool = False
    ends: Literal["nothing", "set", "exercise", "session"] = "nothing"
    """What is over because of it."""
    pauses: bool = False
    """Everything waits until the alert is cleared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing that is said and shown, from ``t_s`` until ``until_s``."""

    t_s: float
    key: str
    text: str
    language: Literal["zh", "en"]
    priority: CuePriority
    until_s: float
    """When a voice of the chosen rate has said it."""
    interrupts: bool = False
    """It cut off what was being said."""
    cause: str = ""
    """Rule, event or screen that made it."""
    spoken: bool = True
    """False: shown only, the voice stays silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChanged:
    """Another part of the session is on."""

    screen: Screen
    exercise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The resident is asked something."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTaken:
    """An answer was taken; None is "not known" or no answer in time."""

    question: str
    value: bool | int | float | str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What the pre-check came to."""

    outcome: str
    rules: tuple[str, ...]
    """Strictest first."""
    unanswered: tuple[str, ...]
    question_version: str
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInForce:
    """One limit of this session, with who set it."""

    what: str
    exercise: str | None
    value: float
    unit: str
    author: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseReplaced:
    """A planned exercise is not done today."""

    planned: str
    instead: str | None
    """None: nothing takes its place."""
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBegan:
    """The resident's turn."""

    part: str
    exercise: str
    number: int
    of: int
    mode: str
    planned: float
    """Repetitions, or seconds of a hold or of a set by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEnded:
    """What a set came to."""

    part: str
    exercise: str
    number: int
    of: int
    mode: str
    planned: float
    done: float
    """In the unit of ``planned``."""
    counted: int
    rejected: int
    held_s: float
    lasted_s: float
    why: str
    """``complete``, or what ended it before."""
    mean_score: float | None
    view: str
    seen_share: float
    not_assessed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Everything waits."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """It goes on."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something that staff may want to know: a view, a strap, an answer that made no sense."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotified:
    """Staff should look at this now."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """The last event."""

    why: str
    """``complete``, or what ended it before."""
    completed: float
    """Share of the planned sets that were done, [0, 1]."""
    lasted_s: float
    coverage: float | None
    """Share of the main part with a heart rate; None when nothing could be measured."""
    met_minutes_low: float
    met_minutes_high: float
    highest_bpm: float | None
    notes: tuple[str, ...]
    in_zone_s: float = 0.0
    """Seconds of the main part with the heart rate in its window."""
    above_zone_s: float = 0.0
    main_s: float = 0.0
    """Length of the main part; 0 when there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven:
    """Somebody asked for something."""

    name: str
    by: str


Happening = (
    ScreenChanged | Asked | AnswerTaken | Screened | LimitInForce | ExerciseReplaced | SetBegan
    | SetEnded | Paused | Resumed | Noticed | StaffNotified | CommandGiven | SessionEnded
    | IntensityAlert | Cue
)  # fmt: skip
