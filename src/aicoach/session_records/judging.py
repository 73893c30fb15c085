"""What of a set was done as asked: the valid part beside the whole.

What could not be judged is not valid, and a set of which nothing could be judged has no
valid part at all (None): the unseen is neither good nor bad.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aicoach.events import FormFault, Repetition
    from aicoach.records import HoldRecord, RepetitionRecord

Interval = tuple[float, float]
GRAVE: Final = frozenset({"major", "safety"})
"""Severities of a fault with which a repetition is not done as asked."""


def valid_repetition(repetition: Repetition, *, range_asked: bool, form_asked: bool) -> bool | None:
    """Whether the repetition was done as asked; None when that was not seen in full.

    range_asked : a range of motion is to be reached.
    form_asked : the exercise has rules of form, whether they could be judged or not.
    """
    if repetition.target_reached is False:
        return False
    if any(fault.severity in GRAVE for fault in repetition.faults):
        return False
    range_unseen = range_asked and repetition.target_reached is None
    form_unseen = form_asked and repetition.score is None
    nothing_seen = repetition.target_reached is None and repetition.score is None
    return None if range_unseen or form_unseen or nothing_seen else True


def valid_of_set(
    mode: str,
    repetitions: Sequence[RepetitionRecord],
    holds: Sequence[HoldRecord],
    faults: Iterable[FormFault],
    *,
    lasted_s: float,
    seen: bool,
    bridge_s: float,
) -> float | None:
    """What was done as asked, in repetitions, or seconds for a hold or a set by time."""
    if not seen:
        return None
    if mode == "hold":
        grave = [(one.start_s, one.end_s) for one in faults if one.severity in GRAVE]
        kept = ((one.start_s, one.end_s) for one in holds if one.accepted)
        return max((_without(hold, grave) for hold in kept), default=0.0)
    if repetitions and all(one.valid is None for one in repetitions):
        return None
    good = [one for one in repetitions if one.valid]
    if mode == "reps":
        return float(len(good))
    spans = [(one.start_s, one.end_s) for one in good]
    spans += [(one.start_s, one.end_s) for one in holds if one.accepted]
    return min(lasted_s, covered_s(spans, bridge_s))


def covered_s(spans: Iterable[Interval], bridge_s: float) -> float:
    """Seconds that lie in some span; gaps of at most ``bridge_s`` belong to the work."""
    total, last = 0.0, None
    for start_s, end_s in sorted(spans):
        if last is None or start_s - last > bridge_s:
            total += max(0.0, end_s - start_s)
        else:
            total += max(0.0, end_s - last)
        last = end_s if last is None else max(last, end_s)
    return total


def _without(hold: Interval, faults: Sequence[Interval]) -> float:
    clipped = [(max(hold[0], a), min(hold[1], b)) for a, b in faults]
    spans = [(a, b) for a, b in clipped if b > a]
    return max(0.0, hold[1] - hold[0] - covered_s(spans, bridge_s=0.0))
