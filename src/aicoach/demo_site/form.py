"""How somebody moves on a day, and the repetitions and holds that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.events import (
    FormFault,
    Hold,
    PhaseDurations,
    RejectedRepetition,
    Rejection,
    Repetition,
)

if TYPE_CHECKING:
    from random import Random

    from aicoach.catalog.spec import ExerciseSpec, FormRule
    from aicoach.events import Side
    from aicoach.prescription import Block

_MINOR, _MAJOR = 10, 25
_SHORTEST_S: Final = 0.3
_PARTIAL: Final = 0.55
"""Share of the way below which a movement is not counted."""
_TIRED: Final = 0.05
"""So much of the way, and of the tempo, is lost from the first repetition to the last."""
MOST_IN_A_SET: Final = {"warm_up": 4, "main": 9, "cool_down": 4}
"""Repetitions in a set by time: fewer and longer than real ones, so that a site of demonstration
data stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How somebody moves today."""

    reach: float = 1.0
    """Share of the way to the target."""
    pace: float = 1.0
    """Seconds taken for each second asked for."""
    fault_rate: float = 0.08
    """Share of repetitions with the habitual fault."""
    spread: float = 0.04
    more_reps: int = 0
    """Repetitions beyond those asked for."""


def repetition(
    block: Block, spec: ExerciseSpec, form: Form, draws: Random, *, index: int, of: int, t_s: float
) -> Repetition | RejectedRepetition:
    """One movement that begins at ``t_s``; a short one is refused."""
    tired = _TIRED * index / max(1, of)
    reach = draws.gauss(form.reach, form.spread) - tired
    side = _side(block, spec, index)
    times = _phases(block, spec, form.pace + tired, draws)
    end_s = t_s + times.eccentric_s + times.bottom_hold_s + times.concentric_s + times.top_hold_s
    if reach < _PARTIAL:
        return RejectedRepetition(
            side=side, start_s=_ms(t_s), end_s=_ms(end_s), reason=Rejection.PARTIAL,
            detail=f"{100.0 * reach:.0f} % of the way", range_deg=_range(block, spec, reach),
        )  # fmt: skip
    range_deg = _range(block, spec, reach)
    way = _way(block, spec)
    seen = draws.random() > 0.02
    faults = _faults(spec, form, draws, t_s, index) if seen else ()
    lost = sum(_MAJOR if fault.severity in ("major", "safety") else _MINOR for fault in faults)
    fast = None if way is None else _ms(1.6 * abs(way) * reach / max(times.eccentric_s, 0.3))
    tolerance = 0.0 if spec.range_of_motion is None else spec.range_of_motion.tolerance_deg
    return Repetition(
        index=index,
        side=side,
        start_s=_ms(t_s),
        peak_s=_ms(t_s + 0.5 * (end_s - t_s)),
        end_s=_ms(end_s),
        counted_s=_ms(end_s),
        phases=times,
        range_left_deg=range_deg if side != "right" else None,
        range_right_deg=range_deg if side == "right" else None,
        range_deg=range_deg,
        target_reached=None if way is None else reach * abs(way) >= abs(way) - tolerance,
        asymmetry=None,
        peak_speed_deg_s=fast,
        score=max(0, 100 - lost) if seen else None,
        faults=faults,
    )


def hold(target_s: float, form: Form, draws: Random, t_s: float) -> Hold:
    """One kept position that begins at ``t_s``."""
    lasted_s = target_s * min(1.0, max(0.2, draws.gauss(form.reach + 0.05, 2.0 * form.spread)))
    whole = lasted_s >= target_s
    return Hold(
        start_s=_ms(t_s), end_s=_ms(t_s + lasted_s), ended_by="end" if whole else "moved",
        accepted=True,
    )  # fmt: skip


def seconds_each(block: Block, spec: ExerciseSpec) -> float:
    """Seconds of one repetition at the pace that is asked for."""
    asked = block.cycle_s
    if asked <= 0.0 and spec.tempo is not None:
        asked = (
            spec.tempo.eccentric_s
            + spec.tempo.bottom_s
            + spec.tempo.concentric_s
            + spec.tempo.top_s
        )
    asked = max(asked, 1.0)
    if block.mode == "duration" and block.duration_s:
        return max(asked, block.duration_s / MOST_IN_A_SET[block.part])
    return asked


def _phases(block: Block, spec: ExerciseSpec, pace: float, draws: Random) -> PhaseDurations:
    cycle_s = seconds_each(block, spec)
    tempo = block.tempo
    if tempo is None or block.mode == "duration" or block.cycle_s <= 0.0:
        parts = (0.45 * cycle_s, 0.05 * cycle_s, 0.45 * cycle_s, 0.05 * cycle_s)
    else:
        parts = (tempo.eccentric_s, tempo.bottom_s, tempo.concentric_s, tempo.top_s)
    moving = [max(_SHORTEST_S, one * draws.gauss(pace, 0.09)) for one in (parts[0], parts[2])]
    return PhaseDurations(
        eccentric_s=_ms(moving[0]), bottom_hold_s=_ms(parts[1]), concentric_s=_ms(moving[1]),
        top_hold_s=_ms(parts[3]),
    )  # fmt: skip


def _way(block: Block, spec: ExerciseSpec) -> float | None:
    if spec.range_of_motion is None or block.target_deg is None:
        return None
    return block.target_deg - spec.range_of_motion.rest_deg


def _range(block: Block, spec: ExerciseSpec, reach: float) -> float | None:
    way = _way(block, spec)
    if way is None or spec.range_of_motion is None:
        return None
    return round(spec.range_of_motion.rest_deg + way * reach, 1)


def habit(spec: ExerciseSpec) -> FormRule | None:
    """The fault that comes most in this exercise, of those that its first view shows."""
    view = spec.views[0]
    return next(
        (one for one in spec.form_rules if view in one.views and one.severity == "minor"), None
    )


def _faults(
    spec: ExerciseSpec, form: Form, draws: Random, t_s: float, index: int
) -> tuple[FormFault, ...]:
    rule = habit(spec)
    if rule is None or draws.random() >= form.fault_rate:
        return ()
    upper = rule.limit.at_most is not None
    bound = rule.limit.at_most if rule.limit.at_most is not None else rule.limit.at_least
    assert bound is not None  # the catalogue asks for exactly one
    grave = rule.limit.major is not None and draws.random() < 0.15
    edge = rule.limit.major if grave and rule.limit.major is not None else bound
    beyond = draws.uniform(0.03, 0.12) * max(abs(bound), 0.1)
    return (
        FormFault(
            rule=rule.id,
            severity="major" if grave else rule.severity,
            start_s=_ms(t_s + 0.4),
            end_s=_ms(t_s + 0.4 + max(rule.limit.hold_s, 0.2)),
            value=round(edge + (beyond if upper else -beyond), 3),
            limit=edge,
            cue=rule.cue,
            repetition=index,
            confidence=0.8,
        ),
    )


def _side(block: Block, spec: ExerciseSpec, index: int) -> Side:
    if block.side in ("left", "right"):
        return "left" if block.side == "left" else "right"
    if spec.kind == "alternating" or block.side == "alternate":
        return "left" if index % 2 else "right"
    return "both"


def _ms(value: float) -> float:
    return round(value, 3)
