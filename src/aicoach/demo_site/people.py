"""Sites, cabins, accounts, residents and consents, each of them a code or a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from aicoach.adapters.store.people import Account, Cabin, Consent, Resident, Site
from aicoach.demo_site.chance import chance, made_id
from aicoach.zones import day_in

if TYPE_CHECKING:
    from datetime import date

    from aicoach.catalog.cues import Language
    from aicoach.demo_site.stories import Story

PREFIX: Final = "demo-"
"""Every site of demonstration data begins with it."""
LICENCE: Final = "DEMO-0001"
"""Under every plan of the site; the number of nobody."""
SLOT_MIN: Final = 50
"""A cabin takes somebody new every so many minutes."""
SLOTS: Final = 16
_OPENS: Final = time(7, 0)
_CONSENT_TEXT: Final = "demo-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site as it is at the beginning."""

    id: str
    zh: str
    en: str
    time_zone: str
    language: Language
    english_of: int
    """Every so many-th resident speaks English; 1: all."""

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def clinician(self) -> str:
        """Who signs plans."""
        return f"{self.id}-clinician-1"

    def staff(self, number: int) -> str:
        """Id of a member of the staff; 1 is the first."""
        return f"{self.id}-staff-{number}"

    def cabin(self, number: int) -> str:
        """Id of a cabin; 1 is the first."""
        return f"{self.id}-cabin-{number}"


PLACES: Final = (
    Place(
        id=f"{PREFIX}east", zh="示范站点 东", en="Demonstration site East",
        time_zone="Asia/Shanghai", language="zh", english_of=8,
    ),
    Place(
        id=f"{PREFIX}west", zh="示范站点 西", en="Demonstration site West",
        time_zone="Europe/London", language="en", english_of=1,
    ),
)  # fmt: skip


def moment(place: Place, day: date, hours: float) -> datetime:
    """A time of the site's day, in UTC."""
    at = datetime.combine(day, time(0, 0), tzinfo=place.zone) + timedelta(hours=hours)
    return at.astimezone(ZoneInfo("UTC"))


def last_full_day(now: datetime) -> date:
    """The newest day that is over at every place."""
    return min(day_in(one.time_zone, now) for one in PLACES) - timedelta(days=1)


def language_of(place: Place, story: Story) -> Language:
    """What the resident speaks."""
    return "en" if story.number % place.english_of == 0 else "zh"


def cabin_of(place: Place, story: Story) -> str:
    """Where the resident comes, always."""
    return place.cabin(1 + _turn(story) // SLOTS)


def arrives(place: Place, story: Story, day: date) -> datetime:
    """When the resident's turn begins on a day, in UTC."""
    minutes = _OPENS.hour * 60.0 + SLOT_MIN * (_turn(story) % SLOTS)
    return moment(place, day, minutes / 60.0)


def _turn(story: Story) -> int:
    return (story.number - 1) // len(PLACES)


def site_row(place: Place, opened: datetime) -> Site:
    """The site."""
    name = place.zh if place.language == "zh" else place.en
    return Site(id=place.id, name=name, time_zone=place.time_zone, created_at=opened)


def cabin_rows(place: Place, residents: int, opened: datetime) -> tuple[Cabin, ...]:
    """As many cabins as so many residents need."""
    return tuple(
        Cabin(
            id=place.cabin(k),
            site=place.id,
            name=_named(place, "小屋", "Cabin", k),
            created_at=opened,
        )
        for k in range(1, max(1, -(-residents // SLOTS)) + 1)
    )


def account_rows(place: Place, opened: datetime) -> tuple[Account, ...]:
    """Who works there; nobody can sign in until somebody sets a password."""
    people = (
        (place.clinician, "康复师", "Clinician", 1, "clinician"),
        (place.staff(1), "工作人员", "Staff", 1, "staff"),
        (place.staff(2), "工作人员", "Staff", 2, "staff"),
        (f"{place.id}-admin-1", "站点管理员", "Site administrator", 1, "site_admin"),
    )
    return tuple(
        Account(
            id=account,
            login=account,
            name=_named(place, zh, en, number),
            role=role,
            site=place.id,
            licence=LICENCE if role == "clinician" else None,
            created_at=opened,
        )
        for account, zh, en, number, role in people
    )


def _named(place: Place, zh: str, en: str, number: int) -> str:
    return f"{zh}{number}号" if place.language == "zh" else f"{en} {number}"


def resident_row(place: Place, story: Story, birth_year: int, since: datetime) -> Resident:
    """The resident, by number."""
    language = language_of(place, story)
    number = story.number
    return Resident(
        id=story.code,
        site=place.id,
        name=f"{number}号居民" if language == "zh" else f"Resident {number}",
        birth_year=birth_year,
        language=language,
        time_zone=place.time_zone,
        created_at=since,
    )


def consent_rows(seed: int, story: Story, since: datetime) -> tuple[Consent, ...]:
    """What the resident agreed to; some take one back."""
    draws = chance(seed, story.code, "consents")
    kinds = ["records", "camera"]
    kinds += ["keypoints"] if draws.random() < 0.3 else []
    kinds += ["hospital"] if draws.random() < 0.5 else []
    kinds += ["sharing"] if draws.random() < 0.2 else []
    found = []
    for kind in kinds:
        back = kind in ("keypoints", "sharing") and draws.random() < 0.1
        found.append(
            Consent(
                id=made_id(since, draws),
                resident=story.code,
                kind=kind,
                text_version=_CONSENT_TEXT,
                given_at=since,
                given_by=story.code,
                withdrawn_at=since + timedelta(days=20) if back else None,
                withdrawn_by=story.code if back else None,
            )
        )
    return tuple(found)
