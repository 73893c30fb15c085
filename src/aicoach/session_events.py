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
