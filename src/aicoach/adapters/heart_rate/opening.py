"""Heart-rate sources by name: ``ble``, ``ble:NAME``, ``sim``, ``sim:...`` or a file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, get_args

from aicoach.adapters.heart_rate.ble import BluetoothHeartRate, Radio
from aicoach.adapters.heart_rate.heart import SimulatedPerson
from aicoach.adapters.heart_rate.replay import ReplayedHeartRate
from aicoach.adapters.heart_rate.simulator import SimulatedHeartRate, Trouble, TroubleKind
from aicoach.errors import HeartRateSourceError
from aicoach.ports import HeartRateSource

ALLOWED: Final = (
    "'ble', 'ble:NAME' or 'ble:ADDRESS' (a strap), 'sim' or 'sim:age=70,met=4' "
    "(a simulation), or a file (.csv, .tcx)"
)
_PERSON: Final = {
    "age": "age_years",
    "rest": "rest_bpm",
    "peak": "peak_bpm",
    "capacity": "capacity_met",
}
_YES_NO: Final = {"yes": True, "no": False}
_KINDS: Final = get_args(TroubleKind)
_SIM_KEYS: Final = (*_PERSON, "beta_blocker", "met", "seed", *_KINDS)
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)?")


def open_heart_rate(
    spec: str,
    *,
    clock: Callable[[], float],
    start_s: float = 0.0,
    seed: int = 0,
    radio: Radio | None = None,
) -> HeartRateSource:
    """The source that ``spec`` names; enter it to start it.

    Parameters
    ----------
    spec
        ``ble`` for the first strap found, ``ble:NAME`` or ``ble:ADDRESS`` for one, ``sim``
        with optional settings, or a file to replay.
    clock
        Seconds on a clock that never goes back; only a strap asks for it.
    start_s
        Time of the session at which a replay or a simulation begins.
    seed
        Of the simulation, where ``spec`` names none.
    radio
        Another Bluetooth than the system's.

    Raises
    ------
    HeartRateSourceError
        If ``spec`` names no source, or a setting of the simulation is wrong.
    HeartRateTraceError
        If the file cannot be used.
    """
    kind, colon, rest = spec.strip().partition(":")
    if kind.casefold() == "ble":
        if colon and not rest.strip():
            raise HeartRateSourceError(spec, "the strap's name is missing", ALLOWED)
        return BluetoothHeartRate(rest, clock=clock, radio=radio)
    if kind.casefold() == "sim":
        return _simulation(spec, rest, seed, start_s)
    path = Path(spec.strip())
    if not spec.strip() or (not path.suffix and not path.exists()):
        raise HeartRateSourceError(spec, "there is no such source", ALLOWED)
    return ReplayedHeartRate.from_file(path, start_s=start_s)


def _simulation(spec: str, settings: str, seed: int, start_s: float) -> SimulatedHeartRate:
    person: dict[str, Any] = {}
    met, troubles = 1.0, []
    for key, value in _settings(spec, settings):
        if key in _PERSON:
            person[_PERSON[key]] = _number(spec, key, value)
        elif key == "beta_blocker":
            if value not in _YES_NO:
                raise HeartRateSourceError(spec, f"beta_blocker is '{value}'", "yes, no")
            person[key] = _YES_NO[value]
        elif key == "met":
            met = _number(spec, key, value)
        elif key == "seed":
            seed = int(_number(spec, key, value))
        else:
            troubles.append(_trouble(spec, key, value))
    try:
        return SimulatedHeartRate(
            SimulatedPerson(**person), troubles=troubles, seed=seed, start_s=start_s, met=met
        )
    except ValueError as problem:
        raise HeartRateSourceError(spec, str(problem), "a person's values") from problem


def _settings(spec: str, settings: str) -> Iterator[tuple[str, str]]:
    for setting in filter(None, (part.strip() for part in settings.split(","))):
        key, equals, value = (part.strip().casefold() for part in setting.partition("="))
        if key not in _SIM_KEYS or not equals:
            raise HeartRateSourceError(
                spec, f"'{setting}' is no setting", ", ".join(f"{key}=..." for key in _SIM_KEYS)
            )
        yield key, value


def _number(spec: str, key: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise HeartRateSourceError(spec, f"{key} is '{value}'", f"a number, such as {key}=4")
    return number


def _trouble(spec: str, key: TroubleKind | str, value: str) -> Trouble:
    span = _SPAN.fullmatch(value)
    kind: TroubleKind = next(kind for kind in _KINDS if kind == key)
    try:
        if span is None:
            raise ValueError(f"{key} is '{value}'")
        return Trouble(
            kind=kind, start_s=float(span[1]), end_s=float(span[2]) if span[2] else math.inf
        )
    except ValueError as problem:
        allowed = f"{key}=60-90 or {key}=60- (seconds)"
        raise HeartRateSourceError(spec, str(problem), allowed) from problem
