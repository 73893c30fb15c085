"""After a set: one strength, one thing for next time. After the session: the best of it.

What was not judged is never praised as good, and nothing is said that could shame.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.coaching.corrections import ASKS_FOR_MORE_RANGE
from aicoach.coaching.requests import KeyOf, Spelled
from aicoach.events import Rejection
from aicoach.phrases import EXERCISE_CUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aicoach.coaching.requests import Place
    from aicoach.coaching.settings import SummarySettings
    from aicoach.events import FormFault


_GRAVITY: Final[Mapping[str, int]] = {"minor": 1, "major": 2, "safety": 3}
"""Faults that are worth a word after the set; information is not."""
_WORTH_REPEATING: Final = (
    "coaching.strength.clean",
    "coaching.strength.full_range",
    "coaching.strength.steady",
)
"""Strengths that still make sense at the end of a session, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRecord:
    """What one set came to, as plain values."""

    planned: int | None = None
    """Repetitions of both sides."""
    counted: int = 0
    scores: Sequence[int | None] = ()
    """One per repetition; None where nothing could be judged."""
    faults: Sequence[tuple[FormFault, int]] = ()
    """Each fault with the number of repetitions that had it."""
    rejected: Mapping[Rejection, int] | None = None
    targets_reached: Sequence[bool | None] = ()
    durations_s: Sequence[float] = ()
    held_s: float = 0.0
    """Longest hold."""
    followed: Sequence[str] = ()
    """Rules that were corrected and then kept."""
    range_limited: bool = False
    moved: bool = False
    """A set by time, in which nothing need be counted, went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One phrase with its places."""

    key: str
    places: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPraise:
    """What is said after a set."""

    strength: Line
    fix: Line | None
    """None when there is nothing to say about next time."""


def strengths_of(record: SetRecord, settings: SummarySettings) -> tuple[Line, ...]:
    """Everything that can honestly be praised, the most telling first."""
    found: list[Line] = []
    n = ("n", Spelled(record.counted))
    if record.followed:
        found.append(Line(key="coaching.strength.corrected"))
    if record.planned and record.counted >= record.planned:
        found.append(Line(key="coaching.strength.complete", places=(n,)))
    if _clean(record, settings):
        found.append(Line(key="coaching.strength.clean"))
    measured = [reached for reached in record.targets_reached if reached is not None]
    if len(measured) >= max(1.0, settings.assessed_share * record.counted) and sum(
        measured
    ) >= settings.full_range_share * len(measured):
        found.append(Line(key="coaching.strength.full_range"))
    if _steady(record, settings):
        found.append(Line(key="coaching.strength.steady"))
    if record.held_s >= 1.0:
        held = ("n", Spelled(int(record.held_s)))
        found.append(Line(key="coaching.strength.held", places=(held,)))
    if record.counted > 0:
        found.append(Line(key="coaching.strength.kept_on", places=(n,)))
    elif record.moved and not found:
        found.append(Line(key="coaching.strength.took_part"))
    return tuple(found) or (Line(key="coaching.strength.try_again"),)


def fix_of(record: SetRecord, settings: SummarySettings) -> Line | None:
    """The one thing for next time: the gravest, then the most frequent fault."""
    worth = [
        (fault, times)
        for fault, times in record.faults
        if fault.severity in _GRAVITY
        and fault.rule not in record.followed
        and times >= settings.fix_repetitions
        and not (record.range_limited and f"{EXERCISE_CUES}.{fault.cue}" in ASKS_FOR_MORE_RANGE)
    ]
    if worth:
        fault, _ = max(worth, key=lambda one: (_GRAVITY[one[0].severity], one[1]))
        cue = KeyOf(f"{EXERCISE_CUES}.{fault.cue}")
        return Line(key="coaching.fix.cue", places=(("cue", cue),))
    rejected = record.rejected or {}
    if rejected.get(Rejection.PARTIAL, 0) >= settings.fix_repetitions and not record.range_limited:
        return Line(key="coaching.fix.further")
    if rejected.get(Rejection.TOO_FAST, 0) >= settings.fix_repetitions:
        return Line(key="coaching.fix.slower")
    if record.counted == 0:
        return None
    if all(score is None for score in record.scores):
        return Line(key="coaching.fix.not_seen")
    return Line(key="coaching.fix.none") if _clean(record, settings) else None


def praise_of(record: SetRecord, settings: SummarySettings, *, last_strength: str) -> SetPraise:
    """One strength, preferably not the one said last time, and one fix."""
    strengths = strengths_of(record, settings)
    other = [line for line in strengths if line.key != last_strength]
    return SetPraise(strength=(other or list(strengths))[0], fix=fix_of(record, settings))


def best_of(best: Line | None, strengths: Sequence[Line]) -> Line | None:
    """The strength that is worth repeating when the session ends."""
    found = {line.key: line for line in (*strengths, *([best] if best else []))}
    return next((found[key] for key in _WORTH_REPEATING if key in found), None)


def session_lines(
    best: Line | None, completed: float | None, settings: SummarySettings
) -> tuple[Line, ...]:
    """The lines about the whole session; ``completed`` is the share of the plan, None unknown."""
    lines: list[Line] = []
    if completed is not None and completed >= 1.0:
        lines.append(Line(key="coaching.session_line.all_done"))
    elif completed is not None and completed >= settings.most_done_share:
        lines.append(Line(key="coaching.session_line.most_done"))
    else:
        lines.append(Line(key="coaching.session_line.showed_up"))
    if best is not None:
        strength = ("strength", KeyOf(best.key))
        lines.append(Line(key="coaching.session_line.strength", places=(strength,)))
    return tuple(lines)


def _clean(record: SetRecord, settings: SummarySettings) -> bool:
    """Whether enough was judged, and nearly all of it without a fault worth a word."""
    judged = [score for score in record.scores if score is not None]
    if not judged or len(judged) < settings.assessed_share * record.counted:
        return False
    worst = max((times for f, times in record.faults if f.severity != "info"), default=0)
    faultless = sum(score == 100 for score in judged)
    return worst < settings.fix_repetitions and faultless >= settings.clean_share * len(judged)


def _steady(record: SetRecord, settings: SummarySettings) -> bool:
    """Whether the repetitions took nearly the same time."""
    durations = record.durations_s
    if len(durations) < settings.steady_repetitions:
        return False
    mean = statistics.fmean(durations)
    return mean > 0.0 and statistics.pstdev(durations) <= settings.steady_variation * mean
