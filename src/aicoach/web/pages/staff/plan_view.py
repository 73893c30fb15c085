"""The plan editor: checked and explained while it is written, saved as a draft, then signed.

Every save is a new version; nothing is ever written over. Whoever saves after somebody else is
told, and may keep theirs beside it.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from pydantic import Field

from aicoach.adapters.store.accounts import Refused, sign_in
from aicoach.adapters.store.people import Account, PlanVersion, plan_in_force
from aicoach.catalog.permission import Support, advice, refusals
from aicoach.catalog.vocabulary import conditions, movement_tags, with_implied
from aicoach.desk.plans import (
    HOLDS_DAYS,
    REVIEW_DAYS,
    as_row,
    draft_from,
    next_version,
    ready_names,
    signed_version,
)
from aicoach.errors import PrescriptionError, StoreError, StoreProblem
from aicoach.prescription import (
    Prescription,
    content_problems,
    find_problems,
    notices,
    parse_prescription,
    read_prescription,
)
from aicoach.prescription.drafts import blank_plan, draft_of
from aicoach.prescription.explain import Section, explain
from aicoach.prescription.writing import to_json
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.desk import NotThereError
from aicoach.web.pages.staff.drawing import address
from aicoach.web.pages.staff.editor_fields import form_of
from aicoach.web.pages.staff.plan_problems import say_problem
from aicoach.web.pages.staff.resident_tables import Code
from aicoach.web.pages.staff.shell import framed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aicoach.adapters.store.people import Resident
    from aicoach.web.pages.staff.desk import Desk

_NAME: Final = "plan.json"
_LARGEST: Final = 200_000
_FROM_READY: Final = "ready:"
Document = dict[str, Any]

SUPPORTS: Final = frozenset(get_args(Support))


class PlanAsked(Asked):
    """Whose plan, and what to begin with."""

    code: Code
    start: Annotated[str, Field(max_length=80)] = "force"
    """``blank``, ``force``, ``ready:NAME``, or the id of a version."""


class CheckAsked(Asked):
    """A plan as it is written at this moment."""

    code: Code
    document: Document


class SaveAsked(CheckAsked):
    """The same, to be kept as a draft."""

    known: int
    """The newest version when the editor was opened."""
    anyway: bool = False
    """Beside what somebody else saved meanwhile."""


class SignAsked(Asked):
    """A draft is to be in force."""

    code: Code
    row: Annotated[str, Field(max_length=64)]
    known: int
    role: Literal["physician", "physiotherapist", "exercise_prescriber", "coach"]
    until: date
    review: date
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class AsideAsked(Asked):
    """A version is paused, completed or withdrawn."""

    code: Code
    row: Annotated[str, Field(max_length=64)]
    status: Literal["paused", "completed", "revoked"]


def plan_view(desk: Desk, asked: PlanAsked) -> Answer:
    """The editor."""
    row = desk.resident(asked.code)
    subject = desk.gate.of_resident(row.id)
    desk.see("plan.view", subject)
    rows = desk.store.shelf(PlanVersion).find(resident=row.id)
    document, began = _beginning(desk, asked, row, rows)
    plan_id = str(document["id"])
    today = desk.today_of(row)
    sign = {kind: desk.may(f"plan.sign_{kind}", subject) for kind in ("fitness", "medical")}
    data = {
        "code": row.id, "document": document, "known": next_version(rows, plan_id) - 1,
        "saved": began.id if began is not None and _is_draft(began) else None,
        "form": form_of(desk),
    }  # fmt: skip
    html = desk.draw(
        "plan.html", row=row, data=data, began=began, sign=sign, ready=ready_names(desk.language),
        may_draft=desk.may("plan.draft", subject), until=today + timedelta(days=HOLDS_DAYS),
        review=today + timedelta(days=REVIEW_DAYS), today=today, asked=asked,
        in_force=plan_in_force(desk.store, row.id),
    )  # fmt: skip
    return framed(desk, html, "plan", f"{row.id} · {desk.text('edit.title')}")


def check_plan(desk: Desk, asked: CheckAsked) -> Answer:
    """Everything that is wrong with it, at its field; what it asks for, in plain words."""
    row = desk.resident(asked.code)
    desk.see("plan.draft", desk.gate.of_resident(row.id))
    day = desk.today_of(row)
    plan, found = _read(asked.document, row, desk.gate.actor.account)
    if plan is not None:
        found = [(p.field, p.text) for p in content_problems(plan, desk.words.catalog, day)]
    sections: tuple[Section, ...] = ()
    if plan is not None and not found:
        sections = explain(plan, desk.words.catalog, desk.language, day)
    still = () if plan is None else notices(plan, day)
    return {
        "problems": [[field, say_problem(desk, text)] for field, text in found],
        "explained": desk.draw(
            "explained.html", sections=sections, problems=found,
            still=[(one.field, say_problem(desk, one.text)) for one in still],
        ),
        "exercises": _verdicts(desk, asked.document),
        "items": _item_notes(desk, asked.document),
    }  # fmt: skip


def save_plan(desk: Desk, asked: SaveAsked) -> Answer:
    """Keep it as a draft: a version of its own, signed by nobody."""
    row = desk.resident(asked.code)
    plan, found = _read(asked.document, row, desk.gate.actor.account)
    if plan is None:
        said = [[field, say_problem(desk, text)] for field, text in found]
        return {"problem": "wrong", "say": desk.text("edit.cannot_save"), "problems": said}
    rows = desk.gate.plans(row.id)
    newest = next_version(rows, plan.id) - 1
    if newest > asked.known and not asked.anyway:
        return _conflict(desk, rows, plan.id, newest)
    made = plan.model_copy(update={"version": newest + 1})
    try:
        kept = desk.gate.draft_plan(as_row(made, row.id))
    except StoreError as problem:
        if problem.reason is not StoreProblem.CONFLICT:
            raise
        rows = desk.gate.plans(row.id)
        return _conflict(desk, rows, plan.id, next_version(rows, plan.id) - 1)
    return {
        "say": desk.text("done.saved", version=kept.version), "saved": kept.id,
        "known": kept.version, "address": address("plan", code=row.id, start=kept.id),
    }  # fmt: skip


def sign_plan(desk: Desk, asked: SignAsked) -> Answer:
    """Put a draft in force; the password is asked again."""
    row = desk.resident(asked.code)
    rows = desk.gate.plans(row.id)
    draft = next((one for one in rows if one.id == asked.row and _is_draft(one)), None)
    if draft is None:
        raise NotThereError(desk.text("edit.no_draft"))
    newest = next_version(rows, draft.plan) - 1
    if newest > asked.known:
        return _conflict(desk, rows, draft.plan, newest)
    action = f"plan.sign_{'medical' if draft.kind == 'medical' else 'fitness'}"
    if not desk.may(action, desk.gate.of_resident(row.id)):
        desk.gate.require(action, desk.gate.of_resident(row.id))  # says why, and notes it
    wait = _password_is_wrong(desk, asked.password)
    if wait is not None:
        return {"problem": "password", "say": wait}
    today = desk.today_of(row)
    try:
        signed = signed_version(
            draft, rows, desk.gate.actor, asked.role, today,
            until=asked.until, review=asked.review,
        )  # fmt: skip
        found = [(p.field, p.text) for p in find_problems(signed, desk.words.catalog, today)]
    except PrescriptionError as problem:
        found = [(problem.field, problem.problem), *problem.others]
    if found:
        said = [[field, say_problem(desk, text)] for field, text in found]
        return {"problem": "wrong", "say": desk.text("edit.cannot_sign"), "problems": said}
    desk.gate.sign_plan(as_row(signed, row.id))
    desk.store.refresh_standings([row.id], now=desk.now)
    return {
        "say": desk.text("done.signed", version=signed.version),
        "go": address("resident", code=row.id),
    }


def set_aside(desk: Desk, asked: AsideAsked) -> Answer:
    """Pause, complete or withdraw a version."""
    row = desk.resident(asked.code)
    rows = desk.gate.plans(row.id)
    if all(one.id != asked.row for one in rows):
        raise NotThereError(desk.text("edit.no_version"))
    desk.gate.set_plan_aside(asked.row, asked.status, desk.today_of(row))
    desk.store.refresh_standings([asked.code], now=desk.now)
    state = desk.text(f"plan.status.{asked.status}")
    return {"say": desk.text("done.aside", state=state), "go": address("resident", code=asked.code)}


def _beginning(
    desk: Desk, asked: PlanAsked, row: Resident, rows: Sequence[PlanVersion]
) -> tuple[Document, PlanVersion | None]:
    """The document that the editor opens with, and the version it comes from."""
    if asked.start.startswith(_FROM_READY):
        name = asked.start.removeprefix(_FROM_READY)
        if name not in {one for one, _ in ready_names(desk.language)}:
            raise NotThereError(desk.text("problem.no_ready"))
        return _plain(draft_from(name, row.id, row.birth_year)), None
    held = plan_in_force(desk.store, row.id)
    if asked.start == "force" and held is not None:
        return _as_draft(held.document), held
    if asked.start in ("blank", "force"):
        blank = read_prescription(blank_plan())
        return _plain(draft_of(blank, f"{row.id}-plan", row.id, row.birth_year)), None
    found = next((one for one in rows if one.id == asked.start), None)
    if found is None:
        raise NotThereError(desk.text("edit.no_version"))
    return _as_draft(found.document), found


def _plain(plan: Prescription) -> Document:
    document: Document = json.loads(to_json(plan))
    return document


def _as_draft(document: Document) -> Document:
    """A version as the beginning of the next one: nobody signed that yet."""
    gone = ("author", "signed_at", "valid_from", "valid_until", "review_due")
    return {key: value for key, value in document.items() if key not in gone} | {"status": "draft"}


def _read(
    document: Document, row: Resident, author: str
) -> tuple[Prescription | None, list[tuple[str, str]]]:
    """The plan, always this resident's and always a draft; or what keeps it from being one."""
    if len(json.dumps(document)) > _LARGEST:
        return None, [("file", "is too large")]
    person = document.get("resident")
    named = {**(person if isinstance(person, dict) else {}), "id": row.id}
    whole = _as_draft(document) | {"resident": named}
    for part in ("warm_up", "items", "cool_down"):
        for item in whole.get(part) or ():
            allowance = item.get("allowance") if isinstance(item, dict) else None
            if isinstance(allowance, dict):  # who writes it answers for it
                allowance.setdefault("author", author)
    try:
        return parse_prescription(json.dumps(whole), _NAME), []
    except PrescriptionError as problem:
        return None, [(problem.field, problem.problem), *problem.others]


def _is_draft(row: PlanVersion) -> bool:
    return row.status == "draft" and row.signed_at is None


def _conflict(desk: Desk, rows: Iterable[PlanVersion], plan: str, newest: int) -> Answer:
    theirs = next(one for one in rows if one.plan == plan and one.version == newest)
    return {
        "problem": "conflict", "known": newest,
        "say": desk.text("edit.conflict", version=newest, at=f"{theirs.created_at:%H:%M} UTC"),
        "theirs": address("plan", code=theirs.resident, start=theirs.id),
    }  # fmt: skip


def _password_is_wrong(desk: Desk, password: str) -> str | None:
    """What to say if it does not fit; None: it does."""
    mine = desk.store.shelf(Account).get(desk.gate.actor.account)
    login = "" if mine is None else mine.login
    answer = sign_in(desk.store, login, password, desk.origin, desk.now)
    if not isinstance(answer, Refused):
        return None
    phrases = desk.words.phrases
    if answer.wait_s > 0.0:
        return phrases.text("access.sign_in.wait", seconds=round(answer.wait_s))
    return phrases.text("access.sign_in.refused")


def _codes(document: Document, name: str, known: Iterable[str]) -> tuple[str, ...]:
    given = document.get(name)
    wanted = given if isinstance(given, list) else []
    return tuple(one for one in wanted if isinstance(one, str) and one in set(known))


def _verdicts(desk: Desk, document: Document) -> dict[str, str]:
    """What these conditions and tags make of every exercise."""
    codes = _codes(document, "conditions", conditions())
    tags = _codes(document, "forbidden_tags", movement_tags())
    limited = {tag for code in with_implied(codes) for tag in conditions()[code].limits}
    found = {}
    for spec in desk.words.catalog.values():
        if refusals(spec, codes, tags):
            found[spec.id] = "off"
        elif advice(spec, codes) or limited & set(spec.tags):
            found[spec.id] = "adapt"
    return found


def _item_notes(desk: Desk, document: Document) -> dict[str, list[list[str]]]:
    """For every item: its movement tags, and what its conditions say of it."""
    codes = _codes(document, "conditions", conditions())
    tags = _codes(document, "forbidden_tags", movement_tags())
    notes: dict[str, list[list[str]]] = {}
    for part in ("warm_up", "items", "cool_down"):
        items = document.get(part)
        for number, item in enumerate(items if isinstance(items, list) else [], start=1):
            wanted = item.get("exercise") if isinstance(item, dict) else None
            spec = desk.words.catalog.get(wanted) if isinstance(wanted, str) else None
            if spec is None:
                continue
            name = desk.words.exercise(spec.id)
            named = [movement_tags()[tag].name(desk.language) for tag in sorted(spec.tags)]
            lines = [["tags", desk.words("join").join(named)]] if named else []
            held: Any = item.get("support", "none")
            known = isinstance(held, str) and held in SUPPORTS
            support: Support = held if known else "none"
            for one in refusals(spec, codes, tags, support=support):
                by = (
                    desk.text("edit.by_plan")
                    if one.by == "plan"
                    else (conditions()[one.by].name(desk.language))
                )
                tag = movement_tags()[one.name].name(desk.language) if one.kind == "tag" else ""
                lines.append(["off", desk.text(f"edit.off.{one.kind}", by=by, tag=tag)])
            lines += [
                ["adapt", desk.words.phrases.text(f"plan.advice.{key}", exercise=name)]
                for key in advice(spec, codes)
            ]
            notes[f"{part}.{number}"] = lines
    return notes
