"""``/resident/...``: a resident's day, consents, messages, report; family sees what it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.concurrency import run_in_threadpool

from aicoach.adapters.report.page import document_for_paper, html_of
from aicoach.adapters.report.pdf import pdf_of
from aicoach.desk.reports import Asked
from aicoach.errors import CoachError
from aicoach.web.cookies import visitor_of
from aicoach.web.refusals import answered, code_of, refused
from aicoach.web.today import ResidentDesk, about

if TYPE_CHECKING:
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor

_PERIOD: Final = r"^\d{1,3}[dw]$"


class Said(BaseModel):
    """Common to what a page sends."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ConsentSaid(Said):
    """A consent is given or taken back."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    agreed: bool


class EnrolmentSaid(Said):
    """The three answers about health; None: not known. Leaving one out is no answer."""

    active: StrictBool | None
    disease: StrictBool | None
    symptoms: StrictBool | None


class MessageSaid(Said):
    """A word to the staff."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


def resident_router(premises: Premises) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(prefix="/resident"), ResidentDesk(premises)

    @router.get("/today")
    async def today(request: Request) -> Response:
        return await answered(request, premises, desk.today)

    @router.get("/consents")
    async def consents(request: Request) -> Response:
        return await answered(request, premises, desk.consents)

    @router.post("/consents")
    async def consent(request: Request, said: ConsentSaid) -> Response:
        return await answered(request, premises, desk.consent, said.kind, said.agreed)

    @router.post("/enrolment")
    async def enrolment(request: Request, said: EnrolmentSaid) -> Response:
        return await answered(request, premises, desk.answer_enrolment, said.model_dump())

    @router.get("/messages")
    async def messages(request: Request) -> Response:
        return await answered(request, premises, desk.messages)

    @router.post("/messages")
    async def write(request: Request, said: MessageSaid) -> Response:
        return await answered(request, premises, desk.write, said.text)

    @router.get("/report.{form}")
    async def report(
        request: Request,
        form: Literal["html", "pdf"],
        period: Annotated[str, Query(pattern=_PERIOD)] = "28d",
        language: Literal["zh", "en"] | None = None,
    ) -> Response:
        """The large plain page that the resident reads."""
        visitor = visitor_of(request, premises)
        if visitor is None:
            return refused("sign_in")
        try:
            return await run_in_threadpool(_report, premises, visitor, form, period, language)
        except (CoachError, PermissionError) as problem:
            return refused(code_of(problem))

    return router


def _report(
    premises: Premises,
    visitor: Visitor,
    form: Literal["html", "pdf"],
    period: str,
    language: Literal["zh", "en"] | None,
) -> Response:
    asked = Asked(
        store=premises.store, gate=premises.gate(visitor), resident=about(visitor), period=period,
        session=None, reader="resident", form=form, language=language, recording=None,
        now=premises.now(),
    )  # fmt: skip
    asked.admit()
    page, words = asked.page()
    if form == "html":
        return Response(html_of(page, words), media_type="text/html")
    paper = pdf_of(document_for_paper(page, words), words.language)
    return Response(paper, media_type="application/pdf")
