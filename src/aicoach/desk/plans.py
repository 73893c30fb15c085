"""A plan on its way: a draft of a ready one or a file, and the version that somebody signed."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.store.people import PlanVersion
from aicoach.errors import CoachError
from aicoach.prescription import Prescription, parse_prescription, read_prescription
from aicoach.prescription.drafts import draft_of, ready_plans
from aicoach.prescription.parts import Resident
from aicoach.prescription.writing import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.access import Actor
    from aicoach.catalog.cues import Language

HOLDS_DAYS: Final = 84
"""A signed version is in force so long, if nothing else is said."""
REVIEW_DAYS: Final = 28
"""After so many days somebody looks whether it still fits."""


def signed_version(
    draft: PlanVersion, rows: Sequence[PlanVersion], actor: Actor, role: str, today: date,
    *, until: date, review: date,
) -> Prescription:  # fmt: skip
    """The draft's content as the next version, in force from today, signed by the actor."""
    newest = max(one.version for one in rows if one.plan == draft.plan)
    document: dict[str, Any] = {
        **draft.document,
        "version": newest + 1,
        "status": "active",
        "signed_at": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_until": until.isoformat(),
        "review_due": review.isoformat(),
        "author": {"id": actor.account, "role": role, "qualification_no": actor.licence},
    }
    if actor.licence is None:
        del document["author"]["qualification_no"]
    return parse_prescription(json.dumps(document), f"{draft.plan}.json")


def draft_from(plan: str, resident: str, birth_year: int | None) -> Prescription:
    """The plan as a draft for the resident; one of somebody else is refused."""
    ready = ready_plans()
    if plan not in ready and not Path(plan).exists():
        raise CoachError(
            f"{plan}: there is no such file, and no ready plan of this name; ready are "
            f"{', '.join(ready)}"
        )
    found = read_prescription(ready.get(plan, Path(plan)))
    if found.status == "example":
        return draft_of(found, f"{resident}-{plan_name(found.id)}", resident, birth_year)
    named = None if found.resident is None else found.resident.id
    if named is not None and named != resident:
        raise CoachError(f"{plan}: is a plan for {named}, not for {resident}")
    own = found.resident or Resident(id=resident, birth_year=birth_year)
    return found.model_copy(
        update={"status": "draft", "signed_at": None, "author": None, "resident": own}
    )


def plan_name(identifier: str) -> str:
    """What a ready plan is called without its mark."""
    return identifier.removeprefix("ready-")


def as_row(plan: Prescription, resident: str) -> PlanVersion:
    """A plan as it is kept."""
    return PlanVersion(
        resident=resident, plan=plan.id, version=plan.version, status=plan.status,
        kind=plan.kind, author=None if plan.author is None else plan.author.id,
        signed_at=plan.signed_at, valid_from=plan.valid_from, valid_until=plan.valid_until,
        document=json.loads(to_json(plan)),
    )  # fmt: skip


@cache
def ready_names(language: Language) -> tuple[tuple[str, str], ...]:
    """Ready plans: name of the file, and what it is called."""
    return tuple(
        (name, read_prescription(path).title.text(language)) for name, path in ready_plans().items()
    )


def next_version(rows: Sequence[PlanVersion], plan: str) -> int:
    """The number of the next version of a plan; of a new one, 1."""
    return 1 + max((one.version for one in rows if one.plan == plan), default=0)
