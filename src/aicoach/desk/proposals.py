"""Changes of a plan that the data speak for: open ones, and those that somebody refused.

A proposal that is refused stays as a version of the plan that was never in force, so that it
is not made again from the same data; the reason stands as a note on the session behind it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store.people import PlanVersion
from aicoach.adherence import propose, say_proposal
from aicoach.desk.plans import as_row
from aicoach.errors import CoachError
from aicoach.prescription.writing import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.adherence.proposal import Proposal
    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up import Followed

REFUSED: Final = "revoked"
"""The status of a version that holds a refused proposal; nobody signed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProposal:
    """A proposal in words, with the name by which it is signed or refused."""

    key: str
    text: str
    because: str
    direction: str
    evidence: tuple[tuple[str, str, str], ...]
    """Day, session, and what was measured."""
    proposal: Proposal


def open_proposals(
    store: Store, followed: Followed, language: Language, catalog: Mapping[str, ExerciseSpec]
) -> tuple[OpenProposal, ...]:
    """What is proposed now and was not refused on the same data."""
    from aicoach.follow_up import words_of  # noqa: PLC0415

    plan = followed.plan(followed.course(catalog))
    if plan is None:
        return ()
    first = followed.first_version(plan)
    found = propose(plan, followed.summaries, catalog, followed.as_of, first=first)
    refused = {
        json.dumps(one.document.get("items"), sort_keys=True)
        for one in store.shelf(PlanVersion).find(resident=followed.resident, status=REFUSED)
        if one.signed_at is None and one.plan == plan.id and one.version > plan.version
    }
    words = words_of(language, catalog)
    lines = []
    for one in found.proposals:
        document = json.loads(to_json(one.draft))
        if json.dumps(document["items"], sort_keys=True) in refused:
            continue
        text, because, _ = say_proposal(one, language, catalog)
        lines.append(
            OpenProposal(
                key=f"{one.base_version}:{one.field}:{one.what}:{one.after}",
                text=text,
                because=because,
                direction=one.direction,
                evidence=tuple(
                    (
                        words.day(shown.day),
                        shown.session,
                        words.evidence(shown),
                    )
                    for shown in one.evidence
                ),
                proposal=one,
            )
        )
    return tuple(lines)


def refuse_proposal(gate: Gate, resident: str, proposal: Proposal, reason: str) -> None:
    """Write down that somebody decided against it, and why.

    Raises
    ------
    AccessError
        If the actor may not draft plans, or not note anything on a session.
    CoachError
        If no reason is given, or nothing is known of a session behind it.
    """
    if not reason.strip():
        raise CoachError("a proposal is refused with a reason: write one")
    rows = gate.plans(resident)
    mine = [one.version for one in rows if one.plan == proposal.plan_id]
    draft = proposal.draft.model_copy(update={"version": 1 + max(mine, default=0)})
    row = gate.draft_plan(as_row(draft, resident))
    gate.set_plan_aside(row.id, REFUSED)
    sessions = sorted(proposal.evidence, key=lambda one: one.day)
    if sessions:
        gate.review(sessions[-1].session, reason.strip())
