"""What the core says happened: plain values, ready for JSON, a log or a screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Side = Literal["left", "right", "both"]
PhaseName = Literal["eccentric", "bottom_hold", "concentric", "top_hold"]
Severity = Literal["info", "minor", "major", "safety"]
View = Literal["front", "oblique", "side", "unknown"]


class Rejection(Enum):
    """Why a movement was not counted. The value is stable and stands in reports."""

    PARTIAL = "partial"
    """The range stayed short of the prescribed target, or of the person's own range."""
    ABORTED = "aborted"
    """The movement turned back or stopped before the target."""
    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    LOST_FROM_SIGHT = "lost_from_sight"
    """The joints that decide were hidden or the person left the picture on the way."""
    WRONG_POSTURE = "wrong_posture"
    """The body was not oriented as the exercise asks (standing, lying, on hands)."""
    NOT_IN_PLACE = "not_in_place"
    """The person walked, turned or came nearer on the way."""
    OTHER_MOVEMENT = "other_movement"
    """The joints that must move did not, or joints that must rest moved."""
    NOT_CONFIRMED = "not_confirmed"
    """A single movement without a ready pose before it, never repeated alike."""
    OTHER_SIDE = "other_side"
    """Well done, with the side that this set does not ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChange:
    """The exercise entered a phase."""

    t_s: float
    phase: PhaseName
    side: Side = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFault:
    """One breach of a form rule, with its interval and its evidence."""

    rule: str
    severity: Severity
    start_s: float
    end_s: float
    value: float
    limit: float
    cue: str
    side: Side = "both"
    repetition: int | None = None
    """Index of the repetition it belongs to, 1 is the first; None between repetitions."""
    confidence: float = 1.0
    """How far this view and the scores allow the judgement, [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """A rule that could not be judged; never to be shown as 'good'."""

    rule: str
    reason: Literal["view", "visibility"]
    needs: tuple[str, ...] = ()
    """Views from which it could be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDurations:
    """Seconds spent in each phase of a repetition."""

    eccentric_s: float
    bottom_hold_s: float
    concentric_s: float
    top_hold_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One accepted repetition, timed on the source's clock."""

    index: int
    """1 is the first of the set."""
    side: Side
    start_s: float
    peak_s: float
    end_s: float
    counted_s: float
    """When the count was shown."""
    phases: PhaseDurations
    range_left_deg: float | None
    """The prescribed joint angle reached, per side; None where it was not seen."""
    range_right_deg: float | None
    range_deg: float | None
    """The better of both, or the visible one."""
    target_reached: bool | None
    """None when the range could not be measured."""
    asymmetry: float | None
    """|left - right| / larger, of the excursion; None when one side was not seen."""
    peak_speed_deg_s: float | None
    score: int | None
    """0 to 100: 100 less the weights of the faults; None when nothing could be judged."""
    faults: tuple[FormFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRepetition:
    """A movement that was not counted, and why."""

    side: Side
    start_s: float
    end_s: float
    reason: Rejection
    detail: str
    """The measurement behind the reason, in words for staff."""
    range_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One kept position."""

    start_s: float
    end_s: float
    ended_by: str
    """Id of the condition that broke, 'end' of the input, 'moved', or 'lost_from_sight'."""
    accepted: bool
    reason: str = ""
    """Why it was not accepted."""

    @property
    def duration_s(self) -> float:
        """Length of the hold in seconds."""
        return self.end_s - self.start_s


Event = PhaseChange | Repetition | RejectedRepetition | FormFault | NotAssessed | Hold
