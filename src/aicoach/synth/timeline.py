"""When a synthetic person does what: the phase of the cycle over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import FloatArray

if TYPE_CHECKING:
    from aicoach.catalog.spec import Tempo

_SHORTEST_CYCLE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """One way or one rest: the phase goes from one value to another, eased."""

    duration_s: float
    phase_from: float
    phase_to: float
    effort: int
    """0 for the first repetition; the lead-in belongs to it, the lead-out to the last."""
    returning: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A row of stretches."""

    stretches: tuple[Stretch, ...]
    efforts: tuple[tuple[float, float], ...]
    """Start and end of each true repetition (of a hold: of the held time), seconds."""

    @property
    def duration_s(self) -> float:
        """Length of the whole performance."""
        return sum(s.duration_s for s in self.stretches)

    def at(self, t_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Phase, effort index and whether on the way back; each of the shape of ``t_s``."""
        ends = np.cumsum([s.duration_s for s in self.stretches])
        i = np.clip(np.searchsorted(ends, t_s, side="right"), 0, len(self.stretches) - 1)
        durations = np.array([s.duration_s for s in self.stretches])
        share = np.clip((t_s - (ends - durations)[i]) / np.maximum(durations[i], 1e-9), 0.0, 1.0)
        eased = (1.0 - np.cos(np.pi * share)) / 2.0
        before = np.array([s.phase_from for s in self.stretches])[i]
        after = np.array([s.phase_to for s in self.stretches])[i]
        effort = np.array([s.effort for s in self.stretches])[i]
        returning = np.array([s.returning for s in self.stretches])[i]
        return before + eased * (after - before), effort, returning


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one cycle: the way out, the rest at the target, the way back, the rest."""

    out_s: float
    target_s: float
    back_s: float
    start_s: float

    @property
    def cycle_s(self) -> float:
        """The whole cycle."""
        return self.out_s + self.target_s + self.back_s + self.start_s


def pace_of(tempo: Tempo, cycle_s: float | None) -> Pace:
    """The tempo of an exercise file, stretched to ``cycle_s`` if one is given."""
    ways = (tempo.eccentric_s, tempo.bottom_s, tempo.concentric_s, tempo.top_s)
    if tempo.outward == "concentric":
        ways = (*ways[2:], *ways[:2])
    if ways[0] + ways[2] <= 0.0:
        ways = (1.0, ways[1], 1.0, ways[3])
    wanted = max(sum(ways), _SHORTEST_CYCLE_S) if cycle_s is None else cycle_s
    out_s, target_s, back_s, start_s = (way * wanted / sum(ways) for way in ways)
    return Pace(out_s, target_s, back_s, start_s)


def repetitions(
    pace: Pace,
    peaks: tuple[float, ...],
    *,
    rest_phase: float,
    lead_s: tuple[float, float],
    pause_s: float,
) -> Timeline:
    """A set: one cycle per entry of ``peaks`` (the phase that it reaches).

    ``rest_phase`` is where the person stops between repetitions (0: the start pose).
    """
    stretches = [Stretch(lead_s[0], 0.0, 0.0, 0)]
    efforts = []
    now = lead_s[0]
    for i, peak in enumerate(peaks):
        last = i == len(peaks) - 1
        depart = 0.0 if i == 0 else rest_phase
        arrive = 0.0 if last else rest_phase
        cycle = (
            Stretch(pace.out_s, depart, peak, i),
            Stretch(pace.target_s, peak, peak, i),
            Stretch(pace.back_s, peak, arrive, i, returning=True),
        )
        moved_s = sum(s.duration_s for s in cycle)
        efforts.append((now, now + moved_s))
        rest_s = pace.start_s + (0.0 if last else pause_s)
        stretches += [*cycle, Stretch(rest_s, arrive, arrive, i)]
        now += moved_s + rest_s
    stretches.append(Stretch(lead_s[1], 0.0, 0.0, max(len(peaks) - 1, 0)))
    return Timeline(tuple(s for s in stretches if s.duration_s > 0.0), tuple(efforts))


def held(enter_s: float, hold_s: float, peak: float, *, lead_s: tuple[float, float]) -> Timeline:
    """One hold: into the position, held, and out of it."""
    stretches = (
        Stretch(lead_s[0], 0.0, 0.0, 0),
        Stretch(enter_s, 0.0, peak, 0),
        Stretch(hold_s, peak, peak, 0),
        Stretch(enter_s, peak, 0.0, 0, returning=True),
        Stretch(lead_s[1], 0.0, 0.0, 0),
    )
    begin = lead_s[0] + enter_s
    return Timeline(tuple(s for s in stretches if s.duration_s > 0.0), ((begin, begin + hold_s),))
