"""The way into a held position: what tells sliding down a wall from sitting down."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.tracking.measures import statistic_of
from aicoach.tracking.sides import SideReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.catalog.spec import Gate
    from aicoach.kinematics import Features

APPROACH_S: Final = 3.0
"""How much of the way into a position is looked at: sitting down takes 1 to 2 s."""


class Approach:
    """Remembers the last seconds and asks an exercise's strict gates about them."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._gates = [
            (gate, SideReader(gate.feature, "mean" if gate.side == "each" else gate.side))
            for gate in gates
            if gate.strict
        ]
        self._past: deque[tuple[float, tuple[float, ...]]] = deque()

    def step(self, t_s: float, features: Features) -> None:
        """Take a frame."""
        if not self._gates:
            return
        row = tuple(reader.read(features.values, features.scores)[0] for _, reader in self._gates)
        self._past.append((t_s, row))
        while self._past[0][0] < t_s - APPROACH_S:
            self._past.popleft()

    def refusal(self) -> str | None:
        """Id of the first gate that the way here does not pass (or was not seen); None: none."""
        if not self._gates:
            return None
        times = np.array([t_s for t_s, _ in self._past])
        rows = np.array([row for _, row in self._past]).reshape(len(times), len(self._gates))
        for i, (gate, _) in enumerate(self._gates):
            if len(times) == 0:
                return gate.id
            found = statistic_of(gate.statistic, times, rows[:, i], float(times[-1]))
            if found is None:
                return gate.id
            if gate.at_least is not None and found < gate.at_least:
                return gate.id
            if gate.at_most is not None and found > gate.at_most:
                return gate.id
        return None

    def forget(self) -> None:
        """Forget the way: the person was not seen for a while."""
        self._past.clear()


class Place:
    """Where a hold began, and how far the body has gone from there, in body units.

    Hips and shoulders count, sideways and upwards in the picture; coming nearer counts by
    the size of the person, as if the camera stood ``DISTANCE`` away.
    """

    DISTANCE: Final = 6.0
    """In body units: 3 m, the usual distance at home."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float, float, float]] = []
        self._home: tuple[float, ...] | None = None

    def learn(self, hip_x: float, hip_rise: float, shoulder_rise: float, unit: float) -> None:
        """Take a moment at the beginning: places in px, the body unit in px."""
        if np.isfinite(hip_x + hip_rise + shoulder_rise + unit):
            self._seen.append((hip_x, hip_rise, shoulder_rise, unit))
            self._home = tuple(median(each) for each in zip(*self._seen, strict=True))

    def travel(self, hip_x: float, hip_rise: float, shoulder_rise: float, unit: float) -> float:
        """Distance from the beginning; 0.0 while nothing is known of it, NaN where not seen."""
        if self._home is None:
            return 0.0
        x, hip, shoulder, size = self._home
        sideways = np.hypot(hip_x - x, hip_rise - hip) / size
        nearer = abs(np.log(unit / size)) * self.DISTANCE
        return float(max(sideways, abs(shoulder_rise - shoulder) / size, nearer))

    def forget(self) -> None:
        """Begin elsewhere."""
        self._seen.clear()
        self._home = None
