"""Proposals of a plan, and the signature that makes one of them the next version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.adherence.progression import more
from aicoach.adherence.proposal import Proposal, Proposals, Waiting
from aicoach.adherence.regression import less, unwell
from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.tally import in_order
from aicoach.errors import PrescriptionError
from aicoach.prescription import content_problems, find_problems, parse_prescription
from aicoach.prescription.writing import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from aicoach.adherence.summary import SessionSummary
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription import Prescription
    from aicoach.prescription.parts import Author


def propose(
    plan: Prescription,
    summaries: Iterable[SessionSummary],
    catalog: Mapping[str, ExerciseSpec],
    today: date,
    *,
    first: Prescription | None = None,
    settings: AdherenceSettings | None = None,
) -> Proposals:
    """What the sessions with this version of the plan speak for.

    Anything that speaks for less silences everything that speaks for more. A draft that
    would break a limit is not proposed.

    Parameters
    ----------
    plan
        The version in force.
    first
        The first version of the plan; what grows is capped at a multiple of its dose.
    """
    settings = adherence_settings() if settings is None else settings
    mine = [
        one
        for one in in_order(summaries)
        if (one.plan_id, one.plan_version) == (plan.id, plan.version) and one.day <= today
    ]
    if plan.status != "active":
        return Proposals(proposals=(), waiting=())
    found, waiting = less(plan, mine, today, settings)
    days = settings.regression.window_days
    held_back = any(
        unwell(one, settings.regression) for one in mine if (today - one.day).days < days
    )
    if not found and not held_back:
        found, waiting = more(plan, mine, today, settings, first)
    sound = []
    for one in found:
        before = {(p.field, p.text) for p in content_problems(plan, catalog, today)}
        after = {(p.field, p.text) for p in content_problems(one.draft, catalog, today)}
        if after <= before:
            sound.append(one)
        else:
            key = "staff.waiting.breaks_a_limit"
            waiting.append(Waiting(field=one.field, exercise=one.exercise, key=key))
    return Proposals(proposals=tuple(sound), waiting=tuple(waiting))


def accept(
    proposal: Proposal,
    author: Author,
    today: date,
    catalog: Mapping[str, ExerciseSpec],
    *,
    current: Prescription | None = None,
) -> Prescription:
    """The next version of the plan, signed by ``author`` and in force from ``today``.

    current : the version in force now; a proposal of an older one is refused.

    Raises
    ------
    PrescriptionError
        If the author may not sign, the plan has changed since, or the new version must not
        be carried out.
    """
    name = proposal.plan_id
    if author.role == "resident":
        raise PrescriptionError(name, "author.role", "'resident' may not sign a proposal")
    if current is not None and (current.id, current.version) != (name, proposal.base_version):
        text = f"is {current.version} now; the proposal is of version {proposal.base_version}"
        raise PrescriptionError(name, "version", text)
    signed = proposal.draft.model_copy(
        update={
            "version": proposal.base_version + 1,
            "status": "active",
            "author": author,
            "signed_at": today,
            "valid_from": today,
        }
    )
    # A copy is not judged by its model: it is written and read again.
    plan = parse_prescription(to_json(signed), f"{name}.json")
    problems = find_problems(plan, catalog, today)
    if problems:
        worst, *others = problems
        more_found = tuple((one.field, one.text) for one in others)
        raise PrescriptionError(name, worst.field, worst.text, more_found)
    return plan
