"""Real clips under ready plans: a whole session and its report each, and no stop without cause.

Every clip is rehearsed under every plan, by somebody who feels well and whose heart obeys:
its poses play whenever a set is on, whatever the plan asks. So nothing but what the camera
saw can stop a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from aicoach.adapters.heart_rate.simulator import SimulatedHeartRate
from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.adapters.session_head import SessionHead, enrolment_as_json, plan_as_json
from aicoach.adapters.session_log import LoggedSession
from aicoach.adapters.video import VideoReader
from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.pose import Pose
from aicoach.prescription import read_prescription
from aicoach.prescription.resident import age_on, conditions_of
from aicoach.rehearsal import Rehearsal, TapedPerformer, well
from aicoach.resources import resource_dir
from aicoach.screening import ClearanceRecord, EnrolmentAnswers
from aicoach.session_report import SessionReport
from aicoach.tracking.station import Station

PLANS: Final = ("hypertension", "healthy_adult", "knee_osteoarthritis")
TODAY: Final = date(2026, 11, 21)
_ENDS: Final = frozenset({"TIME-LONG"})
"""Ends that are no stop: the longest session that the plan allows was over."""

_LINE: Final = "{:<18}{:<21}{:<20}{:>7}{:>9}  {:<14}{}"

Tape = Sequence[tuple[float, Pose | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One clip under one plan."""

    clip: str
    plan: str
    document: dict[str, Any]
    problem: str = ""
    """What was raised."""

    @property
    def stops(self) -> tuple[str, ...]:
        """Rules that ended the session."""
        alerts = self.document.get("alerts", ())
        rules = (a["rule"] for a in alerts if a["ends"] == "session")
        return tuple(dict.fromkeys(rule for rule in rules if rule not in _ENDS))

    @property
    def complete(self) -> bool:
        """Whether the report tells of a session from its beginning to its end."""
        if not self.document:
            return False
        told = self.document["outcome"]["ended"] and self.document["screening"] is not None
        return bool(told and self.document["exercises"] and self.document["limits"])

    @property
    def false_stop(self) -> bool:
        """Whether it was stopped without cause: nobody falls or is unwell in the clips."""
        return bool(self.stops)

    @property
    def good(self) -> bool:
        """A full report, nothing raised, no stop without cause."""
        return not self.problem and self.complete and not self.false_stop


def run(folder: Path, *, only: str | None = None, console: Console | None = None) -> bool:
    """Rehearse everything and print a line each; ``only`` takes clips whose name begins so."""
    out, catalog = console or Console(), load_catalog()
    out.print("[bold]Real clips under ready plans[/bold]")
    out.print(_LINE.format("clip", "plan", "ended by", "sets", "counted", "report", "alerts"))
    found = []
    for clip in sorted((folder / "clips").glob("*.mp4")):
        if only is not None and not clip.name.startswith(only):
            continue
        tape = read_tape(clip)
        for plan in PLANS:
            one = rehearse(clip.stem, tape, plan, catalog)
            found.append(one)
            out.print(_LINE.format(*_cells(one)), highlight=False, markup=False)
    good = sum(one.good for one in found)
    false = [one for one in found if one.false_stop]
    out.print(f"{good} of {len(found)} sessions with a full report and without a false stop")
    for one in false:
        out.print(f"- false stop: {one.clip}, {one.plan}: {', '.join(one.stops)}", highlight=False)
    return bool(found) and good == len(found)


def read_tape(path: Path) -> Tape:
    """Poses of a clip, each frame looked at once."""
    estimator = OnnxPoseEstimator(station=Station())
    with VideoReader(path) as video:
        return [(frame.t_s, estimator.estimate(frame)) for frame in video]


def head_of(plan_name: str, source: str) -> SessionHead:
    """A ready plan, with somebody who is active and well."""
    plan = read_prescription(resource_dir("prescriptions") / "ready" / f"{plan_name}.toml")
    record = None
    if plan.kind == "medical" and plan.author is not None and plan.signed_at is not None:
        record = ClearanceRecord(by=plan.author.id, on=plan.signed_at, until=plan.valid_until)
    enrolled = EnrolmentAnswers(
        active=True,
        disease=False,
        symptoms=False,
        age_years=age_on(plan, TODAY),
        answered_on=TODAY,
        conditions=conditions_of(plan),
        clearance=record,
    )
    return SessionHead(
        plan=plan_as_json(plan),
        plan_name=plan_name,
        today=TODAY,
        language="en",
        strap_expected=True,
        demonstration=True,
        enrolment=enrolment_as_json(enrolled),
        answers="assumed",
        source=source,
        staff_present=True,
    )


def rehearse(clip: str, tape: Tape, plan_name: str, catalog: Catalog) -> Rehearsed:
    """One session; what it raises is a finding, not an end."""
    report = SessionReport(catalog)
    try:
        session = LoggedSession(head_of(plan_name, clip), catalog)
        for event in _events(session, tape):
            report.take(event)
        document = report.document({"plan": plan_name, "source": clip})
    except Exception as problem:  # whatever it is belongs in the table
        text = f"{type(problem).__name__}: {problem}"
        return Rehearsed(clip=clip, plan=plan_name, document={}, problem=text)
    return Rehearsed(clip=clip, plan=plan_name, document=document)


def _events(session: LoggedSession, tape: Tape) -> Iterator[Any]:
    heart = SimulatedHeartRate(met=2.0)
    rehearsal = Rehearsal(performer=TapedPerformer(tape), respond=well(), heart_rate=heart)
    for _observation, update in rehearsal.run(session):
        yield from update.events


def _cells(one: Rehearsed) -> tuple[str, ...]:
    if one.problem:
        return one.clip, one.plan, "", "", "", "failed", one.problem
    document = one.document
    sets = [s for exercise in document["exercises"] for s in exercise["sets"]]
    planned = sum(exercise["planned_sets"] for exercise in document["exercises"])
    rules = dict.fromkeys(a["rule"] for a in document["alerts"] if a["level"] != "none")
    verdict = "full" if one.complete else "not complete"
    if one.false_stop:
        verdict = "false stop"
    return (
        one.clip,
        one.plan,
        document["outcome"]["why"],
        f"{len(sets)}/{planned}",
        str(sum(s["counted"] for s in sets)),
        verdict,
        " ".join(rules),
    )
