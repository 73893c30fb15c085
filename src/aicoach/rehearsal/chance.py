"""Sessions by chance: whatever reaches a session in whatever order, from a seed.

What a mischievous afternoon brings: answers that are none, buttons at the wrong moment, a
strap that sends nonsense, frames of long ago. The laws of a session hold all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from aicoach.observations import (
    Answer,
    Command,
    CommandName,
    CommandSource,
    HeartRateLink,
    HeartRateSample,
    HeartRateSensor,
    LinkState,
    PoseSeen,
    SourceEnded,
)
from aicoach.pose import Pose
from aicoach.rehearsal.rehearsing import well
from aicoach.rehearsal.resident import Manner
from aicoach.rehearsal.tapes import acted_tape, played_tape
from aicoach.screening import ClearanceRecord, EnrolmentAnswers, clearance
from aicoach.session import Session
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.observations import AnswerValue, Observation
    from aicoach.prescription import Prescription
    from aicoach.session import SessionUpdate

TODAY: Final = date(2026, 11, 22)
STEPS: Final = 260
_EVERY_S: Final = 0.2
_SQUATS: Final = 60
"""Frames of squats; after them others that end where they began."""
_USUAL: Final = ("chest_strap",)
_END_STEPS: Final = 400
_CALM: Final = frozenset({Screen.EXERCISE_SET, Screen.COUNTDOWN})
_ODD_ANSWERS: Final[tuple[AnswerValue, ...]] = (
    None, True, False, 0, 3, 7, 10, 11, -1, 1e9, math.nan, math.inf, "", "talk", "none",
    "chest_pain", "knee_hip", "a stranger's word", 182.0, 3.1, 91.0,
)  # fmt: skip
_QUESTIONS: Final = (
    "effort", "pain", "talk", "symptom", "are_you_ok", "systolic_mmhg", "diastolic_mmhg",
    "glucose_mmol", "spo2_pct", "no_such_question", "effort.set", "chest_breath",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChanceRun:
    """One session and all that went in and came out."""

    session: Session
    observations: tuple[Observation, ...]
    updates: tuple[SessionUpdate, ...]


def chance_session(plan: Prescription, catalog: Mapping[str, ExerciseSpec], seed: int) -> Session:
    """A session whose language, strap and enrolment come from the seed."""
    random = np.random.default_rng([seed, 1])
    record = ClearanceRecord(by="dr-1", on=TODAY, scope="any") if random.random() < 0.95 else None
    answers = EnrolmentAnswers(
        active=True, disease=False, symptoms=False, age_years=60, answered_on=TODAY,
        conditions=frozenset(plan.conditions), clearance=record,
    )  # fmt: skip
    return Session(
        plan,
        catalog,
        TODAY,
        language="zh" if random.random() < 0.5 else "en",
        clearance=clearance(answers, TODAY),
        strap_expected=bool(random.random() < 0.5),
        demonstration=True,
        slower=bool(random.random() < 0.2),
    )


def run_by_chance(
    plan: Prescription,
    catalog: Mapping[str, ExerciseSpec],
    seed: int,
    *,
    steps: int = STEPS,
) -> ChanceRun:
    """Let chance act on a session, then say stop and wait until it has ended."""
    session = chance_session(plan, catalog, seed)
    chance = _Chance(np.random.default_rng([seed, 2]), _poses(catalog["squat"]))
    observations: list[Observation] = []
    updates: list[SessionUpdate] = []

    def step(observation: Observation) -> SessionUpdate:
        observations.append(observation)
        updates.append(session.step(observation))
        return updates[-1]

    update = step(PoseSeen(t_s=0.0, pose=None))
    for _ in range(steps):
        if session.ended:
            break
        update = step(chance.next(update))
    t_s = max(update.t_s, chance.t_s)
    if not session.ended:
        step(Command(t_s=t_s, name="stop"))
    for _ in range(_END_STEPS):
        if session.ended:
            break
        t_s += 1.0
        step(PoseSeen(t_s=t_s, pose=None))
    return ChanceRun(session, tuple(observations), tuple(updates))


class _Chance:
    """What comes next."""

    def __init__(self, random: np.random.Generator, poses: Sequence[Pose | None]) -> None:
        self._random, self._poses = random, poses
        self.t_s = 0.0
        self._bpm = float(random.uniform(60.0, 120.0))
        self._drift = float(random.uniform(-0.5, 2.5))
        self._rude = bool(random.random() < 0.3)
        self._well = well()
        self._frame = int(random.integers(_SQUATS))

    def next(self, update: SessionUpdate) -> Observation:
        random = self._random
        calm = update.screen not in _CALM
        self.t_s += float(random.uniform(0.05, 1.6 if calm else 0.35))
        if random.random() < 0.01:
            self.t_s += float(random.uniform(3.0, 90.0))
        t_s = self.t_s - (float(random.uniform(0.0, 5.0)) if random.random() < 0.02 else 0.0)
        dice = random.random()
        if update.question is not None and dice < 0.5:
            return Answer(t_s=t_s, question=update.question, value=self._answer(update.question))
        if dice < 0.60:
            return self._picture(t_s)
        if dice < 0.90:
            return self._heart(t_s)
        if dice < 0.935:
            return self._command(t_s)
        if dice < 0.985:
            return self._picture(t_s)
        if dice < 0.995:
            return Answer(
                t_s=t_s,
                question=str(random.choice(_QUESTIONS)),
                value=self._odd(),
                by="staff" if random.random() < 0.3 else "resident",
            )
        return SourceEnded(t_s=t_s, reason="broken" if random.random() < 0.5 else "end")

    def _answer(self, question: str) -> AnswerValue:
        if self._random.random() < (0.3 if self._rude else 0.03):
            return self._odd()
        value = self._well(question)
        return value if isinstance(value, (bool, int, float, str)) else None

    def _odd(self) -> AnswerValue:
        return _ODD_ANSWERS[int(self._random.integers(len(_ODD_ANSWERS)))]

    def _picture(self, t_s: float) -> PoseSeen:
        random = self._random
        self._frame = (self._frame + 1) % _SQUATS if self._frame < _SQUATS else self._frame + 1
        self._frame %= len(self._poses)
        if random.random() < 0.01:
            self._frame = int(random.integers(len(self._poses)))
        pose = self._poses[self._frame] if random.random() < 0.9 else None
        if pose is not None:
            pose = Pose(max(t_s, 0.0), pose.image, pose.world, pose.score)
        people = None if random.random() < 0.5 else int(random.integers(0, 3))
        light = None if random.random() < 0.5 else float(random.random())
        return PoseSeen(t_s=t_s, pose=pose, people=people, brightness=light)

    def _heart(self, t_s: float) -> HeartRateSample | HeartRateLink:
        random = self._random
        if random.random() < 0.03:
            state = _pick(random, get_args(LinkState))
            return HeartRateLink(t_s=t_s, state=state)  # type: ignore[arg-type]
        self._bpm = min(max(self._bpm + self._drift + float(random.normal(0.0, 2.0)), 40.0), 210.0)
        bpm: float | None = float(round(self._bpm))
        if random.random() < 0.05:
            bpm = (None, math.nan, 0.0, -20.0, 1e6, math.inf)[int(random.integers(6))]
        sensor = (
            _pick(random, get_args(HeartRateSensor)) if random.random() < 0.1 else "chest_strap"
        )
        contact = None if random.random() < 0.5 else bool(random.random() < 0.9)
        return HeartRateSample(t_s=t_s, bpm=bpm, contact=contact, sensor=sensor)  # type: ignore[arg-type]

    def _command(self, t_s: float) -> Command:
        random = self._random
        names = [name for name in get_args(CommandName) if name not in ("stop", "end")]
        name = _pick(random, names)
        if random.random() < 0.04:
            name = "stop" if random.random() < 0.5 else "end"
        by = _pick(random, get_args(CommandSource))
        return Command(t_s=t_s, name=name, by=by)  # type: ignore[arg-type]


def _pick(random: np.random.Generator, names: Sequence[str]) -> str:
    return names[int(random.integers(len(names)))]


def _poses(squat: ExerciseSpec) -> tuple[Pose | None, ...]:
    """A few squats, somebody who picks something up and somebody who falls."""
    tapes = (
        (played_tape(squat, Manner(cycle_s=2.0), 6, 3.0), _SQUATS),
        (acted_tape("picks_up", "front", 1), 15),
        (acted_tape("falls", "side", 1), 25),
    )
    return tuple(tape.at(i * _EVERY_S, 0.0) for tape, n in tapes for i in range(n))
