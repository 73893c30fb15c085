"""Reports as rows for a spreadsheet: stable names of columns, each with its unit.

None becomes an empty cell: not measured, not asked for. The columns are documented in
docs/reports.md; one is never renamed, new ones come at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.adherence import SessionSummary
    from aicoach.follow_up.followed import Followed
    from aicoach.records import KeptSession, RepetitionRecord

Cell = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: names of columns, and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def session_rows(followed: Followed) -> Rows:
    """One row for every session of the period."""
    rows = [dict(_of_session(one)) for one in followed.in_period]
    return _table(rows, SESSION_COLUMNS)


def repetition_rows(kept: KeptSession) -> Rows:
    """One row for every counted repetition of a session."""
    rows = [dict(_of_repetition(one, kept)) for one in kept.repetitions]
    return _table(rows, REPETITION_COLUMNS)


def _table(rows: list[dict[str, Cell]], columns: tuple[str, ...]) -> Rows:
    return Rows(columns, tuple(tuple(row[name] for name in columns) for row in rows))


def _of_session(one: SessionSummary) -> Iterator[tuple[str, Cell]]:
    yield "session_id", one.session
    yield "resident_id", one.resident
    yield "day", one.day.isoformat()
    yield "started_at_utc", one.started_at.isoformat()
    yield "plan_id", one.plan_id
    yield "plan_version", one.plan_version
    yield "lasted_min", _minutes(one.lasted_s)
    yield "ended", one.why_ended
    yield "planned_sets", _short(one.planned_share)
    yield "done_sets", _short(one.done_share)
    yield "valid_sets", _short(one.valid_share)
    yield "not_judged_sets", _short(one.not_judged_share)
    yield "repetitions", one.reps
    yield "repetitions_judged", one.reps_judged
    yield "repetitions_valid", one.reps_valid
    yield "tempo_judged", one.tempo_judged
    yield "tempo_kept", one.tempo_kept
    yield "range_judged", one.range_judged
    yield "range_reached", one.range_kept
    mean = one.score_sum / one.score_count if one.score_count else None
    yield "mean_score_0_100", _short(mean)
    yield "main_part_min", _minutes(one.main_s)
    yield "heart_rate_measured_min", _minutes(one.measured_s)
    yield "in_zone_min", _minutes(one.in_zone_s)
    yield "above_zone_min", _minutes(one.above_zone_s)
    yield "highest_heart_rate_bpm", _short(one.highest_bpm)
    yield "moderate_min", _minutes(one.moderate_s)
    yield "moderate_complete", one.moderate_judged
    yield "highest_effort_0_10", one.highest_effort
    yield "highest_pain_0_10", one.highest_pain
    yield "met_min_low", _short(one.met_minutes_low)
    yield "met_min_high", _short(one.met_minutes_high)
    yield "alerts", sum(alert.times for alert in one.alerts)
    yield "stops", sum(alert.times for alert in one.alerts if alert.level == "stop")


def _of_repetition(one: RepetitionRecord, kept: KeptSession) -> Iterator[tuple[str, Cell]]:
    sets = {record.ordinal: record for record in kept.sets}
    mine = sets.get(one.set)
    faults = [
        fault for fault in kept.faults if (fault.set, fault.repetition) == (one.set, one.index)
    ]
    yield "session_id", kept.session.id
    yield "exercise", None if mine is None else mine.exercise
    yield "part", None if mine is None else mine.part
    yield "set_of_session", one.set
    yield "set_of_exercise", None if mine is None else mine.number
    yield "repetition", one.index
    yield "side", one.side
    yield "start_s", _short(one.start_s)
    yield "peak_s", _short(one.peak_s)
    yield "end_s", _short(one.end_s)
    yield "angle_deg", _short(one.range_deg)
    yield "target_deg", _short(one.target_deg)
    yield "target_reached", one.target_reached
    yield "lowering_s", _short(one.eccentric_s)
    yield "lowering_target_s", _short(one.target_eccentric_s)
    yield "bottom_s", _short(one.bottom_s)
    yield "lifting_s", _short(one.concentric_s)
    yield "lifting_target_s", _short(one.target_concentric_s)
    yield "top_s", _short(one.top_s)
    yield "asymmetry_share", _short(one.asymmetry)
    yield "peak_speed_deg_s", _short(one.peak_speed_deg_s)
    yield "score_0_100", one.score
    yield "valid", one.valid
    yield "faults", " ".join(dict.fromkeys(fault.rule for fault in faults)) or None


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60.0, 2)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


SESSION_COLUMNS: Final = (
    "session_id", "resident_id", "day", "started_at_utc", "plan_id", "plan_version", "lasted_min",
    "ended", "planned_sets", "done_sets", "valid_sets", "not_judged_sets", "repetitions",
    "repetitions_judged", "repetitions_valid", "tempo_judged", "tempo_kept", "range_judged",
    "range_reached", "mean_score_0_100", "main_part_min", "heart_rate_measured_min", "in_zone_min",
    "above_zone_min", "highest_heart_rate_bpm", "moderate_min", "moderate_complete",
    "highest_effort_0_10", "highest_pain_0_10", "met_min_low", "met_min_high", "alerts", "stops",
)  # fmt: skip
REPETITION_COLUMNS: Final = (
    "session_id", "exercise", "part", "set_of_session", "set_of_exercise", "repetition", "side",
    "start_s", "peak_s", "end_s", "angle_deg", "target_deg", "target_reached", "lowering_s",
    "lowering_target_s", "bottom_s", "lifting_s", "lifting_target_s", "top_s", "asymmetry_share",
    "peak_speed_deg_s", "score_0_100", "valid", "faults",
)  # fmt: skip
"""Of every table, in order; a test holds docs/reports.md to them."""
