"""Which kind of work an exercise of the catalogue is, where a hospital did not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec

_AEROBIC: Final = frozenset(
    {"burpee", "high_knees", "jumping_jack", "marching", "mountain_climber", "overhead_clap",
     "seated_marching", "step_jack", "step_up"}
)  # fmt: skip
_MOBILITY: Final = frozenset({"arm_circle", "heel_slide", "shoulder_scaption"})
_BY_PATTERN: Final = {"qigong": "aerobic", "hold_standing": "balance", "rotation": "mobility"}
_SAID: Final = (
    ("aerobic", ("有氧", "aerobic", "cardio", "endurance")),
    ("strength", ("力量", "抗阻", "肌力", "strength", "resistance")),
    ("balance", ("平衡", "balance")),
    ("flexibility", ("柔韧", "拉伸", "牵伸", "flexib", "stretch")),
    ("mobility", ("活动度", "mobility", "range of motion")),
)


def usual_type(spec: ExerciseSpec) -> str:
    """The kind that the exercise usually is; a clinician confirms it."""
    if spec.id in _AEROBIC:
        return "aerobic"
    if spec.id in _MOBILITY:
        return "mobility"
    return _BY_PATTERN.get(spec.pattern, "strength")


def said_type(text: str) -> str | None:
    """The kind that a text names; None where it names none, or several."""
    plain = text.lower()
    found = [kind for kind, words in _SAID if any(word in plain for word in words)]
    return found[0] if len(found) == 1 else None
