"""One question of one browser: who asks, what they may see, in which words it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aicoach.adapters.store.people import Account, Resident, Site
from aicoach.catalog import load_catalog
from aicoach.errors import CoachError
from aicoach.follow_up import Words, words_of
from aicoach.web.pages.staff.drawing import drawn
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.access import Subject
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.catalog.cues import Language
    from aicoach.web.pages.staff.noticing import Noticing
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor


class NotThereError(CoachError):
    """What was asked for does not exist, or not any more."""


@dataclass(frozen=True)
class Desk:
    """Everything that answering one question needs."""

    premises: Premises
    visitor: Visitor
    gate: Gate
    language: Language
    noticing: Noticing
    origin: str = ""
    """Where the browser is, for counting wrong passwords."""
    says: list[str] = field(default_factory=list)
    """Told to whoever asked, beside the answer."""

    @property
    def store(self) -> Store:
        """The database."""
        return self.premises.store

    @cached_property
    def words(self) -> Words:
        """Names, days and numbers in the language of this browser."""
        return words_of(self.language, load_catalog())

    def text(self, key: str, **places: object) -> str:
        """A phrase of ``phrases/desk.*.toml``."""
        return self.words.phrases.text(f"desk.{key}", **places)

    def known(self, key: str, otherwise: str) -> str:
        """The same where there may be none."""
        return self.words.phrases.by_key.get(f"desk.{key}", otherwise)

    @property
    def now(self) -> datetime:
        """The time."""
        return self.premises.now()

    def see(self, action: str, subject: Subject, details: Mapping[str, Any] | None = None) -> None:
        """Go on only if this person may see it; who turns pages is noted once, not at each.

        Raises
        ------
        AccessError
            If not.
        """
        seen = self.gate.allows(action, subject).allowed and self.noticing.is_noted(
            self.visitor.id, action, subject, details
        )
        if not seen:
            self.gate.require(action, subject, details)
            self.noticing.note(self.visitor.id, action, subject, details)

    def may(self, action: str, subject: Subject) -> bool:
        """Whether to offer it."""
        return self.gate.allows(action, subject).allowed

    def resident(self, code: str) -> Resident:
        """A resident whom this person may see.

        Raises
        ------
        AccessError, NotThereError
            If they may not, or there is none.
        """
        self.see("resident.view", self.gate.of_resident(code))
        row = self.store.shelf(Resident).get(code)
        if row is None:
            raise NotThereError(self.text("problem.no_resident", code=code))
        return row

    def today_of(self, row: Resident) -> date:
        """The resident's calendar day."""
        return day_in(row.time_zone, self.now)

    def sites(self, action: str) -> tuple[Site, ...]:
        """Sites of which this person may see something, by name."""
        every = sorted(self.store.shelf(Site).find(), key=lambda one: one.name)
        return tuple(one for one in every if self.may(action, self.gate.of_site(one.id)))

    @cached_property
    def colleagues(self) -> Mapping[str, str]:
        """What accounts are called."""
        return {one.id: one.name or one.login for one in self._accounts}

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """As what accounts are here, in words."""
        phrases = self.words.phrases
        return {one.id: phrases.text(f"access.role.{one.role}") for one in self._accounts}

    @cached_property
    def _accounts(self) -> tuple[Account, ...]:
        return self.store.shelf(Account).find()

    def called(self, account: str | None) -> str:
        """What an account is called; the console and programs by their code."""
        return "" if account is None else self.colleagues.get(account, account)

    def draw(self, template: str, **values: Any) -> str:
        """A template of this folder, filled."""
        return drawn(template, desk=self, words=self.words, text=self.text, **values)
