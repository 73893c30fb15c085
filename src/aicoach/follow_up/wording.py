"""Names, days, numbers and limits in the words of a report, Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.phrases import EXERCISE_CUES, Phrases, load_phrases

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adherence import Evidence
    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.records import LimitRecord

_TOPIC: Final = "report"
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_DIGITS: Final = {"bpm": 0, "deg": 0}
"""No camera and no strap is better than this; other units have two digits at most."""
NOT_MEASURED: Final = "not_measured"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a report says in one language."""

    phrases: Phrases
    catalog: Mapping[str, ExerciseSpec]

    @property
    def language(self) -> Language:
        """``zh`` or ``en``."""
        return self.phrases.language

    def __call__(self, key: str, **places: object) -> str:
        """A phrase of ``phrases/report.*.toml`` with its places filled."""
        return self.phrases.text(f"{_TOPIC}.{key}", **places)

    def known(self, key: str, otherwise: str) -> str:
        """A phrase of the report, or ``otherwise`` where there is none."""
        return self.phrases.by_key.get(f"{_TOPIC}.{key}", otherwise)

    def exercise(self, name: str) -> str:
        """Name of an exercise; one that the catalogue no longer has keeps its id."""
        spec = self.catalog.get(name)
        if spec is None:
            return name
        return spec.names.zh if self.language == "zh" else spec.names.en

    def cue(self, key: str) -> str:
        """What is said to correct a fault, without its full stop."""
        return self.phrases.by_key.get(f"{EXERCISE_CUES}.{key}", key).rstrip("。.!！")

    def day(self, day: date, *, year: bool = False) -> str:
        """A day as people write it."""
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
        short = f"{day.day} {_MONTHS[day.month - 1]}"
        return f"{short} {day.year}" if year else short

    def weekday(self, day: date) -> str:
        """Name of the day of the week."""
        return self(f"weekday.{day.weekday()}")

    def days(self, first: date, last: date) -> str:
        """From one day to another."""
        return self("days", first=self.day(first, year=True), last=self.day(last, year=True))

    def percent(self, share: float | None) -> str:
        """A share, or that it was not measured."""
        if share is None:
            return self(NOT_MEASURED)
        return self("percent", value=round(100.0 * share))

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number without needless zeros, or that it was not measured."""
        if value is None:
            return self(NOT_MEASURED)
        rounded = round(value, digits)
        return f"{rounded:g}" if digits else f"{rounded:.0f}"

    def minutes(self, seconds: float | None) -> str:
        """Seconds as minutes."""
        if seconds is None:
            return self(NOT_MEASURED)
        return self("minutes", value=round(seconds / 60.0))

    def joint(self, feature: str) -> str:
        """The movement of a joint that a feature measures."""
        name = feature.removesuffix("_deg").removesuffix("_world")
        return self.phrases.by_key.get(f"plan.joint.{name}", feature)

    def quantity(self, name: str) -> str:
        """What was measured."""
        known = self.known(f"quantity.{name}", "")
        return known or self.joint(name)

    def amount(self, value: float | str | bool | None, unit: str) -> str:
        """A measurement with its unit; an answer in words."""
        if value is None:
            return self(NOT_MEASURED)
        if isinstance(value, bool):
            return self("yes" if value else "no")
        if isinstance(value, str):
            symptom = self.phrases.by_key.get(f"screening.symptom.{value}.ask", value)
            return self.known(f"answer.{value}", symptom)
        written = f"{round(value, _DIGITS.get(unit, 2)):g}"
        return self.known(f"amount.{unit}", f"{{value}} {unit}".rstrip()).format(value=written)

    def evidence(self, shown: Evidence) -> str:
        """A measurement behind a proposal: when, what, how much, against which limit."""
        return self(
            "evidence",
            day=self.day(shown.day),
            what=self.known(f"evidence_of.{shown.what}", shown.what),
            value=self.amount(shown.value, shown.unit),
            limit=self("no_limit") if shown.limit is None else self.amount(shown.limit, shown.unit),
        )

    def author(self, name: str) -> str:
        """Who set a limit."""
        return self.known(f"author.{name}", name)

    def limit(self, limit: LimitRecord) -> str:
        """A limit in force, with who set it."""
        what = self.quantity(limit.what)
        if limit.exercise is not None:
            what = self("of_exercise", exercise=self.exercise(limit.exercise), what=what)
        return self(
            "limit_line",
            what=what,
            value=self.amount(limit.value, limit.unit),
            author=self.author(limit.author),
        )

    def ended(self, why: str | None) -> str:
        """Why a session or a set ended."""
        if why is None:
            return self("why.open")
        return self.known(f"why.{why}", self("why.rule", rule=why))


def words_of(language: Language, catalog: Mapping[str, ExerciseSpec]) -> Words:
    """The words of a report."""
    return Words(load_phrases(language), catalog)
