"""Why a page cannot do something now, said by a code and in both languages.

A script decides by the code; people read the text, in whichever language the page shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from aicoach.catalog.cues import LANGUAGES
from aicoach.errors import (
    AccessError,
    CoachError,
    PrescriptionError,
    ReportError,
    UnknownExerciseError,
)
from aicoach.phrases import load_phrases
from aicoach.web.cookies import visitor_of

if TYPE_CHECKING:
    from fastapi import Request, Response

    from aicoach.web.premises import Premises

_STATUS: Final = {
    "sign_in": 401, "refused": 401, "wait": 401, "not_yours": 403, "no_room": 403, "busy": 503,
    "too_large": 413,
}  # fmt: skip
"""Everything else is 409: the request is sound, but not now."""
_ABOUT_AGE: Final = "resident.birth_year"


class NotNowError(CoachError):
    """Something cannot be done now, for a reason that a person is told.

    Parameters
    ----------
    code
        A key of ``phrases/refusals.*.toml``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(load_phrases("en").text(f"refusals.{code}.text"))
        self.code = code


class NoRoomError(NotNowError):
    """There is no such session, or it is another browser's; nobody learns which."""

    def __init__(self) -> None:
        super().__init__("no_room")


def refusal(code: str, **more: Any) -> dict[str, Any]:
    """The body of an answer that refuses: the code, a title and a text in every language."""
    words = {language: load_phrases(language) for language in LANGUAGES}
    return {
        "problem": code,
        "title": {one: words[one].text(f"refusals.{code}.title") for one in LANGUAGES},
        "text": {one: words[one].text(f"refusals.{code}.text") for one in LANGUAGES},
        **more,
    }


def code_of(problem: Exception) -> str:
    """The code of a failure."""
    match problem:
        case NotNowError():
            return problem.code
        case AccessError():
            return "not_yours"
        case PermissionError():
            return "sign_in"
        case PrescriptionError():
            return "age" if problem.field == _ABOUT_AGE else "plan_wrong"
        case UnknownExerciseError():
            return "no_exercise"
        case ReportError():
            return "nothing_yet"
        case _:
            return "failed"


def refused(code: str, **more: Any) -> Response:
    """An answer that refuses."""
    return JSONResponse(refusal(code, **more), _STATUS.get(code, 409))


async def answered(
    request: Request, premises: Premises, work: Callable[..., dict[str, Any]], *given: Any
) -> Response:
    """Do the work of one request in a thread, as whoever asks; say what keeps it from being done.

    ``work`` is called with the visitor and ``given``.
    """
    visitor = visitor_of(request, premises)
    if visitor is None:
        return refused("sign_in")
    try:
        body = await run_in_threadpool(work, visitor, *given)
    except (CoachError, PermissionError) as problem:
        return refused(code_of(problem))
    code = body.get("problem")
    return JSONResponse(body, _STATUS.get(code, 409) if isinstance(code, str) else 200)
