"""The person's own pose that a change is measured against: at the start, or at rest."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from aicoach.tracking.parts import PartName

START_S: Final = 0.2
"""Length of the stretch before a movement that makes its start pose."""
BASELINE_S: Final = 5.0
"""How much of the latest rest makes the baseline."""
_SPACING_S: Final = 0.1
"""Distance of the moments that are kept of it."""


class Reference:
    """Follows one value while the body is near its start pose."""

    __slots__ = ("_kept", "_kind", "value")

    def __init__(self, kind: Literal["none", "start", "baseline"]) -> None:
        self._kind = kind
        self._kept: deque[tuple[float, float]] = deque()
        self.value = 0.0 if kind == "none" else math.nan
        """What to subtract; NaN while the person was not yet seen near the start pose."""

    def step(self, t_s: float, value: float, part: PartName | None) -> None:
        """Take a value (NaN is not seen) and the part of the movement it belongs to."""
        if self._kind == "none":
            return
        if self._kind == "start":
            if part in ("out", "target"):
                if self._kept:
                    self.value = median(kept for _, kept in self._kept)
                    self._kept.clear()
            elif value == value:  # noqa: PLR0124 NaN is unlike itself
                self._keep(t_s, value, START_S)
        elif (
            part == "rest"
            and value == value  # noqa: PLR0124
            and not (self._kept and t_s - self._kept[-1][0] < _SPACING_S)
        ):
            self._keep(t_s, value, BASELINE_S)
            self.value = median(kept for _, kept in self._kept)

    def _keep(self, t_s: float, value: float, span_s: float) -> None:
        self._kept.append((t_s, value))
        while self._kept[0][0] < t_s - span_s:
            self._kept.popleft()
