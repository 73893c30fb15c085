"""The limits of a plan in plain words, each with the one who set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.prescription.bounds import COMPUTED, RESIDENT_PLAN
from aicoach.prescription.ranges import joint_of
from aicoach.prescription.resident import conditions_of, rate_is_unreliable
from aicoach.prescription.start import start_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.limits import ExerciseLimits, HeartRateLimits, Limit, SessionLimits
    from aicoach.phrases import Phrases
    from aicoach.prescription.model import Prescription


def limit_lines(
    plan: Prescription,
    limits: SessionLimits,
    specs: Mapping[str, ExerciseSpec],
    words: Phrases,
) -> tuple[str, ...]:
    """Every limit that holds in this plan, with its author."""
    lines = _heart_rate(plan, limits.heart_rate, words)
    effort = limits.effort
    if effort.rpe_upper is not None:
        text = words.text("plan.limit.effort", upper=f"{effort.rpe_upper.value:g}")
        lines.append(_by(text, effort.rpe_upper, words))
    if effort.talk is not None:
        lines.append(words.text(f"plan.limit.talk_{effort.talk}"))
    text = words.text("plan.limit.pain", pain=f"{effort.pain_stop.value:g}")
    lines.append(_by(text, effort.pain_stop, words))
    named = {item.exercise for _, _, item in plan.parts()}
    for exercise in limits.exercises:
        if exercise.exercise in named:
            lines += _exercise(exercise, specs[exercise.exercise], words)
    if limits.longest_s is not None:
        text = words.text("plan.limit.longest", minutes=f"{limits.longest_s.value / 60.0:.0f}")
        lines.append(_by(text, limits.longest_s, words))
    for value in start_limits(plan.start_limits):
        text = words.text(f"plan.start.{value.key}", value=f"{value.limit.value:g}")
        lines.append(_by(text, value.limit, words))
    return tuple(dict.fromkeys(lines))


def stop_lines(plan: Prescription, limits: SessionLimits, words: Phrases) -> tuple[str, ...]:
    """What ends an exercise or the session."""
    stops = ["say", "chest", "dizzy", "breath", "pale", "heart"]
    lines = [words.text(f"plan.stop.{key}") for key in stops]
    heart = limits.heart_rate
    if heart.hard_cap is not None:
        lines.append(words.text("plan.stop.heart_cap", cap=f"{heart.hard_cap.value:.0f}"))
    lines.append(words.text("plan.stop.effort", stop=f"{limits.effort.rpe_stop.value:g}"))
    lines.append(words.text("plan.stop.pain", pain=f"{limits.effort.pain_stop.value:g}"))
    lines.append(words.text("plan.stop.fall"))
    if heart.required:
        lines.append(words.text("plan.stop.monitoring"))
    if conditions_of(plan) & {"type_1_diabetes", "type_2_diabetes"}:
        lines.append(words.text("plan.stop.sugar"))
    return tuple(lines)


def _by(text: str, limit: Limit, words: Phrases) -> str:
    known = {COMPUTED: "computed", RESIDENT_PLAN: "plan"}.get(limit.author)
    author = limit.author if known is None else words.text(f"plan.limit.{known}")
    return words.text("plan.limit.by", limit=text, author=author)


def _heart_rate(plan: Prescription, heart: HeartRateLimits, words: Phrases) -> list[str]:
    lines = []
    if heart.upper is not None:
        upper = f"{heart.upper.value:.0f}"
        if heart.lower is not None:
            lower = f"{heart.lower.value:.0f}"
            text = words.text("plan.limit.heart_window", lower=lower, upper=upper)
        else:
            text = words.text("plan.limit.heart_upper", upper=upper)
        lines.append(_by(text, heart.upper, words))
    elif rate_is_unreliable(plan, conditions_of(plan)):
        lines.append(words.text("plan.limit.heart_by_effort"))
    else:
        lines.append(words.text("plan.limit.heart_none"))
    if heart.hard_cap is not None:
        text = words.text("plan.limit.heart_cap", cap=f"{heart.hard_cap.value:.0f}")
        lines.append(_by(text, heart.hard_cap, words))
    if heart.required:
        lines.append(words.text("plan.limit.heart_required"))
    return lines


def _exercise(limits: ExerciseLimits, spec: ExerciseSpec, words: Phrases) -> list[str]:
    name = spec.names.zh if words.language == "zh" else spec.names.en
    lines = []
    for joint in (limits.joint, *limits.more_joints):
        if joint is not None and joint.hard_limit is not None:
            key = "joint_above" if joint.direction == "at_most" else "joint_below"
            text = words.text(
                f"plan.limit.{key}",
                joint=words.text(f"plan.joint.{joint_of(joint.feature)}"),
                degrees=f"{joint.hard_limit.value:.0f}",
            )
            lines.append(_by(text, joint.hard_limit, words))
    hold = limits.longest_hold_s
    if hold is not None and spec.kind == "hold":
        text = words.text("plan.limit.hold", exercise=name, seconds=f"{hold.value:.0f}")
        lines.append(_by(text, hold, words))
    cadence = limits.cadence_per_min
    if cadence is not None and cadence.author != COMPUTED:
        text = words.text("plan.limit.cadence", exercise=name, count=f"{cadence.value:.0f}")
        lines.append(_by(text, cadence, words))
    return lines
