"""What a screen needs to show of a moment of a session: plain values, ready for JSON.

The words are the screen's: it is told ids and numbers, and only what the session itself has
worded (a cue, a question) as text. So a screen changes its language at once.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aicoach.catalog.cues import LANGUAGES
from aicoach.events import RejectedRepetition, Repetition
from aicoach.phrases import load_phrases
from aicoach.session_events import (
    Cue,
    ExerciseReplaced,
    IntensityAlert,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)
from aicoach.visit.questions import NOTHING, question_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog import ExerciseSpec
    from aicoach.events import Event
    from aicoach.pose import Pose
    from aicoach.session import SessionUpdate
    from aicoach.session_events import Happening

View = dict[str, Any]
SCALES: Final[Mapping[str, tuple[int, ...]]] = {
    "effort": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    "pain": (0, 2, 5, 8, 10),
}
"""Answers of the scales that have a face or a word each."""
_UP_AND_DOWN: Final = frozenset({
    "squat", "lunge", "hinge", "push_up", "bridge", "heel_raise", "trunk_curl", "press", "elbow",
    "knee_lift", "arm_raise",
})  # fmt: skip
"""Patterns that work against gravity: who lowers themselves or a weight goes down, else up."""
_PER_MILLE: Final = 1000


def view_of(update: SessionUpdate, catalog: Mapping[str, ExerciseSpec], *, strap: bool) -> View:
    """Where the session stands. Everything but the pose; None: not known or not there."""
    spec = None if update.exercise is None else catalog[update.exercise]
    return {
        "screen": update.screen.value,
        "part": update.part,
        "exercise": update.exercise,
        "name": None if spec is None else {"zh": spec.names.zh, "en": spec.names.en},
        "kind": None if spec is None else spec.kind,
        "set": update.set_number,
        "sets": update.sets,
        "mode": update.mode,
        "planned": update.planned,
        "done": _floored(update.done),
        "left_s": math.ceil(update.left_s) if update.left_s else None,
        "question": None if update.question is None else question_view(update.question),
        "ahead": [question_view(one) for one in update.ahead],
        "level": int(update.level),
        "bpm": None if update.heart_rate_bpm is None else round(update.heart_rate_bpm),
        "zone": update.zone if update.heart_rate_bpm is not None else None,
        "strap": strap,
        "seen": update.seen,
        "paused_by": update.paused_by or None,
        "aim_deg": update.aim_deg,
        "limit_deg": update.joint_limit_deg,
        "rest_deg": _rest_deg(spec),
        "tempo_s": None if spec is None else _tempo(spec),
        "outward": "out" if spec is None else _outward(spec),
        "ended": update.ended,
        "emergency": update.emergency,
    }


def moment_of(update: SessionUpdate) -> View:
    """What changes with every frame."""
    tracker = update.tracker
    exercising = update.set_number > 0 and tracker is not None
    phase = tracker.phase_value if tracker is not None and exercising else math.nan
    way = tracker.phase if tracker is not None and exercising else None
    return {
        "phase": None if math.isnan(phase) else round(phase, 2),
        "way": way,
        "reach_deg": None if update.reach_deg is None else round(update.reach_deg),
    }


def keypoints_of(pose: Pose | None) -> list[int] | None:
    """The 33 keypoints in thousandths of the picture and tenths of score; None: nobody.

    Three numbers each: x, y, score. A keypoint that is not seen has score 0.
    """
    if pose is None:
        return None
    found: list[int] = []
    for x, y, score in zip(*pose.image.xyz[:, :2].T.tolist(), pose.score.tolist(), strict=True):
        if math.isnan(x) or math.isnan(y) or math.isnan(score):
            found += (0, 0, 0)
            continue
        found += (round(_PER_MILLE * x), round(_PER_MILLE * y), max(0, min(9, int(score * 10))))
    return found


@cache
def question_view(question: str) -> View:
    """A question with its answers, in both languages; made once, it is asked for every frame."""
    sheets = {language: question_sheet(question, language) for language in LANGUAGES}
    first = sheets["zh"]
    choices: list[View] = []
    if first.id == "symptom":
        words = {language: load_phrases(language).by_key["stage.nothing"] for language in LANGUAGES}
        choices.append({"value": NOTHING, "text": words})
    for number, (value, _label) in enumerate(first.choices):
        labels = {language: sheets[language].choices[number][1] for language in LANGUAGES}
        choices.append({"value": value, "text": labels})
    for step in SCALES.get(question, ()):
        worded = {
            language: load_phrases(language).by_key.get(f"session.{question}.{step}", "")
            for language in LANGUAGES
        }
        choices.append({"value": step, "text": worded})
    return {
        "id": question,
        "kind": first.kind,
        "text": {language: sheets[language].text for language in LANGUAGES},
        "choices": choices,
        "low": first.low,
        "high": first.high,
        "unit": first.unit,
    }


def told_of(event: Event | Happening) -> View | None:  # noqa: C901, PLR0911 - one line per kind
    """An event as the screen hears of it; None: nothing for a screen."""
    match event:
        case Cue():
            return {
                "k": "cue", "key": event.key, "text": event.text, "lang": event.language,
                "prio": int(event.priority), "spoken": event.spoken,
                "for_s": round(max(0.0, event.until_s - event.t_s), 2),
                "cuts": event.interrupts, "cause": event.cause,
            }  # fmt: skip
        case Repetition():
            reach = event.range_deg
            return {
                "k": "rep", "n": event.index, "score": event.score,
                "range_deg": None if reach is None else 5 * round(reach / 5),
            }  # fmt: skip
        case RejectedRepetition():
            return {"k": "rejected", "why": event.reason}
        case IntensityAlert():
            return {
                "k": "alert", "rule": event.rule, "level": int(event.level),
                "quantity": event.quantity, "value": event.value, "limit": event.limit,
                "unit": event.unit, "over": event.cleared, "ends": event.ends,
            }  # fmt: skip
        case SetBegan():
            return {"k": "set_began", "exercise": event.exercise, "set": event.number}
        case SetEnded():
            return {
                "k": "set_ended", "exercise": event.exercise, "set": event.number,
                "done": event.done, "planned": event.planned, "mode": event.mode,
                "why": event.why, "score": event.mean_score,
            }  # fmt: skip
        case ExerciseReplaced():
            return {"k": "replaced", "planned": event.planned, "instead": event.instead}
        case Screened():
            return {"k": "screened", "outcome": event.outcome, "rules": list(event.rules)}
        case StaffNotified():
            return {"k": "staff", "why": event.why}
        case SessionEnded():
            return {
                "k": "ended", "why": event.why, "completed": event.completed,
                "lasted_s": round(event.lasted_s), "highest_bpm": event.highest_bpm,
                "in_zone_s": event.in_zone_s, "main_s": event.main_s,
            }  # fmt: skip
        case _:
            return None


class Tally:
    """What was done so far and what it came to, for a screen that may come late."""

    def __init__(self) -> None:
        self._results: list[View] = []
        self._outcome: View | None = None

    def take(self, told: View, catalog: Mapping[str, ExerciseSpec]) -> None:
        """Keep what :func:`told_of` said of an event, where it is the end of something."""
        if told["k"] == "set_ended":
            names = catalog[told["exercise"]].names
            kept = ("exercise", "set", "done", "planned", "mode", "why", "score")
            result = {key: told[key] for key in kept}
            self._results.append(result | {"name": {"zh": names.zh, "en": names.en}})
        elif told["k"] == "ended":
            self._outcome = {key: value for key, value in told.items() if key not in ("k", "t")}

    @property
    def view(self) -> View:
        """For the view: ``results`` of the sets in order, ``outcome`` once it is over."""
        return {"results": list(self._results), "outcome": self._outcome}


def _floored(done: float) -> float:
    """Whole repetitions and whole seconds: nothing counts before it is done."""
    return math.floor(done + 1e-6)


def _rest_deg(spec: ExerciseSpec | None) -> float | None:
    rom = None if spec is None else spec.range_of_motion
    return None if rom is None else rom.rest_deg


def _outward(spec: ExerciseSpec) -> str:
    """Where the movement leads: ``up``, ``down``, or only ``out``."""
    if spec.pattern not in _UP_AND_DOWN:
        return "out"
    return "down" if spec.tempo.outward == "eccentric" else "up"


def _tempo(spec: ExerciseSpec) -> list[float]:
    """Seconds out, at the target, back, at the start."""
    tempo = spec.tempo
    if tempo.outward == "eccentric":
        return [tempo.eccentric_s, tempo.bottom_s, tempo.concentric_s, tempo.top_s]
    return [tempo.concentric_s, tempo.top_s, tempo.eccentric_s, tempo.bottom_s]
