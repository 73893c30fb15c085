"""What reaches a session: everything it may know, as plain values in order of time.

A session decides from these and from nothing else, so that the same observations give the
same events. What a resident answers, presses or says is an observation too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from aicoach.pose import Pose

HeartRateSensor = Literal["chest_strap", "arm_optical", "wrist_optical", "simulated", "replay"]
CommandName = Literal[
    "start", "stop", "pause", "resume", "skip", "repeat", "end", "i_am_ok",
    "speak_zh", "speak_en",
]  # fmt: skip
CommandSource = Literal["button", "voice", "gesture", "staff"]
LinkState = Literal["connecting", "connected", "lost", "absent"]
AnswerValue = bool | int | float | str | None
"""None: the resident does not know, or would not say. Unknown is never normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseSeen:
    """One analysed frame."""

    t_s: float
    pose: Pose | None
    """None where nobody was found at the station."""
    people: int | None = None
    """Persons in the picture; None when nobody counted them."""
    brightness: float | None = None
    """Mean brightness of the picture, [0, 1]; None when not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateSample:
    """One packet of a heart-rate sensor."""

    t_s: float
    bpm: float | None
    """As sent, not yet judged; None when the packet says it has no rate."""
    contact: bool | None = None
    """Skin contact; None when the sensor cannot tell."""
    rr_ms: tuple[float, ...] = ()
    sensor: HeartRateSensor = "chest_strap"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateLink:
    """The connection to the sensor changed."""

    t_s: float
    state: LinkState
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The resident answered a question, or staff entered a measurement."""

    t_s: float
    question: str
    value: AnswerValue
    by: Literal["resident", "staff"] = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLift:
    """Staff let start what the pre-check held back; whoever hands it in signed them in."""

    t_s: float
    by: str
    """The account."""
    role: str
    reason: str
    rules: tuple[str, ...]
    """What they were shown and lift; what holds besides stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Somebody asked for something; 'stop' is obeyed at once, without a question."""

    t_s: float
    name: CommandName
    by: CommandSource = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEnded:
    """The camera or the file gives no more pictures."""

    t_s: float
    reason: Literal["end", "broken"]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """Nothing else came for a while; what waits for an answer or a picture waits no longer."""

    t_s: float


Observation = (
    PoseSeen
    | HeartRateSample
    | HeartRateLink
    | Answer
    | StaffLift
    | Command
    | SourceEnded
    | TimePassed
)
