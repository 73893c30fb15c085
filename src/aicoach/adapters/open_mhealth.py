"""Heart rate and physical activity as Open mHealth and IEEE 1752.1 data points.

One JSON data point per line: ``omh:heart-rate:2.0`` (one for each packet of the sensor) and
``ieee:physical-activity:1.0`` (one for each exercise of a session). What was not measured
has no data point; calories, distance and steps are not measured.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from aicoach.catalog import load_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.catalog import ExerciseSpec
    from aicoach.records import KeptSession, SessionRecord, SetRecord
    from aicoach.resident_file import ResidentFile

Json = dict[str, Any]
_NAMESPACE: Final = uuid.UUID("0b9d4d1e-3c36-5bb1-9f5f-6d1f0c1a52f7")
_SIMULATED: Final = frozenset({"simulated", "replay"})
"""Sensors that are none: their beats are nobody's."""


def data_points(file: ResidentFile) -> Iterator[Json]:
    """Every data point of a resident, session by session in order of time."""
    catalog = load_catalog()
    for kept in file.sessions:
        yield from heart_rates(kept)
        yield from activities(kept, catalog)


def as_lines(file: ResidentFile) -> Iterator[str]:
    """The data points as JSON lines."""
    for point in data_points(file):
        yield json.dumps(point, ensure_ascii=False, separators=(",", ":")) + "\n"


def heart_rates(kept: KeptSession) -> Iterator[Json]:
    """A data point for each packet that had a rate; of a simulated sensor none."""
    head, heart = kept.session, kept.heart_rate
    if heart.sensor in _SIMULATED:
        return
    for number, (t_s, bpm) in enumerate(zip(heart.t_s, heart.bpm, strict=True), start=1):
        if bpm is None:
            continue
        body = {
            "heart_rate": {"value": bpm, "unit": "beats/min"},
            "effective_time_frame": {"date_time": _at(head, t_s)},
            "temporal_relationship_to_physical_activity": "during exercise",
        }
        made = _at(head, t_s)
        yield {
            "header": {
                "id": _id(head, "heart-rate", number),
                "creation_date_time": made,
                "schema_id": {"namespace": "omh", "name": "heart-rate", "version": "2.0"},
                "acquisition_provenance": {
                    "source_name": heart.sensor or "heart-rate sensor",
                    "source_creation_date_time": made,
                    "modality": "sensed",
                },
                "user_id": head.resident,
            },
            "body": body,
        }


def activities(kept: KeptSession, catalog: Mapping[str, ExerciseSpec]) -> Iterator[Json]:
    """A data point for each exercise that was done, in the header of IEEE 1752.1."""
    head = kept.session
    for name in dict.fromkeys(one.exercise for one in kept.sets):
        mine = [one for one in kept.sets if one.exercise == name and one.end_s is not None]
        if not mine:
            continue
        spec = catalog.get(name)
        ends = [one.end_s for one in mine if one.end_s is not None]
        body: Json = {
            "activity_name": spec.names.en if spec is not None else name,
            "effective_time_frame": {
                "time_interval": {
                    "start_date_time": _at(head, mine[0].start_s),
                    "end_date_time": _at(head, max(ends)),
                }
            },
            **_amount(mine),
        }
        yield {
            "header": {
                "uuid": _id(head, f"physical-activity/{name}", 1),
                "schema_id": {"namespace": "ieee", "name": "physical-activity", "version": "1.0"},
                "source_creation_date_time": _at(head, max(ends)),
                "modality": "sensed",
            },
            "body": body,
        }


def _amount(sets: list[SetRecord]) -> Json:
    """Repetitions and time in movement, where both were seen."""
    found: Json = {}
    if sets[0].mode == "reps":
        counted = sum(one.counted for one in sets)
        found["base_movement_quantity"] = {"value": counted, "unit": "movements"}
    active = [one.active_s for one in sets if one.active_s is not None]
    if active and len(active) == len(sets):
        found["duration"] = {"value": round(sum(active), 3), "unit": "sec"}
    return found


def _at(head: SessionRecord, t_s: float) -> str:
    """A moment with the offset of the resident's time zone."""
    zone = timezone(timedelta(minutes=head.utc_offset_min))
    at: datetime = head.at(t_s)
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def _id(head: SessionRecord, kind: str, number: int) -> str:
    """The same for the same data point, whenever it is handed out."""
    return str(uuid.uuid5(_NAMESPACE, f"{head.id}/{kind}/{number}"))
