"""Observations and events as lines of JSON, exact enough to replay a session to the byte.

A line is one object with a ``type``. Observations come back as they went, poses included:
their numbers travel as the bytes of little-endian doubles. Events only go out; a replay
compares lines. NaN and infinity, which JSON has not, become null in events; observations
keep them, as ``{"number": "nan"}``, so that a replay sees what the session saw.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import math
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from aicoach.errors import CoachError
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
    StaffLift,
    TimePassed,
)
from aicoach.skeleton import N_KEYPOINTS

if TYPE_CHECKING:
    from aicoach.observations import Observation
    from aicoach.pose import FloatArray, Pose

_TYPES: Final[dict[str, type[Any]]] = {
    "pose": PoseSeen,
    "heart_rate": HeartRateSample,
    "heart_rate_link": HeartRateLink,
    "answer": Answer,
    "staff_lift": StaffLift,
    "command": Command,
    "source_ended": SourceEnded,
    "time_passed": TimePassed,
}
_NAMES: Final = {kind: name for name, kind in _TYPES.items()}
_ALLOWED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "heart_rate": {"sensor": get_args(HeartRateSensor)},
    "heart_rate_link": {"state": get_args(LinkState)},
    "command": {"name": get_args(CommandName), "by": get_args(CommandSource)},
    "answer": {"by": ("resident", "staff")},
    "source_ended": {"reason": ("end", "broken")},
}
_LISTS: Final = {"heart_rate": ("rr_ms",), "staff_lift": ("rules",)}
_NUMBER: Final = "number"
_UNWRITTEN: Final = ("nan", "inf", "-inf")
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
_AS_THEY_ARE: Final = frozenset({str, int, bool})
_COLUMNS: Final = 7
"""Image x, y, z; world x, y, z; score."""


class WireError(CoachError):
    """A line is no observation."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def event_line(t_s: float, cause: str, event: object) -> str:
    """One event as a line of JSON, keys in a fixed order."""
    body = {"type": type(event).__name__, "t_s": t_s, "cause": cause}
    for name, value in _plain(event).items():
        body["at_s" if name == "t_s" else name] = value
    return _line(body)


def observation_line(observation: Observation) -> str:
    """One observation as a line of JSON."""
    body: dict[str, Any] = {"type": _NAMES[type(observation)]}
    for field in dataclasses.fields(observation):
        if field.name != "pose":
            body[field.name] = _exact(getattr(observation, field.name))
    if isinstance(observation, PoseSeen):
        pose = observation.pose
        body["pose"] = None if pose is None else _packed(pose)
    return _line(body)


def read_observation(line: str) -> Observation:
    """The observation of a line.

    Raises
    ------
    WireError
        If the line is not JSON, of no known type, or a field is missing or wrong.
    """
    try:
        body = json.loads(line)
    except ValueError as problem:
        raise WireError("line", f"is not JSON ({problem})") from problem
    if not isinstance(body, dict):
        raise WireError("line", "is not an object")
    name = body.pop("type", None)
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(name, str):
        raise WireError("type", f"is {name!r}; allowed: {', '.join(_TYPES)}")
    pose = body.pop("pose", None)
    body = {field: _number(value) for field, value in body.items()}
    if kind is PoseSeen:
        body["pose"] = _unpacked(pose)
    for field in _LISTS.get(name, ()):
        body[field] = tuple(body.get(field) or ())
    for field, allowed in _ALLOWED.get(name, {}).items():
        if body.get(field, allowed[0]) not in allowed:
            raise WireError(field, f"is {body[field]!r}; allowed: {', '.join(allowed)}")
    if not isinstance(body.get("t_s"), (int, float)):
        raise WireError("t_s", "must be a number of seconds")
    try:
        observation: Observation = kind(**body)
    except TypeError as problem:
        raise WireError("line", str(problem).partition(") ")[2] or str(problem)) from problem
    return observation


def _exact(value: Any) -> Any:
    """As JSON, with a way back for the numbers that JSON has not."""
    if isinstance(value, float) and not math.isfinite(value):
        return {_NUMBER: str(value)}
    if isinstance(value, tuple):
        return [_exact(one) for one in value]
    return value


def _number(value: Any) -> Any:
    """The way back of ``_exact``."""
    if isinstance(value, list):
        return [_number(one) for one in value]
    if not isinstance(value, dict):
        return value
    written = value.get(_NUMBER)
    if len(value) != 1 or written not in _UNWRITTEN:
        raise WireError("line", f"holds {value}; allowed: {{'{_NUMBER}': {_UNWRITTEN}}}")
    return float(written)


def _line(body: dict[str, Any]) -> str:
    return _WRITER.encode(body)


def _plain(value: Any) -> Any:
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names_of(type(value))}
    return value


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    """Names of a record's fields, looked up once: lines are written by the million."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _packed(pose: Pose) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - whoever reads what was kept needs no arrays

    table = np.hstack([pose.image.xyz, pose.world.xyz_m, pose.score[:, None]])
    joints = base64.b64encode(table.astype("<f8").tobytes()).decode("ascii")
    return {"t_s": pose.t_s, "frame_size_px": list(pose.image.frame_size_px), "joints": joints}


def _unpacked(body: Any) -> Pose | None:
    if body is None:
        return None
    import numpy as np  # noqa: PLC0415

    from aicoach.pose import ImageKeypoints, Pose, WorldKeypoints  # noqa: PLC0415

    try:
        table: FloatArray = np.frombuffer(
            base64.b64decode(body["joints"], validate=True), dtype="<f8"
        ).reshape(N_KEYPOINTS, _COLUMNS)
        width, height = (int(side) for side in body["frame_size_px"])
        return Pose(
            float(body["t_s"]),
            ImageKeypoints(table[:, :3], (width, height)),
            WorldKeypoints(table[:, 3:6]),
            table[:, 6],
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as problem:
        raise WireError("pose", f"cannot be read ({problem})") from problem
