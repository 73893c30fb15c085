"""A scenario: what a synthetic resident does in a session, and what must follow.

One TOML file; the format stands in ``tests/scenarios/README.md``.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.errors import CoachError
from aicoach.phrases import load_phrases
from aicoach.prescription import Prescription, read_prescription
from aicoach.rehearsal.moments import SHORT_FORMS, STATES, EventIs, Moment, event_is
from aicoach.rehearsal.resident import Manner
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_TODAY: Final = date(2026, 11, 22)
_KEYS: Final = frozenset(
    {"title", "covers", "plan", "session", "resident", "answers", "heart", "does", "expect"}
)
_SESSION: Final = frozenset(
    {"language", "today", "strap", "enrolled", "demonstration", "slower", "session_number",
     "session_of_week", "longest_s"}
)  # fmt: skip
_RESIDENT: Final = frozenset({"first", "manner", "manners", "think_s", "setting"})
_HEART: Final = frozenset({"bpm", "noise_bpm", "every_s", "seed", "sensor", "strap"})
_MOMENT: Final = STATES | SHORT_FORMS | {"event", "where", "nth", "after_s"}
_ACTIONS: Final = frozenset(
    {"command", "by", "answer", "answers", "silent", "heart", "noise_bpm", "strap", "link",
     "presence", "act", "still", "followed", "people", "brightness", "picture", "manner",
     "source", "finish", "frame_at_s"}
)  # fmt: skip
_EXPECT: Final = SHORT_FORMS | {
    "event", "where", "of", "within_s", "not_before_s", "absent", "times", "at_least", "at_most",
}  # fmt: skip


class ScenarioError(CoachError):
    """A scenario cannot be used."""

    def __init__(self, path: Path, field: str, problem: str) -> None:
        super().__init__(f"{path.name}: {field}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that is done at a moment."""

    when: Moment
    actions: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """An event that must come, so often, in a window after a moment."""

    event: EventIs
    of: Moment | None
    """None: the beginning of the session."""
    from_s: float
    until_s: float
    least: int
    most: float

    def __str__(self) -> str:
        """In words, for whoever reads a failure."""
        where = ", ".join(f"{name} = {value}" for name, value in self.event.where)
        often = f"{self.least} to {self.most:g} times"
        return f"{self.event.kind}({where}) {often} in [{self.from_s:g}, {self.until_s:g}] s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that a run needs."""

    name: str
    title: str
    covers: tuple[str, ...]
    plan: Prescription
    session: Mapping[str, Any]
    resident: Mapping[str, Any]
    answers: Mapping[str, Any]
    heart: Mapping[str, Any] | None
    does: tuple[Deed, ...]
    expects: tuple[Expectation, ...]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Raises
    ------
    ScenarioError
        If a key is unknown, or nothing is expected.
    """
    given = read_toml(path)
    _known(path, "file", given, _KEYS)
    _known(path, "session", given.get("session", {}), _SESSION)
    _known(path, "resident", given.get("resident", {}), _RESIDENT)
    _known(path, "heart", given.get("heart", {}), _HEART)
    expects = tuple(_expectation(path, i, one) for i, one in enumerate(given.get("expect", ())))
    if not expects:
        raise ScenarioError(path, "expect", "says nothing; a scenario must expect something")
    return Scenario(
        name=path.stem,
        title=str(given["title"]),
        covers=tuple(given.get("covers", ())),
        plan=_plan(path, given.get("plan", {})),
        session={"today": _TODAY, **given.get("session", {})},
        resident=given.get("resident", {}),
        answers=given.get("answers", {}),
        heart=given.get("heart"),
        does=tuple(_deed(path, i, one) for i, one in enumerate(given.get("does", ()))),
        expects=expects,
    )


def manner_of(given: Mapping[str, Any], onto: Manner | None = None) -> Manner:
    """A manner from a table of its fields.

    Raises
    ------
    ValueError
        If there is no such field.
    """
    known = {field.name for field in fields(Manner)}
    odd = given.keys() - known
    if odd:
        raise ValueError(f"{', '.join(sorted(odd))}; allowed: {', '.join(sorted(known))}")
    made = {name: getattr(onto, name) for name in known} if onto is not None else {}
    for name, value in given.items():
        if name == "astray":
            value = tuple(value.items())  # noqa: PLW2901 - as the dataclass has it
        made[name] = tuple(value) if isinstance(value, list) else value
    return Manner(**made)


def _known(path: Path, where: str, given: Mapping[str, Any], allowed: Collection[str]) -> None:
    odd = sorted(given.keys() - set(allowed))
    if odd:
        raise ScenarioError(path, where, f"{odd[0]} is not known; allowed: {sorted(allowed)}")


def _plan(path: Path, given: Mapping[str, Any]) -> Prescription:
    _known(path, "plan", given, {"base", "ready", "change"})
    if "ready" in given:
        ready = resource_dir("prescriptions") / "ready" / f"{given['ready']}.toml"
        if not given.get("change"):
            return read_prescription(ready)
        document = read_toml(ready)
    else:
        document = read_toml(path.parent / "plans" / f"{given.get('base', 'short')}.toml")
    return Prescription.model_validate(as_tuples(_merged(document, given.get("change", {}))))


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged, everything else is replaced."""
    merged = dict(base)
    for name, value in change.items():
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[name] = _merged(old, value)
        else:
            merged[name] = value
    return merged


def _said(path: Path, where: str, event: EventIs | None) -> EventIs | None:
    """The event; one that waits for a phrase, or forbids it, names one that there is."""
    wanted = dict(event.where).get("key") if event is not None and event.kind == "Cue" else None
    if wanted is None:
        return event
    known = load_phrases("en").by_key
    bounds: dict[str, Any] = wanted if isinstance(wanted, dict) else {"one_of": [wanted]}
    unknown = [key for key in bounds.get("one_of", ()) if key not in known]
    part = bounds.get("contains")
    if part is not None and not any(part in key for key in known):
        unknown.append(part)
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=2, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ScenarioError(path, where, f"no phrase has the key '{unknown[0]}'{hint}")
    return event


def _moment(path: Path, where: str, given: Mapping[str, Any]) -> Moment:
    _known(path, where, given, _MOMENT)
    return Moment(
        event=_said(path, where, event_is(given)),
        state=tuple((name, given[name]) for name in sorted(STATES & given.keys())),
        nth=int(given.get("nth", 1)),
        after_s=float(given.get("after_s", 0.0)),
    )


def _deed(path: Path, i: int, given: Mapping[str, Any]) -> Deed:
    actions = {name: value for name, value in given.items() if name != "when"}
    _known(path, f"does.{i + 1}", actions, _ACTIONS)
    return Deed(when=_moment(path, f"does.{i + 1}.when", given.get("when", {})), actions=actions)


def _expectation(path: Path, i: int, given: Mapping[str, Any]) -> Expectation:
    where = f"expect.{i + 1}"
    _known(path, where, given, _EXPECT)
    event = _said(path, where, event_is(given))
    if event is None:
        raise ScenarioError(path, where, "names no event")
    least, most = int(given.get("at_least", 1)), float(given.get("at_most", math.inf))
    if "times" in given:
        least, most = int(given["times"]), float(given["times"])
    elif given.get("absent"):
        least, most = 0, 0.0
    elif "at_most" in given and "at_least" not in given:
        least = 0
    return Expectation(
        event=event,
        of=_moment(path, f"{where}.of", given["of"]) if "of" in given else None,
        from_s=float(given.get("not_before_s", 0.0)),
        until_s=float(given.get("within_s", math.inf)),
        least=least,
        most=most,
    )
