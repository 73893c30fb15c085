"""The gate: whoever reads or writes for somebody goes through here, and it is audited.

One place asks :func:`aicoach.access.permits`. What is allowed is written into the audit in
the transaction of the deed, so that neither stands without the other; what is refused is
written too. Details name fields, codes and counts, never what somebody is called, said or
answered: the audit cannot be erased.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select

from aicoach.access import Role, Subject, permits, say_decision
from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import append
from aicoach.adapters.store.people import Account, Message, PlanVersion, Resident, Review
from aicoach.errors import AccessError, StoreError, StoreProblem
from aicoach.zones import today_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy import Connection

    from aicoach.access import Actor, Decision
    from aicoach.adapters.store.store import Store
    from aicoach.adherence.summary import SessionSummary
    from aicoach.pose import PoseTrack
    from aicoach.records import KeptSession

Found = TypeVar("Found")
SYSTEM: Final = Subject()
ADMINS: Final = frozenset({Role.SITE_ADMIN.value, Role.SYSTEM_ADMIN.value})
IN_FORCE: Final = "active"


class Gate:
    """Everything that one actor may see and do in a store.

    Parameters
    ----------
    actor
        Who was signed in, or the console.
    """

    def __init__(self, store: Store, actor: Actor) -> None:
        self.store, self.actor = store, actor

    def allows(self, action: str, subject: Subject) -> Decision:
        """Whether the actor may; for menus: nothing is written."""
        return permits(self.actor, action, subject)

    def require(
        self, action: str, subject: Subject, details: Mapping[str, Any] | None = None
    ) -> None:
        """Go on only if the actor may; either way it is audited.

        Raises
        ------
        AccessError
            If not.
        """
        with self.deed(action, subject, details):
            pass

    @contextmanager
    def deed(
        self, action: str, subject: Subject, details: Mapping[str, Any] | None = None
    ) -> Iterator[Connection]:
        """A transaction for what the actor may do; its audit entry stands with it or not at all.

        Raises
        ------
        AccessError
            If the actor may not; the block is then not entered.
        """
        decision = permits(self.actor, action, subject)
        if not decision.allowed:
            refused = {**(details or {}), "refused": decision.why.value}
            self.store.audit.record(self.actor.account, action, subject.name, refused)
            why = say_decision(decision, "en")
            raise AccessError(self.actor.account, action, subject.name, why)
        with self.store.writing() as connection:
            yield connection
            append(connection, self.actor.account, action, subject.name, details)

    # Who or what it is about -----------------------------------------------------------

    def of_resident(self, resident: str) -> Subject:
        """A resident, at the site that they belong to."""
        column = tables.residents.c
        with self.store.reading() as connection:
            site = connection.scalar(select(column.site).where(column.id == resident))
        return Subject(resident=resident, site=site)

    def of_session(self, session_id: str) -> Subject:
        """The resident whose session it is.

        Raises
        ------
        StoreError
            If there is no such session.
        """
        column = tables.sessions.c
        query = select(column.resident).where(column.id == session_id)
        with self.store.reading() as connection:
            resident = connection.scalar(query)
        if resident is None:
            raise self._missing(f"session {session_id}")
        return self.of_resident(resident)

    def of_account(self, account: Account) -> Subject:
        """An account, at its site; never the resident behind it."""
        return Subject(account=account.id, site=account.site)

    def of_site(self, site: str | None) -> Subject:
        """A site; None: the installation, where there are no sites."""
        return Subject(site=site)

    # Reading ---------------------------------------------------------------------------

    def resident(self, resident: str) -> Resident:
        """A resident's own row."""
        self.require("resident.view", self.of_resident(resident))
        return self._there(self.store.shelf(Resident).get(resident), f"resident {resident}")

    def session(self, session_id: str) -> KeptSession:
        """One session, whole."""
        self.require("session.view", self.of_session(session_id), {"session": session_id})
        return self.store.session(session_id)

    def summaries(
        self, resident: str, first: date | None = None, last: date | None = None
    ) -> tuple[SessionSummary, ...]:
        """A resident's sessions in numbers."""
        self.require("session.view", self.of_resident(resident))
        return self.store.summaries(resident, first, last)

    def keypoints(self, session_id: str) -> PoseTrack | None:
        """The skeletons of a session, as long as they are kept."""
        self.require("keypoints.view", self.of_session(session_id), {"session": session_id})
        return self.store.keypoints(session_id)

    def plans(self, resident: str) -> tuple[PlanVersion, ...]:
        """Every version of a resident's plans."""
        self.require("plan.view", self.of_resident(resident))
        return self.store.shelf(PlanVersion).find(resident=resident)

    def reviews(self, session_id: str) -> tuple[Review, ...]:
        """What staff noted on a session."""
        self.require("review.view", self.of_session(session_id), {"session": session_id})
        return self.store.shelf(Review).find(session_id=session_id)

    def messages(self, resident: str) -> tuple[Message, ...]:
        """What a resident and staff wrote to each other."""
        self.require("message.view", self.of_resident(resident))
        return self.store.shelf(Message).find(resident=resident)

    # Writing ---------------------------------------------------------------------------

    def add_resident(self, row: Resident) -> Resident:
        """Register a resident; a code that was erased is not given again."""
        if self.store.is_erased(row.id):
            raise self._conflict(f"the code {row.id} belonged to somebody who was erased")
        with self.deed("resident.add", Subject(site=row.site), {"resident": row.id}) as connection:
            return self.store.shelf(Resident).add(row, connection)

    def change_resident(self, resident: str, **values: object) -> None:
        """Correct a resident; moving to another site needs the right there as well."""
        if "site" in values:
            site = values["site"]
            self.require("resident.add", Subject(site=None if site is None else str(site)))
        details = {"fields": sorted(values)}
        with self.deed("resident.change", self.of_resident(resident), details) as connection:
            self.store.shelf(Resident).change(resident, connection, **values)

    def draft_plan(self, row: PlanVersion) -> PlanVersion:
        """Write a version of a plan that nobody has signed."""
        if row.signed_at is not None or row.status == IN_FORCE:
            raise self._conflict("a draft is neither signed nor in force")
        return self._add_plan("plan.draft", row)

    def sign_plan(self, row: PlanVersion) -> PlanVersion:
        """Put a version of a plan in force, signed by the actor and nobody else.

        Raises
        ------
        AccessError
            If the actor may not; a medical plan needs a clinician with a licence number.
        StoreError
            If the row was signed by somebody else, or with another number.
        """
        author = row.document.get("author") or {}
        if row.signed_at is None or row.author != self.actor.account:
            raise self._conflict(f"the plan is not signed by {self.actor.account}")
        if author.get("id", row.author) != row.author:
            raise self._conflict("the document names another author")
        number = author.get("qualification_no")
        if row.kind == "medical" and number is not None and number != self.actor.licence:
            raise self._conflict("the document names another licence number")
        medical = row.kind == "medical"
        return self._add_plan("plan.sign_medical" if medical else "plan.sign_fitness", row)

    def set_plan_aside(self, plan_row: str, status: str, day: date | None = None) -> None:
        """Pause, complete or revoke a version; putting one in force is signing it.

        day : the resident's day from which it holds no more; None: today.
        """
        row = self._there(self.store.shelf(PlanVersion).get(plan_row), f"plan {plan_row}")
        if status == IN_FORCE:
            raise self._conflict("a plan comes into force by a signature")
        values: dict[str, object] = {"status": status}
        if row.status == IN_FORCE:  # what was set aside before, or was a draft, ends no more
            values["ended_on"] = self._today_of(row.resident) if day is None else day
        details = {"plan": row.plan, "version": row.version, "status": status}
        with self.deed("plan.draft", self.of_resident(row.resident), details) as connection:
            self.store.shelf(PlanVersion).change(row.id, connection, **values)

    def review(self, session_id: str, note: str = "") -> Review:
        """Mark a session as seen."""
        row = Review(session_id=session_id, account=self.actor.account, note=note)
        details = {"session": session_id}
        with self.deed("review.write", self.of_session(session_id), details) as connection:
            return self.store.shelf(Review).add(row, connection)

    def message(self, resident: str, text: str) -> Message:
        """Write to a resident, or, as the resident, to the staff."""
        row = Message(resident=resident, sender=self.actor.account, text=text)
        with self.deed("message.write", self.of_resident(resident)) as connection:
            return self.store.shelf(Message).add(row, connection)

    def _add_plan(self, action: str, row: PlanVersion) -> PlanVersion:
        details = {"plan": row.plan, "version": row.version}
        with self.deed(action, self.of_resident(row.resident), details) as connection:
            return self.store.shelf(PlanVersion).add(row, connection)

    def _today_of(self, resident: str) -> date:
        column = tables.residents.c
        with self.store.reading() as connection:
            zone = connection.scalar(select(column.time_zone).where(column.id == resident))
        return today_in(zone or "UTC")

    def _there(self, row: Found | None, what: str) -> Found:
        if row is None:
            raise self._missing(what)
        return row

    def _missing(self, what: str) -> StoreError:
        detail = f"there is no {what}"
        remedy = "see aicoach resident list" if what.startswith("resident") else ""
        return StoreError(self.store.database.name, StoreProblem.UNKNOWN, remedy, detail)

    def _conflict(self, detail: str) -> StoreError:
        return StoreError(self.store.database.name, StoreProblem.CONFLICT, detail=detail)
