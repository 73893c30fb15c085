"""What is known of a resident's enrolment before a session, and whether it must be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aicoach.adapters.store.enrolments import change_reported_since, enrolment_on
from aicoach.screening.kept_answers import ASKED, KeptAnswers, ask_again, what_counts
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.people import Enrolment
    from aicoach.screening.kept_answers import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEnrolment:
    """The answers that are in force, and why they are asked for again."""

    row: Enrolment | None
    kept: KeptAnswers | None
    why: Why | None
    """None: the answers hold, and nobody is asked."""

    @property
    def given(self) -> Mapping[str, Any]:
        """What a session takes of them, as :class:`aicoach.visit.preparing.Answers` holds it."""
        counts = what_counts(self.kept, self.why)
        if counts is None:
            return {}
        return {name: getattr(counts, name) for name in (*ASKED, "answered_on")}


def known_enrolment(store: Store, resident: str, today: date, time_zone: str) -> KnownEnrolment:
    """What the store knows on a day of the resident's calendar."""
    row = enrolment_on(store, resident, today, time_zone)
    if row is None:
        return KnownEnrolment(row=None, kept=None, why="never")
    kept = KeptAnswers(
        active=row.answers["active"],
        disease=row.answers["disease"],
        symptoms=row.answers["symptoms"],
        answered_on=day_in(time_zone, row.answered_at),
    )
    reported = change_reported_since(store, resident, row.answered_at)
    return KnownEnrolment(row=row, kept=kept, why=ask_again(kept, today, reported=reported))
