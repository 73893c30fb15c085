"""The heart rate of a session as lines to draw: where nothing was measured, the line ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.records import HeartRateRecord, KeptSession

GAP_S: Final = 6.0
"""After this long without a packet nothing is drawn, unless they come more slowly anyway."""
_SLOW: Final = 2.5
"""So many usual distances between packets are a gap too."""
_POINTS: Final = 600
"""More than these no page can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateCourse:
    """What is drawn of a heart rate, and what it came to."""

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    """Unbroken pieces of (session time in s, beats a minute)."""
    lower_bpm: float | None
    upper_bpm: float | None
    hard_cap_bpm: float | None
    main: tuple[float, float] | None
    """The main part, from and to."""
    coverage: float | None
    in_zone_s: float | None
    above_zone_s: float | None
    highest_bpm: float | None
    mean_bpm: float | None

    def at(self, t_s: float) -> float | None:
        """The rate nearest to a moment; None where there is a gap."""
        near = [
            (abs(t - t_s), bpm)
            for piece in self.pieces
            for t, bpm in piece
            if abs(t - t_s) <= GAP_S
        ]
        return min(near)[1] if near else None


def heart_rate_course(kept: KeptSession) -> HeartRateCourse:
    """The heart rate of a session."""
    rate = kept.heart_rate
    main = [one for one in kept.sets if one.part == "main"]
    end_s = max((one.end_s or one.start_s for one in main), default=0.0)
    return HeartRateCourse(
        pieces=_pieces(rate),
        lower_bpm=rate.lower_bpm,
        upper_bpm=rate.upper_bpm,
        hard_cap_bpm=rate.hard_cap_bpm,
        main=(main[0].start_s, end_s) if main else None,
        coverage=rate.coverage,
        in_zone_s=rate.in_zone_s,
        above_zone_s=rate.above_zone_s,
        highest_bpm=rate.highest_bpm,
        mean_bpm=rate.mean_bpm,
    )


def _pieces(rate: HeartRateRecord) -> tuple[tuple[tuple[float, float], ...], ...]:
    pieces: list[list[tuple[float, float]]] = []
    apart = sorted(b - a for a, b in pairwise(rate.t_s))
    gap_s = max(GAP_S, _SLOW * apart[len(apart) // 2]) if apart else GAP_S
    for t_s, bpm in zip(rate.t_s, rate.bpm, strict=True):
        if bpm is None:
            continue
        if not pieces or t_s - pieces[-1][-1][0] > gap_s:
            pieces.append([])
        pieces[-1].append((t_s, bpm))
    step = max(1, -(-len(rate.t_s) // (_POINTS // 2)))
    return tuple(_thinned(piece, step) for piece in pieces)


def _thinned(piece: list[tuple[float, float]], step: int) -> tuple[tuple[float, float], ...]:
    """Of every few points the lowest and the highest: no peak is lost."""
    if step <= 2:
        return tuple(piece)
    kept = []
    for i in range(0, len(piece), step):
        few = piece[i : i + step]
        ends = {min(few, key=lambda one: one[1]), max(few, key=lambda one: one[1])}
        if i == 0:
            ends.add(piece[0])
        if i + step >= len(piece):
            ends.add(piece[-1])
        kept += sorted(ends)
    return tuple(kept)
