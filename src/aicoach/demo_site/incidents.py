"""What befalls a resident in a set: the events that the guard would tell then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.session_events import AlertLevel, CommandGiven, StaffNotified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aicoach.demo_site.visit import Visit
    from aicoach.prescription import Block


def _fall(visit: Visit, block: Block) -> str:  # noqa: ARG001 - all are called alike
    visit.alert("STOP-9", AlertLevel.STOP, "posture", "sudden", bound=2.0, unit="s")
    visit.wait(20.0)
    visit.alert("STOP-9-SILENT", AlertLevel.STOP, "answer", None, bound=20.0, unit="s", notify=True)
    return "STOP-9"


def _cap(visit: Visit, block: Block) -> str:  # noqa: ARG001
    cap = visit.day.standing.limits.heart_rate.hard_cap
    assert cap is not None  # only given to plans with a window
    visit.heart.strap = True
    visit.t_s = round(visit.t_s + 30.0, 3)
    visit.heart.until(visit.t_s, cap.value + 30.0, main=True)
    visit.heart.bpm = cap.value + 3.0
    visit.t_s = round(visit.t_s + 5.0, 3)
    visit.heart.until(visit.t_s, cap.value + 3.0, main=True)
    visit.alert("STOP-10", AlertLevel.STOP, "heart_rate", round(visit.heart.bpm, 1), cap,
                unit="bpm", notify=True)  # fmt: skip
    return "STOP-10"


def _cap_and_cut(visit: Visit, block: Block) -> str:
    """The cap, and then the power fails before a packet was kept."""
    _cap(visit, block)
    visit.heart.samples.clear()
    visit.cut = True
    return "STOP-10"


def _dizzy(visit: Visit, block: Block) -> str:  # noqa: ARG001
    visit.ask("symptom", "dizziness")
    visit.alert("STOP-2", AlertLevel.STOP, "symptom", "dizziness", cue="alerts.stop_symptom",
                notify=True)  # fmt: skip
    return "STOP-2"


def _cramp(visit: Visit, block: Block) -> str:
    visit.ask("symptom", "leg_cramp")
    visit.alert("STOP-6", AlertLevel.REST, "symptom", "leg_cramp", cue="alerts.effort_stop")
    visit.leave(block)
    return "STOP-6"


def _not_recovered(visit: Visit, block: Block) -> str:  # noqa: ARG001
    visit.heart.strap = True
    visit.alert("HR-RECOVERY", AlertLevel.REST, "heart_rate_recovery", 6.0, bound=12.0, unit="bpm")
    visit.t_s = round(visit.t_s + 180.0, 3)
    visit.heart.until(visit.t_s, visit.heart.bpm, main=True)
    visit.note("guard", StaffNotified(why="not_recovered"))
    visit.why = "not_recovered"
    return "not_recovered"


def _pain(visit: Visit, block: Block, value: float = 6.0) -> str:
    stop = visit.day.standing.limits.effort.pain_stop
    visit.ask("effort", visit.day.effort)
    visit.ask("pain", value)
    visit.alert("STOP-13", AlertLevel.REST, "pain", value, stop, unit="0-10")
    visit.leave(block)
    return "STOP-13"


def _some_pain(visit: Visit, block: Block) -> str:
    stop = visit.day.standing.limits.effort.pain_stop
    return _pain(visit, block, stop.value + 1.0)


def _effort(visit: Visit, block: Block) -> str:  # noqa: ARG001
    stop = visit.day.standing.limits.effort.rpe_stop
    told = max(8.0, stop.value)
    visit.ask("effort", told)
    visit.alert("EFFORT-STOP", AlertLevel.REST, "effort", told, stop, unit="0-10")
    visit.wait(60.0, main=True)
    visit.over("EFFORT-STOP")
    return "EFFORT-STOP"


def _asked(visit: Visit, block: Block) -> str:  # noqa: ARG001
    visit.note("voice", CommandGiven(name="stop", by="voice"))
    visit.alert("STOP-7", AlertLevel.STOP, "command", "voice", author="resident", notify=True)
    return "STOP-7"


def _strap_gone(visit: Visit, block: Block) -> str:  # noqa: ARG001
    visit.heart.strap = False
    visit.wait(12.0, "strength", main=True)
    visit.alert("HR-LOST", AlertLevel.WARN, "heart_rate_age", 12.0, bound=10.0, unit="s")
    visit.wait(18.0, main=True)
    visit.alert("STOP-8", AlertLevel.REST, "heart_rate_age", 30.0, bound=30.0, unit="s",
                cue="alerts.stop_8_wait", pauses=True)  # fmt: skip
    visit.pause(60.0)
    visit.alert("STOP-8", AlertLevel.STOP, "heart_rate_age", 90.0, bound=90.0, unit="s",
                notify=True)  # fmt: skip
    return "STOP-8"


INCIDENTS: Final[Mapping[str, Callable[[Visit, Block], str]]] = {
    "fall": _fall,
    "heart_rate_cap": _cap,
    "heart_rate_cap_unseen": _cap_and_cut,
    "safety_stop": _dizzy,
    "symptom": _cramp,
    "not_recovered": _not_recovered,
    "pain": _pain,
    "pain_stop": _some_pain,
    "effort": _effort,
    "asked_to_stop": _asked,
    "monitoring_lost": _strap_gone,
}
"""By the reason of the triage that they give."""
