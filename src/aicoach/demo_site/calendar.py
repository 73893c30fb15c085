"""On which days a resident comes, and how each of these sessions goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from aicoach.demo_site.form import Form
from aicoach.demo_site.incidents import INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from aicoach.demo_site.stories import Story
    from aicoach.observations import AnswerValue

LAST_DAYS: Final = 7
"""The finale is in these: the window of the triage."""
_QUIET_BEFORE: Final = 8
"""Nothing by chance happens in the last days, so that a quiet resident stays quiet."""
_IDLE_DAYS: Final = 16
_BY_CHANCE: Final = ("fall", "asked_to_stop", "symptom", "effort", "pain")
_DAYS: Final[Mapping[int, tuple[tuple[int, ...], ...]]] = {
    3: ((0, 2, 4), (1, 3, 5), (0, 3, 5)),
    5: ((0, 1, 2, 3, 4), (0, 1, 3, 4, 5)),
}
"""Weekdays of the week's sessions, 0 is Monday."""
_UNWELL: Final[tuple[Mapping[str, AnswerValue], ...]] = (
    {"unwell": True},
    {"dizzy_weak": True},
    {"chest_breath": True},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One session that takes place, and how it goes."""

    day: date
    form: Form
    effort: float
    pain: float
    shift_bpm: float = 0.0
    lost_share: float = 0.0
    incident: str | None = None
    answers: Mapping[str, AnswerValue] = field(default_factory=dict)
    until_share: float = 1.0

    @property
    def eventful(self) -> bool:
        """Whether staff would look at it."""
        return self.incident is not None or bool(self.answers) or self.until_share < 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The time that the data spans."""

    first: date
    until: date
    """The last day: today, for whoever looks at the site."""

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.until - self.first).days + 1

    def share(self, day: date) -> float:
        """How far a day lies on the way, from 0 to 1."""
        return (day - self.first).days / self.days


def begins(story: Story, weeks: Weeks) -> date:
    """First day of the resident's plan."""
    late = story.pattern == "starting_late"
    return weeks.first + timedelta(days=weeks.days // 3 if late else 0)


def changes(story: Story, weeks: Weeks) -> date | None:
    """The day on which the plan's second version is signed."""
    share = {"pain_episode": 0.55, "improving": 0.6}.get(story.pattern)
    return None if share is None else weeks.first + timedelta(days=round(share * weeks.days))


def appointments(
    story: Story, weeks: Weeks, frequency: int, draws: Random
) -> Iterator[Appointment]:
    """Every session of a resident, in order of time."""
    weekdays = draws.choice(_DAYS.get(frequency, _DAYS[3]))
    if story.pattern == "weekend_only":
        weekdays = (5, 6)
    skill = draws.uniform(-0.03, 0.03)
    hurt = changes(story, weeks)
    planned = [
        day
        for day in (weeks.first + timedelta(days=k) for k in range(weeks.days))
        if _is_day(story, day, weekdays, draws) and day >= begins(story, weeks)
    ]
    last = [day for day in planned if day > weeks.until - timedelta(days=LAST_DAYS)]
    fatal = last[len(last) // 2] if last else None
    for day in planned:
        came = draws.random() < _comes(story, day, weeks)
        odd, what = draws.random(), draws.choice(_BY_CHANCE)
        if day in last and story.finale is not None:
            came = _comes_at_last(story, day, last, fatal)
        if not came:
            continue
        found = _usual(story, day, weeks, skill)
        early = (weeks.until - day).days > _QUIET_BEFORE
        if hurt is not None and story.pattern == "pain_episode" and _just_before(day, hurt):
            found = replace(found, incident="pain", pain=4.0)
        elif early and odd < 0.012:
            found = replace(found, incident=what)
        elif early and odd < 0.022:
            found = replace(found, answers=_UNWELL[int(odd * 1000.0) % len(_UNWELL)])
        elif early and odd < 0.032:
            found = replace(found, until_share=0.25 + 20.0 * (odd - 0.022))
        if day in last and story.finale is not None:
            found = _finale(story, found, fatal)
        yield found


def _is_day(story: Story, day: date, weekdays: tuple[int, ...], draws: Random) -> bool:
    extra = draws.random()
    return day.weekday() in weekdays or (story.pattern == "over_doing" and extra < 0.25)


def _comes(story: Story, day: date, weeks: Weeks) -> float:
    way, left = weeks.share(day), (weeks.until - day).days
    match story.pattern:
        case "dropping_out":
            return 0.0 if left < _IDLE_DAYS else 0.85 if way < 0.4 else 0.4
        case "illness":
            return 0.0 if 0.45 < way < 0.65 else 0.74
        case "plateau":
            return 0.62
        case "over_doing":
            return 0.9
        case "steady" | "improving":
            return 0.82
        case _:
            return 0.7


def _comes_at_last(story: Story, day: date, last: list[date], fatal: date | None) -> bool:
    if story.finale == "few_sessions":
        return day == last[0] and len(last) > 2
    return story.finale != "dropout" and (day == fatal or day <= last[-1])


def _just_before(day: date, hurt: date) -> bool:
    return timedelta(0) < hurt - day <= timedelta(days=5)


def _usual(story: Story, day: date, weeks: Weeks, skill: float) -> Appointment:
    """A session without anything out of the way."""
    way = weeks.share(day)
    reach, pace, faults, effort, pain = 1.0 + skill, 1.0, 0.08, 4.0, 0.0
    shift, lost, more = 0.0, 0.03, 0
    match story.pattern:
        case "improving":
            reach, pace = 0.86 + 0.2 * way, 0.68 + 0.34 * way
            faults, effort = 0.32 - 0.26 * way, 5.0 - 1.5 * way
        case "plateau":
            reach, pace, faults, effort = 0.95 + skill, 0.85, 0.15, 5.0
        case "over_doing":
            shift, more, pace, effort = 14.0, 3, 0.72, 6.0
        case "strap_often_lost":
            lost = 0.7
        case "pain_episode":
            pain = 3.0 - 2.5 * abs(way - 0.55) / 0.55
        case "starting_late" | "steady":
            reach, faults = 0.97 + 0.05 * way + skill, 0.14 - 0.08 * way
        case _:
            pass
    form = Form(reach=reach, pace=pace, fault_rate=faults, more_reps=more)
    return Appointment(
        day=day, form=form, effort=effort, pain=float(round(pain)), shift_bpm=shift, lost_share=lost
    )


def _finale(story: Story, usual: Appointment, fatal: date | None) -> Appointment:
    form = usual.form
    match story.finale:
        case "fault_trend":
            more = Form(reach=form.reach, pace=form.pace, fault_rate=0.55)
            return replace(usual, form=more)
        case "range_loss":
            less = Form(reach=0.74, pace=form.pace, fault_rate=form.fault_rate)
            return replace(usual, form=less)
        case "coverage":
            return replace(usual, lost_share=0.85)
        case "turned_away" if usual.day == fatal:
            return replace(usual, answers=_UNWELL[story.number % len(_UNWELL)])
        case finale if finale in INCIDENTS and usual.day == fatal:
            return replace(usual, incident=finale)
        case _:
            return usual
