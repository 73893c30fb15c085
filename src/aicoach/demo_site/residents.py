"""One resident's weeks: plan versions, sessions, and what staff did about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store.people import Message, PlanVersion, Resident, Review
from aicoach.demo_site.calendar import Appointment, Weeks, appointments, begins, changes
from aicoach.demo_site.chance import chance, made_id
from aicoach.demo_site.people import (
    Place,
    arrives,
    cabin_of,
    consent_rows,
    language_of,
    moment,
    resident_row,
)
from aicoach.demo_site.plans import Standing, firmer, lighter, signed_plan
from aicoach.demo_site.visit import Day, Visit
from aicoach.demo_site.words import CALLED, MESSAGES, NOTES, one_of
from aicoach.prescription.writing import to_json
from aicoach.records import SessionRecord
from aicoach.session import SessionEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.adapters.store.people import Consent
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.demo_site.stories import Story
    from aicoach.observations import HeartRateSample
    from aicoach.prescription import Prescription
    from aicoach.records import PlannedSession

_VALID_DAYS: Final = 56
"""A plan goes on for so long after the last day of the data."""
_OVERDUE_DAYS: Final = 4
_AGE_SPREAD: Final = 6
_STRAP_SHARE: Final = 0.35
"""Of the residents whose plan has no heart-rate window wear a strap all the same."""
_LOOKED_AT: Final = 0.15
"""Of the sessions without an event are looked at too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSession:
    """A session as it would have come in."""

    head: SessionRecord
    planned: PlannedSession
    happened: tuple[SessionEvent | HeartRateSample, ...]
    appointment: Appointment


class MadeResident:
    """Everything of one resident, from the seed.

    Parameters
    ----------
    seed
        Of the site.
    story
        Who it is.
    ready
        The ready plan that the story names.
    """

    def __init__(
        self, seed: int, story: Story, place: Place, weeks: Weeks, ready: Prescription,
        catalog: Mapping[str, ExerciseSpec], version: str,
    ) -> None:  # fmt: skip
        self.seed, self.story, self.place, self.weeks = seed, story, place, weeks
        self._version = version
        draws = chance(seed, story.code, "person")
        given = None if ready.resident is None else ready.resident.birth_year
        self.birth_year = (given or 1955) + draws.randint(-_AGE_SPREAD, _AGE_SPREAD)
        self.language = language_of(place, story)
        self.strap = ready.intensity.heart_rate.method != "none" or draws.random() < _STRAP_SHARE
        first, until = begins(story, weeks), weeks.until
        due = until + timedelta(days=draws.randint(3, 25))
        if story.finale == "review_due":
            due = until - timedelta(days=_OVERDUE_DAYS)
        plan = signed_plan(
            ready, resident=story.code, birth_year=self.birth_year, author=place.clinician,
            first=first, last=until + timedelta(days=_VALID_DAYS), review_due=due,
        )  # fmt: skip
        self.since = moment(place, first - timedelta(days=1), 10.0)
        self._standings = [(first, Standing(plan, catalog, first))]
        changed = changes(story, weeks)
        if changed is not None:
            change = lighter if story.pattern == "pain_episode" else firmer
            self._standings.append((changed, Standing(change(plan, changed), catalog, changed)))

    @property
    def row(self) -> Resident:
        """The resident."""
        return resident_row(self.place, self.story, self.birth_year, self.since)

    @property
    def consents(self) -> tuple[Consent, ...]:
        """What they agreed to."""
        return consent_rows(self.seed, self.story, self.since)

    @property
    def plans(self) -> tuple[PlanVersion, ...]:
        """Every version, signed by the clinician."""
        draws = chance(self.seed, self.story.code, "plans")
        found = []
        for day, standing in self._standings:
            plan, at = standing.plan, moment(self.place, day, 9.0)
            found.append(
                PlanVersion(
                    id=made_id(at, draws), resident=self.story.code, plan=plan.id,
                    version=plan.version, status=plan.status, kind=plan.kind,
                    author=None if plan.author is None else plan.author.id,
                    signed_at=plan.signed_at, valid_from=plan.valid_from,
                    valid_until=plan.valid_until, document=json.loads(to_json(plan)),
                    created_at=at,
                )
            )  # fmt: skip
        return tuple(found)

    def sessions(self) -> Iterator[MadeSession]:
        """Every session, in order of time."""
        frequency = self._standings[0][1].plan.session.frequency_per_week
        draws = chance(self.seed, self.story.code, "calendar")
        week, of_week = (0, 0), 0
        for one in appointments(self.story, self.weeks, frequency, draws):
            now = one.day.isocalendar()[:2]
            of_week = of_week + 1 if now == week else 1
            week = now
            yield self._session(one, of_week)

    def staff_wrote(self, made: MadeSession) -> tuple[Review | None, Message | None]:
        """What staff wrote about a session, by the end of the last day."""
        code, one = self.story.code, made.appointment
        draws = chance(self.seed, code, "staff", one.day)
        looked, words, which = draws.random(), draws.random(), draws.choice((1, 2))
        left = (self.weeks.until - one.day).days
        recent = left < 8
        answered = self.story.answered and one.eventful and left >= 1
        seen = answered if recent else one.eventful or looked < _LOOKED_AT
        if not seen:
            return None, None
        at = moment(self.place, one.day + timedelta(days=min(1, left)), 16.0 + 2.0 * looked)
        account = self.place.staff(which)
        texts = CALLED if one.eventful else NOTES
        language = self.place.language
        review = Review(id=made_id(at, draws), session_id=made.head.id, account=account,
                        reviewed_at=at, note=one_of(texts, language, draws))  # fmt: skip
        if not one.eventful and words > 0.3:
            return review, None
        later = at + timedelta(minutes=10)
        return review, Message(
            id=made_id(later, draws), resident=code, sender=account, sent_at=later,
            text=one_of(MESSAGES, self.language, draws),
            read_at=later + timedelta(hours=15) if left > 2 and words < 0.9 else None,
        )  # fmt: skip

    def _session(self, one: Appointment, of_week: int) -> MadeSession:
        code = self.story.code
        draws = chance(self.seed, code, one.day)
        standing = next(s for day, s in reversed(self._standings) if day <= one.day)
        at = arrives(self.place, self.story, one.day) + timedelta(seconds=draws.randint(0, 240))
        visit = Visit(
            Day(
                standing=standing, session_of_week=of_week, language=self.language, form=one.form,
                effort=one.effort, pain=one.pain, shift_bpm=one.shift_bpm,
                lost_share=one.lost_share, strap=self.strap, incident=one.incident,
                answers=one.answers, until_share=one.until_share,
            ),
            draws,
        )  # fmt: skip
        visit.run()
        offset = at.astimezone(self.place.zone).utcoffset() or timedelta(0)
        plan = standing.plan
        head = SessionRecord(
            id=made_id(at, draws), resident=code, plan_id=plan.id, plan_version=plan.version,
            medical=plan.kind == "medical", started_at=at, time_zone=self.place.time_zone,
            utc_offset_min=round(offset.total_seconds() / 60.0),
            cabin=cabin_of(self.place, self.story), site=self.place.id, language=self.language,
            program_version=self._version,
        )  # fmt: skip
        return MadeSession(
            head=head,
            planned=standing.planned(of_week),
            happened=_in_time(visit),
            appointment=one,
        )


def _in_time(visit: Visit) -> tuple[SessionEvent | HeartRateSample, ...]:
    """Events and packets as they would have come in: by time, a packet first."""
    both: list[tuple[float, int, int, SessionEvent | HeartRateSample]] = [
        (sample.t_s, 0, i, sample) for i, sample in enumerate(visit.samples)
    ]
    both += [
        (t_s, 1, i, SessionEvent(t_s=t_s, cause=cause, event=event))  # type: ignore[arg-type]
        for i, (t_s, cause, event) in enumerate(visit.told)
    ]
    both.sort(key=lambda one: one[:3])
    return tuple(one for *_, one in both)
