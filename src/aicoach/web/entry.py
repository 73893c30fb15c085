"""Coming in and going out: password, PIN or card in, sign-out, the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from aicoach.adapters.store.accounts import Refused, sign_in, sign_in_card, sign_in_pin
from aicoach.web.cookies import drop_cookie, set_cookie, token_of, visitor_of
from aicoach.web.refusals import refused

if TYPE_CHECKING:
    from aicoach.adapters.store.accounts import SignedIn
    from aicoach.web.premises import Conduct, Premises
    from aicoach.web.visitors import Place

Short = Annotated[str, Field(min_length=1, max_length=128)]
STAFF_ROLES: Final = frozenset({"staff", "clinician", "site_admin", "system_admin"})


class Given(BaseModel):
    """Common to what is given at the door."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Password(Given):
    """Anywhere."""

    by: Literal["password"]
    login: Short
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class Pin(Given):
    """At the shared screen of a cabin."""

    by: Literal["pin"]
    resident: Short
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,12}$")]


class Card(Given):
    """At the shared screen of a cabin."""

    by: Literal["card"]
    code: Annotated[str, Field(min_length=8, max_length=256)]


class SignInAsked(Given):
    """One of the three."""

    who: Annotated[Password | Pin | Card, Field(discriminator="by")]


class LanguageAsked(Given):
    """The language that was chosen."""

    language: Literal["zh", "en"]


def entry_router(premises: Premises) -> APIRouter:
    """``/entry/...``: nobody needs to be signed in for these."""
    router, conduct = APIRouter(prefix="/entry"), premises.conduct

    @router.get("/me")
    async def me(request: Request) -> Response:
        return JSONResponse(told(request, premises))

    @router.post("/sign-in")
    async def enter(request: Request, asked: SignInAsked) -> Response:
        return await admitted(request, premises, asked.who)

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        token, visitor = token_of(request, conduct), visitor_of(request, premises)
        if visitor is not None:
            for room in premises.rooms.of_owner(visitor.id):
                room.ask_to_end()
        if token:
            premises.visitors.sign_out(token)
        response = JSONResponse({})
        drop_cookie(response, conduct)
        return response

    @router.post("/language")
    async def speak(request: Request, asked: LanguageAsked) -> Response:
        token = token_of(request, conduct)
        if token:
            premises.visitors.choose(token, asked.language)
        return JSONResponse({"language": asked.language})

    return router


async def admitted(request: Request, premises: Premises, who: Password | Pin | Card) -> Response:
    """The answer to somebody who says who they are, with a new cookie if they proved it."""
    conduct = premises.conduct
    answer = await run_in_threadpool(_try, premises, who, address_of(request))
    if isinstance(answer, Refused):
        return refused("wait" if answer.wait_s > 0.0 else "refused", wait_s=answer.wait_s)
    before = token_of(request, conduct) or ""
    place = place_of(who, answer.actor.role.value in STAFF_ROLES, conduct)
    token = premises.visitors.sign_in(
        before, answer.actor, answer.account.name, place, answer.credential
    )
    response = JSONResponse({"role": answer.actor.role.value, "name": answer.account.name})
    set_cookie(response, token, conduct)
    return response


def place_of(who: Password | Pin | Card, staff: bool, conduct: Conduct) -> Place:
    """Where somebody signs in, which decides how soon they are signed out again.

    PINs and cards are for the page of a cabin alone, whatever else the server shows; and on the
    computer of a cabin every page is on the shared screen.
    """
    if staff:
        return "staff"
    return "cabin" if isinstance(who, (Pin, Card)) or conduct.mode == "cabin" else "home"


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def told(request: Request, premises: Premises) -> dict[str, Any]:
    """What a page may know of who sits before it."""
    visitor = visitor_of(request, premises, touch=False)
    if visitor is None:
        return {"known": False, "role": None}
    actor = visitor.actor
    return {
        "known": True,
        "role": None if actor is None else actor.role.value,
        "resident": visitor.resident,
        "name": visitor.name,
        "language": visitor.language,
        "left_s": None if actor is None else round(premises.visitors.left_s(visitor)),
    }


def _try(premises: Premises, who: Password | Pin | Card, address: str) -> SignedIn | Refused:
    store, conduct, now = premises.store, premises.conduct, premises.now()
    if isinstance(who, Password):
        return sign_in(store, who.login, who.password, address, now)
    if conduct.cabin is None:  # PINs and cards are for the screen they were made for
        return Refused(wait_s=0.0)
    if isinstance(who, Pin):
        return sign_in_pin(store, who.resident, who.pin, conduct.cabin, now)
    return sign_in_card(store, who.code, conduct.cabin, now)
