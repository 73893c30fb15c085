"""``/staff/files/...``: reports, exports and kept skeletons, each behind the gate."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from aicoach.errors import (
    AccessError,
    CoachError,
    PrivacyError,
    ReportError,
    StoreError,
    StoreProblem,
)
from aicoach.web.cookies import visitor_of
from aicoach.web.error_answers import refused_page
from aicoach.web.language import language_of
from aicoach.web.refusals import NotNowError, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.adapters.store.gate import Gate
    from aicoach.catalog.cues import Language
    from aicoach.web.premises import Premises

Code = Annotated[str, Query(min_length=1, max_length=64)]
Period = Annotated[str, Query(pattern=r"^[0-9]{1,4}[dw]$|^[0-9-]{10}\.\.[0-9-]{10}$")]
ReportForm = Literal["html", "pdf", "csv", "json"]
_TYPES: Final = {
    "html": "text/html; charset=utf-8", "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8", "json": "application/json",
    "fhir": "application/fhir+json", "omh": "application/x-ndjson", "zip": "application/zip",
}  # fmt: skip
_STATUS: Final = {
    "sign_in": 401, "not_yours": 403, "file_not_there": 404, "file_period": 422,
    "file_nothing": 404, "no_skeleton": 404, "no_hospital_consent": 409, "failed": 500,
}  # fmt: skip
_ABOUT_REPORTS: Final = {"period": "file_period", "--period": "file_nothing"}
_LOG: Final = logging.getLogger("uvicorn.error")
_ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A report is a page without scripts, and stays one."""


def staff_files_router(premises: Premises) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/staff/files")

    @router.get("/report")
    async def report(
        request: Request, resident: Code, period: Period = "12w", session: str | None = None,
        reader: Literal["resident", "staff"] = "staff", form: ReportForm = "html",
        language: Literal["zh", "en"] | None = None,
    ) -> Response:  # fmt: skip
        def made(gate: Gate) -> Response:
            return _report(gate, resident, period, session, reader, form, language)

        return await _answered(request, premises, made)

    @router.get("/export")
    async def export(
        request: Request, resident: Code, form: Literal["fhir", "omh", "csv"] = "fhir",
        receiver: Literal["resident", "hospital"] = "resident",
        language: Literal["zh", "en"] | None = None,
    ) -> Response:  # fmt: skip
        def made(gate: Gate) -> Response:
            return _export(gate, resident, form, receiver, language)

        return await _answered(request, premises, made)

    @router.get("/joints/{session}")
    async def joints(request: Request, session: str) -> Response:
        def made(gate: Gate) -> Response:
            from aicoach.desk.replay import packed  # noqa: PLC0415 - numpy

            track = gate.keypoints(session)
            if track is None:
                raise NotNowError("no_skeleton")
            return Response(packed(track), media_type="application/octet-stream")

        return await _answered(request, premises, made)

    return router


async def _answered(
    request: Request, premises: Premises, made: Callable[[Gate], Response]
) -> Response:
    visitor = visitor_of(request, premises)

    def work() -> Response:
        try:
            return made(premises.gate(visitor))
        except (CoachError, PermissionError) as problem:
            code = _code_of(problem)
            if code == "failed":
                _LOG.warning("a file of staff: %s", problem)
            return _refused(request, code, language_of(request, visitor))

    return await run_in_threadpool(work)


def _refused(request: Request, code: str, language: Language) -> Response:
    """As a page in the language of whoever asked, or as a code with both texts for a script."""
    body, status = refusal(code), _STATUS[code]
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(body, status)
    return refused_page(body["title"][language], body["text"][language], status, language)


def _code_of(problem: Exception) -> str:
    """Why there is no file, as a key of ``phrases/refusals.*.toml``."""
    match problem:
        case NotNowError():
            return problem.code
        case PermissionError():
            return "sign_in"
        case AccessError():
            return "not_yours"
        case ReportError():
            return _ABOUT_REPORTS.get(problem.what, "file_not_there")
        case PrivacyError() if problem.what != "keypoints":
            return "no_hospital_consent"
        case StoreError(reason=StoreProblem.UNKNOWN):
            return "file_not_there"
        case _:
            return "failed"


def _report(
    gate: Gate,
    resident: str,
    period: str,
    session: str | None,
    reader: str,
    form: ReportForm,
    language: str | None,
) -> Response:
    from aicoach.adapters.report.pdf import Press  # noqa: PLC0415
    from aicoach.desk.reports import Asked, written_report  # noqa: PLC0415

    asked = Asked(
        store=gate.store, gate=gate, resident=resident, period=period, session=session,
        reader=reader, form=form, language=language,
    )  # fmt: skip
    if form == "pdf":
        asked.admit()  # no program is started for somebody who may not
        with Press() as press:
            body = written_report(asked, press)
    else:
        body = written_report(asked)
    stem = f"{resident}-{'session' if session else reader}"
    answer = Response(body, media_type=_TYPES[form])
    if form == "html":
        answer.headers["Content-Security-Policy"] = _ALONE
    shown = "inline" if form in ("html", "pdf") else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{_plain(stem)}.{form}"'
    return answer


def _export(
    gate: Gate,
    resident: str,
    form: Literal["fhir", "omh", "csv"],
    receiver: Literal["resident", "hospital"],
    language: str | None,
) -> Response:
    from aicoach.desk.exports import SUFFIXES, Order, file_name, written_export  # noqa: PLC0415

    order = Order(resident=resident, format=form, receiver=receiver, language=language)
    with tempfile.TemporaryDirectory(prefix="aicoach-") as folder:
        path = Path(folder) / "export"
        written_export(gate, order, path)
        body = path.read_bytes()
    kind = _TYPES["zip" if form == "csv" else form]
    name = file_name(resident, SUFFIXES[form])
    headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}"'}
    return Response(body, media_type=kind, headers=headers)


def _plain(name: str) -> str:
    return "".join(
        one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in name
    )
