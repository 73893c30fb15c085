"""The heart rate of a session: the series, and what it came to in the main part."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from aicoach.records import HeartRateRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aicoach.observations import HeartRateSample
    from aicoach.session_events import SessionEnded

Span = tuple[float, float]


def heart_rate_record(
    samples: Sequence[HeartRateSample],
    limits: Mapping[str, float],
    *,
    main: Span | None,
    ended: SessionEnded | None,
    packet_s: float,
) -> HeartRateRecord:
    """Series and zone seconds.

    Where the session came to its end, the guard's own seconds stand, which know the pauses
    and the artefacts; for one that was cut off they are added up from the series.

    main : begin and end of the main part on the session's clock.
    """
    lower, upper = limits.get("heart_rate_lower"), limits.get("heart_rate_upper")
    steps = [] if main is None else list(_steps(samples, main, packet_s))
    if ended is not None and ended.main_s > 0.0:
        main_s: float | None = ended.main_s
        measured_s = ended.main_s * (ended.coverage or 0.0)
        inside_s, above_s = ended.in_zone_s, ended.above_zone_s
    else:
        main_s = None if main is None else main[1] - main[0]
        measured_s = sum(step for step, _ in steps)
        inside_s = sum(s for s, bpm in steps if (lower or 0.0) <= bpm <= (upper or bpm))
        above_s = sum(s for s, bpm in steps if upper is not None and bpm > upper)
    windowed = measured_s > 0.0 and (lower is not None or upper is not None)
    weight_s = sum(step for step, _ in steps)
    rates = [one.bpm for one in samples if one.bpm is not None]
    highest = ended.highest_bpm if ended is not None else max(rates, default=None)
    return HeartRateRecord(
        sensor=samples[0].sensor if samples else None,
        t_s=tuple(one.t_s for one in samples),
        bpm=tuple(one.bpm for one in samples),
        lower_bpm=lower,
        upper_bpm=upper,
        hard_cap_bpm=limits.get("heart_rate_hard_cap"),
        main_s=main_s,
        measured_s=None if main_s is None else measured_s,
        in_zone_s=inside_s if windowed else None,
        above_zone_s=above_s if windowed and upper is not None else None,
        highest_bpm=highest,
        mean_bpm=sum(s * bpm for s, bpm in steps) / weight_s if weight_s > 0.0 else None,
    )


def _steps(
    samples: Sequence[HeartRateSample], main: Span, packet_s: float
) -> Iterator[tuple[float, float]]:
    """Seconds of the main part and the rate in them; a lost packet is not made up for."""
    begin_s, end_s = main
    times = [*(one.t_s for one in samples), end_s]
    for one, (now_s, next_s) in zip(samples, pairwise(times), strict=True):
        start_s, stop_s = max(now_s, begin_s), min(next_s, end_s, now_s + packet_s)
        if one.bpm is not None and one.contact is not False and stop_s > start_s:
            yield stop_s - start_s, one.bpm
