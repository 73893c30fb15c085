"""The guided session: sessions by chance, replays, chatter, and what a step costs.

Everything is made here: no recording is needed. The step is measured over a session of half an
hour at thirty frames a second, with a heart rate and every guard. The session is run several
times, and as it is the same to the byte each time, what a step took in its quickest run is what
the step does; what it took more in another is what else the computer did.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.live_session import spare_what_is_there
from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.rehearsal import Manner, PulseCourse, Rehearsal, SyntheticResident, well
from aicoach.rehearsal.chance import chance_session, run_by_chance
from aicoach.rehearsal.laws import breaches
from aicoach.session_events import IntensityAlert, Screen
from aicoach.wire import event_line, observation_line, read_observation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.observations import Observation
    from aicoach.pose import FloatArray
    from aicoach.prescription import Prescription
    from aicoach.session import Session, SessionUpdate

P95_BAR_MS: Final = 1.5
MAX_BAR_MS: Final = 3.0
CHATTER_BAR: Final = 2
SESSIONS: Final = 1000
_REPLAYED_OF: Final = 10
"""Every so many-th session by chance is replayed."""
_FPS: Final = 30.0
_LENGTH_S: Final = 1800.0
_RUNS: Final = 3
"""How often the session is run to tell a step from what else the computer does."""
_CHATTER_RUNS: Final = 20
_CHATTER_S: Final = 600.0
_CHATTER_BPM: Final = 4.0
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class StepCost:
    """What every ``Session.step`` took, shape (runs, observations), in ms."""

    wall_ms: FloatArray
    cpu_ms: FloatArray
    """Of the thread."""

    @property
    def own_ms(self) -> FloatArray:
        """What a step does by itself: its quickest run."""
        quickest: FloatArray = self.cpu_ms.min(axis=0)
        return quickest


class _Timed:
    """A session whose steps are timed; for ``Rehearsal`` it is a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.room = session.room
        self.wall_ms: list[float] = []
        self.cpu_ms: list[float] = []

    @property
    def ended(self) -> bool:
        return self._session.ended

    def step(self, observation: Observation) -> SessionUpdate:
        wall_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
        update = self._session.step(observation)
        self.cpu_ms.append(1e-6 * (time.thread_time_ns() - cpu_ns))
        self.wall_ms.append(1e-6 * (time.perf_counter_ns() - wall_ns))
        return update

    def finish(self, t_s: float, why: str) -> SessionUpdate:
        return self._session.finish(t_s, why)


def plans() -> list[Prescription]:
    """The ready plans."""
    return [read_prescription(path) for path in ready_plans().values()]


def step_cost(catalog: Catalog, plan: Prescription, runs: int = _RUNS) -> StepCost:
    """Half an hour of a ready plan, guarded and coached, ``runs`` times."""
    timed = [_timed_run(catalog, plan) for _ in range(runs)]
    return StepCost(
        wall_ms=np.array([one.wall_ms for one in timed]),
        cpu_ms=np.array([one.cpu_ms for one in timed]),
    )


def _timed_run(catalog: Catalog, plan: Prescription) -> _Timed:
    timed = _Timed(chance_session(plan, catalog, 3))
    rehearsal = Rehearsal(
        performer=SyntheticResident(
            catalog, first=plan.items[0].exercise, manner=Manner(cycle_s=5.0)
        ),
        respond=well({"effort": 3.0}),
        heart_rate=PulseCourse(85.0, noise_bpm=3.0),
        fps=_FPS,
        longest_s=_LENGTH_S,
    )
    spare_what_is_there()  # as a live session does
    for _ in rehearsal.run(timed):  # type: ignore[arg-type]
        pass
    return timed


def chance_breaches(
    catalog: Catalog, every: Sequence[Prescription], seeds: Sequence[int]
) -> list[str]:
    """Breaches of the laws, unended sessions and replays that differ, over many seeds."""
    found = []
    for seed in seeds:
        plan = every[seed % len(every)]
        run = run_by_chance(plan, catalog, seed)
        found += [f"seed {seed}: {breach}" for breach in breaches(run.updates)]
        if not run.session.ended:
            found.append(f"seed {seed}: did not end after stop")
        if seed % _REPLAYED_OF == 0 and not _replays(plan, catalog, seed, run.observations):
            found.append(f"seed {seed}: the replay differs")
    return found


def _replays(
    plan: Prescription, catalog: Catalog, seed: int, observations: Sequence[Observation]
) -> bool:
    first, again = (chance_session(plan, catalog, seed) for _ in range(2))
    return all(
        _lines(first.step(one)) == _lines(again.step(read_observation(observation_line(one))))
        for one in observations
    )


def _lines(update: SessionUpdate) -> list[str]:
    return [event_line(one.t_s, one.cause, one.event) for one in update.events]


def chatter_changes(catalog: Catalog, plan: Prescription, seed: int) -> int:
    """How often the heart rate's alerts change in ten minutes of noise at the limit."""
    session = chance_session(plan, catalog, 3)
    pulse = PulseCourse(85.0, seed=seed)
    rehearsal = Rehearsal(
        performer=SyntheticResident(catalog, first=plan.items[0].exercise, still=True),
        respond=well(),
        heart_rate=pulse,
        fps=2.0,  # the heart rate comes once a second; nothing else happens
        longest_s=_LENGTH_S,
    )
    changes, began_s = 0, None
    for _, update in rehearsal.run(session):
        limits = session.room.limits
        upper = limits.heart_rate.upper if limits is not None else None
        if began_s is None and update.screen is Screen.EXERCISE_SET and upper is not None:
            began_s = update.t_s
            pulse.follow(began_s, ((20.0, upper.value),))
            pulse.noise_bpm = _CHATTER_BPM
        changes += sum(
            isinstance(one.event, IntensityAlert) and one.event.rule.startswith("HR-HIGH")
            for one in update.events
        )
        if began_s is not None and update.t_s - began_s >= _CHATTER_S:
            break
    return changes


def run(*, sessions: int = SESSIONS) -> bool:
    """Measure, print, and say whether every bar is held."""
    catalog, every, console = load_catalog(), plans(), Console()
    found = chance_breaches(catalog, every, range(sessions))
    plan = next(one for one in every if one.id == "ready-hypertension")
    chatter = max(chatter_changes(catalog, plan, seed) for seed in range(_CHATTER_RUNS))
    cost = step_cost(catalog, plan)
    p95_ms, max_ms = float(np.quantile(cost.own_ms, 0.95)), float(cost.own_ms.max())
    table = Table("session", "bar", "value", "held")
    rows = (
        (f"breaches in {sessions} sessions by chance", "0", f"{len(found)}", not found),
        ("changes in 10 min of noise at the limit", f"{CHATTER_BAR}", f"{chatter}",
         chatter <= CHATTER_BAR),
        ("step, 95th percentile", f"{P95_BAR_MS} ms", f"{p95_ms:.2f} ms", p95_ms <= P95_BAR_MS),
        ("step, slowest", f"{MAX_BAR_MS} ms", f"{max_ms:.2f} ms", max_ms <= MAX_BAR_MS),
    )  # fmt: skip
    for what, bar, value, held in rows:
        table.add_row(what, bar, value, "yes" if held else "NO")
    console.print(table)
    console.print(_step_table(cost))
    for line in found[:_SHOWN]:
        console.print(line)
    return all(held for *_, held in rows)


def _step_table(cost: StepCost) -> Table:
    """The same steps by the clock and by the processor, run by run."""
    runs, steps = cost.cpu_ms.shape
    load = os.getloadavg()[0]
    table = Table(title=f"{steps} steps in {_LENGTH_S / 60:.0f} min of session; load {load:.1f}")
    for name in ("ms", "median", "95%", "99.9%", "slowest", f"over {MAX_BAR_MS:g} ms"):
        table.add_column(name, justify="left" if name == "ms" else "right")
    kinds = [("by itself", cost.own_ms)]
    kinds += [(f"CPU, run {i + 1}", cost.cpu_ms[i]) for i in range(runs)]
    kinds += [(f"clock, run {i + 1}", cost.wall_ms[i]) for i in range(runs)]
    for name, ms in kinds:
        shown = (*np.quantile(ms, (0.5, 0.95, 0.999)), ms.max())
        table.add_row(name, *(f"{one:.2f}" for one in shown), f"{int((ms > MAX_BAR_MS).sum())}")
    return table
