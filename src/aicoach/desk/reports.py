"""What a report is made from, out of the store; loads the store and the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Final, NoReturn

from aicoach.adapters.store.dated_alerts import read_alerts
from aicoach.adapters.store.enrolments import told_of_health
from aicoach.adapters.store.people import PlanVersion, Resident
from aicoach.catalog import load_catalog
from aicoach.errors import CoachError, ReportError, StoreError
from aicoach.follow_up import (
    DatedAlert,
    Followed,
    Words,
    report_period,
    resident_page,
    session_page,
    staff_page,
    words_of,
)
from aicoach.follow_up.tables import Rows, repetition_rows, session_rows
from aicoach.prescription import Prescription, parse_prescription
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aicoach.adapters.report.page import Page
    from aicoach.adapters.report.pdf import Press
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.adherence import Period
    from aicoach.catalog.cues import Language
    from aicoach.follow_up import PoseAt
    from aicoach.records import KeptSession

ACTION: Final = "report.view"


@dataclass(kw_only=True)
class Asked:
    """One report that somebody asked for, and everything it needs."""

    store: Store
    gate: Gate
    resident: str
    period: str
    session: str | None
    reader: str
    form: str
    language: str | None
    recording: Path | None = None
    warn: Callable[[str], None] = field(default=lambda _said: None)
    """Takes what was left out, and why."""
    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def admit(self) -> None:
        """See that it can be made and may be seen, and enter it in the audit.

        Raises
        ------
        ReportError
            If resident, period or session are none.
        AccessError
            If this actor may not see it.
        """
        subject = self.gate.of_resident(self.resident)
        if self.gate.allows(ACTION, subject).allowed:
            _ = self._row, self._days, self._kept
        details = {"for": self.reader, "format": self.form, "period": self.period}
        if self.session is not None:
            details["session"] = self.session
        self.gate.require(ACTION, subject, details)

    def page(self) -> tuple[Page, Words]:
        """The page, and the words it is said in."""
        words = words_of(self._language, load_catalog())
        if self._kept is not None:
            page = session_page(
                self._kept, words.language, words.catalog, self._today, self._pose_at()
            )
            return page, words
        followed = self.followed()
        if not followed.in_period and followed.plan(followed.course(words.catalog)) is None:
            self._say_nothing_there(followed)
        make = resident_page if self.reader == "resident" else staff_page
        return make(followed, words.language, words.catalog), words

    def table(self) -> Rows:
        """Repetitions of the session, or sessions of the period."""
        if self._kept is not None:
            return repetition_rows(self._kept)
        followed = self.followed()
        if not followed.in_period:
            self._say_nothing_there(followed)
        return session_rows(followed)

    def event_lines(self) -> str:
        """Every line that was kept, each with its session and number."""
        if self.session is not None:
            return "".join(self._lines(self.session))
        followed = self.followed()
        if not followed.in_period:
            self._say_nothing_there(followed)
        return "".join(line for one in followed.in_period for line in self._lines(one.session))

    def _lines(self, session: str) -> Iterator[str]:
        for entry in self.store.entries(session):
            head = json.dumps({"session": session, "number": entry.sequence, "kind": entry.kind})
            # The line is JSON already and stays as it was written, to the letter.
            yield f'{head[:-1]}, "entry": {entry.line}}}\n'

    @cached_property
    def _row(self) -> Resident:
        row = self.store.shelf(Resident).get(self.resident)
        if row is None:
            raise ReportError(
                "--resident",
                f"nobody has the code '{self.resident}' in {self.store.database.name}",
                "check the code and --database",
            )
        return row

    @cached_property
    def _today(self) -> date:
        return day_in(self._row.time_zone, self.now)

    @cached_property
    def _days(self) -> Period:
        return report_period(self.period, self._today)

    @cached_property
    def _kept(self) -> KeptSession | None:
        if self.session is None:
            return None
        try:
            kept = self.store.session(self.session)
        except StoreError as problem:
            if "there is no session" not in problem.detail:
                raise
            kept = None
        if kept is None or kept.session.resident != self.resident:
            raise ReportError(
                "--session",
                f"{self.resident} has no session '{self.session}'",
                "the page of staff lists the ids",
            )
        return kept

    @property
    def _language(self) -> Language:
        wanted = self.language or self._row.language
        return "en" if wanted == "en" else "zh"

    def followed(self) -> Followed:
        """The resident's plans and sessions, as a page of staff needs them."""
        days = self._days
        with self.store.reading() as connection:
            alerts = read_alerts(connection, self.resident, days.first, days.last)
            told = told_of_health(connection, {self.resident: self._row.time_zone})
        return Followed(
            resident=self.resident,
            name=self._row.name,
            birth_year=self._row.birth_year,
            today=self._today,
            period=days,
            summaries=self.store.summaries(self.resident, last=days.last),
            alerts=tuple(
                DatedAlert(
                    session=session,
                    at=began
                    + timedelta(seconds=alert.t_s - start_s)
                    + timedelta(minutes=offset_min),
                    alert=alert,
                )
                for session, began, start_s, offset_min, alert in alerts
            ),
            plans=tuple(self._plans()),
            ended={
                (one.plan, one.version): one.ended_on
                for one in self.store.shelf(PlanVersion).find(resident=self.resident)
                if one.ended_on is not None
            },
            told=told.get(self.resident, ()),
        )

    def _plans(self) -> Iterator[Prescription]:
        for row in self.store.shelf(PlanVersion).find(resident=self.resident):
            try:
                plan = parse_prescription(json.dumps(row.document), f"{row.plan}.json")
            except CoachError as problem:
                # One unreadable version must not keep everything else from staff.
                self.warn(f"left out, version {row.version}: {problem}")
                continue
            yield plan.model_copy(update={"status": row.status})

    def _say_nothing_there(self, followed: Followed) -> NoReturn:
        before = [one.day for one in followed.summaries if not one.demonstration]
        last = f"the last one before was on {max(before)}" if before else "there is none before"
        raise ReportError(
            "--period",
            f"{self.resident} has no session from {self._days.first} to {self._days.last}",
            f"{last}; ask for other days",
        )

    def _pose_at(self) -> PoseAt | None:
        from aicoach.desk.joints import joints_of  # noqa: PLC0415

        if self.recording is not None:
            from aicoach.adapters.recording import read_recording  # noqa: PLC0415

            return joints_of(read_recording(self.recording))
        subject = self.gate.of_resident(self.resident)
        if self.session is None or not self.gate.allows("keypoints.view", subject).allowed:
            return None
        track = self.gate.keypoints(self.session)
        return None if track is None else joints_of(track)


def written_report(asked: Asked, press: Press | None = None) -> bytes:
    """The report as bytes; only what the format needs is loaded and read.

    press : sets a PDF; other formats need none.

    Raises
    ------
    AccessError, ReportError
        If it may not be seen, or there is nothing to say.
    """
    asked.admit()
    if asked.form == "jsonl":
        return asked.event_lines().encode()
    if asked.form == "csv":
        from aicoach.adapters.report.spreadsheet import csv_of  # noqa: PLC0415

        return csv_of(asked.table()).encode()
    page, words = asked.page()
    if asked.form == "json":
        from aicoach.adapters.report.plain import json_of  # noqa: PLC0415

        return json_of(page).encode()
    if asked.form == "html":
        from aicoach.adapters.report.page import html_of  # noqa: PLC0415

        return html_of(page, words).encode()
    from aicoach.adapters.report.page import document_for_paper  # noqa: PLC0415

    assert press is not None  # it was started for this format
    return press.pdf_of(document_for_paper(page, words), words.language)
