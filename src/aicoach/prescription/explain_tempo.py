"""A tempo in plain words: so many seconds down, so many up, and where one pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.limits import Tempo
    from aicoach.phrases import Phrases

_UP_AND_DOWN: Final = frozenset({
    "squat", "lunge", "leg_raise", "knee_lift", "hinge", "heel_raise", "arm_raise", "press",
    "elbow", "push_up", "bridge", "trunk_curl",
})  # fmt: skip
"""Movement families that go up and down; the others go out and back."""
_PAUSE: Final = "pause"


def tempo_in_words(tempo: Tempo, spec: ExerciseSpec, words: Phrases) -> str:
    """The phases in the order in which this exercise has them, without those that take no time."""
    sliding = spec.pattern == "leg_raise" and spec.posture == "supine"
    upright = spec.pattern in _UP_AND_DOWN and not sliding
    lowered = [("down" if upright else "back", tempo.eccentric_s), (_PAUSE, tempo.bottom_s)]
    raised = [("up" if upright else "out", tempo.concentric_s), (_PAUSE, tempo.top_s)]
    if spec.tempo.outward == "eccentric":
        if not upright:
            lowered[0], raised[0] = ("out", tempo.eccentric_s), ("back", tempo.concentric_s)
        phases = lowered + raised
    else:
        phases = raised + lowered
    said = [
        words.text(f"plan.tempo.{phase}", seconds=f"{seconds:g}")
        for phase, seconds in phases
        if seconds > 0.0
    ]
    return words.text("plan.what.tempo", phases=words.text("plan.tempo.join").join(said))
