"""Routes of a live session: begin it, find it again, connect to it, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response, WebSocket
from pydantic import BaseModel, ConfigDict, Field

from aicoach.visit.from_store import ask_opened
from aicoach.visit.preparing import Answers, prepare
from aicoach.visit.trial import trial_ages, trial_plan
from aicoach.web.cookies import from_here, visitor_of
from aicoach.web.enrolled import require_enrolment
from aicoach.web.live.room import Opening
from aicoach.web.live.rooms import PleaseWait
from aicoach.web.live.socket import LiveSocket
from aicoach.web.refusals import NoRoomError, NotNowError, answered, refusal
from aicoach.web.today import plan_of_today

if TYPE_CHECKING:
    from datetime import date

    from aicoach.web.live.room import LiveRoom
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor

_REFUSED: Final = 4403
Exercise = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]


class Asked(BaseModel):
    """Common to what a page asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanAsked(Asked):
    """Today's session by the plan in force."""

    what: Literal["plan"]
    language: Literal["zh", "en"]
    strap: bool = False


class TrialAsked(Asked):
    """Some exercises, by somebody of whom nothing is kept."""

    what: Literal["trial"]
    language: Literal["zh", "en"]
    exercises: Annotated[list[Exercise], Field(min_length=1, max_length=5)]
    birth_year: Annotated[int, Field(ge=1000, le=9999)]
    active: bool | None = None
    disease: bool | None = None
    symptoms: bool | None = None
    repetitions: Annotated[int, Field(ge=1, le=20)] = 6
    strap: bool = False


class StartAsked(Asked):
    """Either of both."""

    start: Annotated[PlanAsked | TrialAsked, Field(discriminator="what")]


class RoomAsked(Asked):
    """A room by its id."""

    room: Annotated[str, Field(pattern=r"^[\w-]{8,64}$")]


class LiveDesk:
    """What is done for a page; every method is one request."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def mine(self, visitor: Visitor) -> dict[str, Any]:
        """The session of this browser that is on or ended a moment ago.

        ``elsewhere``: this resident has one that is on in another browser, or had it in this
        one before it was started anew.
        """
        rooms = self._premises.rooms.of_owner(visitor.id)
        return {
            "room": self._told(rooms[-1], visitor) if rooms else None,
            "elsewhere": self._elsewhere(visitor) is not None,
        }

    def take(self, visitor: Visitor) -> dict[str, Any]:
        """Go on here with the session that this resident has in another browser."""
        found = self._elsewhere(visitor)
        if found is not None:
            found.hand_over(visitor.id)
        return self.mine(visitor)

    def start(
        self, visitor: Visitor, asked: PlanAsked | TrialAsked, address: str = ""
    ) -> dict[str, Any]:
        """Begin, or say for how long to wait.

        address : from where it is asked; visitors who did not sign in are counted by it.

        Raises
        ------
        CoachError, PermissionError
            With the reason why there can be no session.
        """
        if isinstance(asked, PlanAsked) and self._elsewhere(visitor) is not None:
            raise NotNowError("elsewhere")
        opening = (
            self._by_plan(visitor, asked)
            if isinstance(asked, PlanAsked)
            else self._trial(visitor, asked, address)
        )
        room = self._premises.rooms.open(opening)
        if isinstance(room, PleaseWait):
            return refusal("busy", wait_s=room.wait_s, running=room.running)
        return {"room": self._told(room, visitor)}

    def ticket(self, visitor: Visitor, room: str) -> dict[str, Any]:
        """A ticket for the socket of a room of this browser."""
        return {"ticket": self._premises.tickets.make(self._mine(visitor, room).id, visitor.id)}

    def end(self, visitor: Visitor, room: str) -> dict[str, Any]:
        """End it as if the camera was gone: what was done is kept."""
        found = self._mine(visitor, room)
        found.ask_to_end()
        found.join()
        return {"room": self._told(found, visitor)}

    def _mine(self, visitor: Visitor, room: str) -> LiveRoom:
        found = self._premises.rooms.get(room)
        if found is None or found.owner != visitor.id:
            raise NoRoomError
        return found

    def _elsewhere(self, visitor: Visitor) -> LiveRoom | None:
        """The session that a resident has on in another browser."""
        if visitor.resident is None:
            return None
        found = self._premises.rooms.of_resident(visitor.resident)
        return None if found is None or found.owner == visitor.id else found

    def _told(self, room: LiveRoom, visitor: Visitor) -> dict[str, Any]:
        head = room.opening.visit.head
        return {
            "id": room.id,
            "ended": room.ended,
            "problem": room.problem,
            "kept": room.opening.keeping is not None,
            "language": head.language,
            "strap": head.strap_expected,
            "session": room.session_id,
            "view": room.outbox.shown,
            "ticket": None if room.ended else self._premises.tickets.make(room.id, visitor.id),
        }

    def _by_plan(self, visitor: Visitor, asked: PlanAsked) -> Opening:
        premises = self._premises
        plan, today = plan_of_today(premises, visitor)
        require_enrolment(premises, visitor, plan, today)
        known = ask_opened(
            premises.store, visitor.resident, today, with_plan=False,
            cabin=premises.conduct.cabin,
        )  # fmt: skip
        visit = prepare(
            None, plan=plan, today=today, lang=asked.language,
            answers=Answers("asked", {}, known.enrolment), demonstration=False,
            strap_expected=asked.strap, source="browser", controls="screen",
            session_number=known.session_number, session_of_week=known.session_of_week,
        )  # fmt: skip
        return Opening(
            visit=visit, owner=visitor.id, resident=visitor.resident, keeping=known.keeping,
            store=premises.store,
        )  # fmt: skip

    def _trial(self, visitor: Visitor, asked: TrialAsked, address: str) -> Opening:
        premises = self._premises
        today, language = premises.today(), asked.language
        unknown = [one for one in asked.exercises if one not in premises.catalog]
        if unknown:
            raise NotNowError("no_exercise")
        age, (youngest, oldest) = today.year - asked.birth_year, trial_ages()
        if not youngest <= age <= oldest:
            raise NotNowError("too_young" if age < youngest else "too_old")
        plan = trial_plan(
            asked.exercises, premises.catalog, today, birth_year=asked.birth_year,
            repetitions=asked.repetitions,
        )  # fmt: skip
        visit = prepare(
            None, plan=plan, today=today, lang=language,
            answers=Answers("asked", {}, _enrolment(asked, today)), demonstration=True,
            strap_expected=asked.strap, source="browser", controls="screen", session_number=1,
        )  # fmt: skip
        # In a demonstration there is no resident to keep a place for.
        stranger = visitor.actor is None and not premises.conduct.demonstration
        return Opening(visit=visit, owner=visitor.id, address=address if stranger else None)


def _enrolment(asked: TrialAsked, today: date) -> dict[str, bool | date]:
    """The three answers, as far as they were given."""
    given = {"active": asked.active, "disease": asked.disease, "symptoms": asked.symptoms}
    known: dict[str, bool | date] = {
        name: value for name, value in given.items() if value is not None
    }
    return known | {"answered_on": today} if known else {}


def live_router(premises: Premises) -> APIRouter:
    """``/live/...`` for the pages of this server."""
    router, desk = APIRouter(prefix="/live"), LiveDesk(premises)
    sockets = LiveSocket(premises.rooms, premises.tickets, premises.settings.live, premises.clock)

    @router.get("/mine")
    async def mine(request: Request) -> Response:
        return await answered(request, premises, desk.mine)

    @router.post("/start")
    async def start(request: Request, asked: StartAsked) -> Response:
        address = request.client.host if request.client else ""
        return await answered(request, premises, desk.start, asked.start, address)

    @router.post("/take")
    async def take(request: Request) -> Response:
        return await answered(request, premises, desk.take)

    @router.post("/ticket")
    async def ticket(request: Request, asked: RoomAsked) -> Response:
        return await answered(request, premises, desk.ticket, asked.room)

    @router.post("/end")
    async def end(request: Request, asked: RoomAsked) -> Response:
        return await answered(request, premises, desk.end, asked.room)

    @router.websocket("/socket")
    async def socket(connection: WebSocket) -> None:
        visitor = visitor_of(connection, premises)
        await connection.accept()
        if visitor is None or not from_here(connection):
            await connection.close(_REFUSED)
            return
        await sockets.serve(connection, visitor.id)

    return router
