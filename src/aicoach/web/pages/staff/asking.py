"""Every question of the pages of staff comes through here, and the gate is asked for each.

A page asks with a name and fields, and gets elements to show, or a problem in words.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from aicoach.access import say_decision
from aicoach.errors import AccessError, CoachError, StoreError, StoreProblem
from aicoach.phrases import load_phrases
from aicoach.web.cookies import visitor_of
from aicoach.web.entry import STAFF_ROLES
from aicoach.web.language import language_of
from aicoach.web.pages.staff.desk import Desk, NotThereError
from aicoach.web.pages.staff.noticing import Noticing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import HTTPConnection

    from aicoach.catalog.cues import Language
    from aicoach.web.premises import Premises

_LOG: Final = logging.getLogger(__name__)
Answer = dict[str, Any]


class Asked(BaseModel):
    """Fields of a question; what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that may be asked: its fields, and what answers it."""

    fields: type[Asked]
    answer: Callable[[Desk, Any], Answer]
    looks_only: bool = True
    """Nothing is changed by it; a browser may ask it again."""


class Asking:
    """Answers browsers of staff."""

    def __init__(self, premises: Premises, questions: Mapping[str, Question]) -> None:
        self.premises, self.questions = premises, questions
        self._noticing = Noticing(premises.clock)

    def answer(self, connection: HTTPConnection, asked: Any) -> Answer:
        """The answer to ``{"ask": name, "with": {...}, "quiet": ...}``; never raises.

        ``quiet``: a page brings itself up to date; nobody sits there because of it.
        """
        quiet = isinstance(asked, dict) and asked.get("quiet") is True
        visitor = visitor_of(connection, self.premises, touch=not quiet)
        language = language_of(connection, visitor)
        if visitor is None or visitor.actor is None:
            return _problem("sign_in", language)
        if visitor.actor.role.value not in STAFF_ROLES:
            return _problem("not_staff", language)
        desk = Desk(
            premises=self.premises, visitor=visitor, gate=self.premises.gate(visitor),
            language=language, noticing=self._noticing,
            origin=connection.client.host if connection.client else "",
        )  # fmt: skip
        try:
            question = self.questions[asked["ask"]]
            fields = question.fields.model_validate(asked.get("with", {}))
        except (KeyError, TypeError, ValidationError):
            return _problem("malformed", language)
        return _answered(desk, question, fields)


def _answered(desk: Desk, question: Question, fields: Asked) -> Answer:
    language = desk.language
    try:
        return question.answer(desk, fields)
    except AccessError as problem:
        return _problem("refused", language, _why(desk, problem))
    except NotThereError as problem:
        return _problem("not_there", language, str(problem))
    except StoreError as problem:
        if problem.reason is StoreProblem.CONFLICT:
            return _problem("failed", language, desk.text("problem.because", why=problem.detail))
        _LOG.warning("a page of staff: %s", problem)
        return _problem("broken", language)
    except CoachError as problem:
        return _problem("failed", language, desk.text("problem.because", why=str(problem)))
    except Exception:
        _LOG.exception("a page of staff could not be answered")
        return _problem("broken", language)


def _why(desk: Desk, problem: AccessError) -> str:
    decision = desk.gate.allows(problem.action, desk.gate.of_resident(problem.subject))
    if decision.allowed:  # it was refused for another subject than a resident
        return desk.text("problem.refused")
    return say_decision(decision, desk.language)


def _problem(kind: str, language: Language, said: str = "") -> Answer:
    return {"problem": kind, "say": said or load_phrases(language).text(f"desk.problem.{kind}")}
