"""Who acts, what on, and how the two stand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(str, Enum):
    """What somebody is to the installation; an account has one of the first six."""

    RESIDENT = "resident"
    FAMILY = "family"
    STAFF = "staff"
    CLINICIAN = "clinician"
    SITE_ADMIN = "site_admin"
    SYSTEM_ADMIN = "system_admin"
    CONSOLE = "console"
    """Whoever sits at the computer that holds the database: no account, but a name."""


class Relation(str, Enum):
    """How somebody stands to what they want to see or change."""

    OWN = "own"
    FAMILY_OF = "family_of"
    OWN_SITE = "own_site"
    OTHER_SITE = "other_site"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who was signed in, or the console."""

    account: str
    """Id of the account; of the console ``console:`` and the computer's user."""
    role: Role
    site: str | None = None
    resident: str | None = None
    """Who they are, or, with the role ``family``, whose family."""
    licence: str | None = None
    """Number of the qualification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be seen or changed; with nothing set, the installation."""

    resident: str | None = None
    account: str | None = None
    site: str | None = None
    """The site that the resident, the account or the cabin belongs to."""

    @property
    def is_system(self) -> bool:
        """Whether it is the installation as a whole."""
        return self.resident is None and self.account is None and self.site is None

    @property
    def name(self) -> str:
        """Code of the narrowest thing that is named, for the audit."""
        return self.resident or self.account or self.site or Relation.SYSTEM.value


def console_actor(user: str) -> Actor:
    """The person at the computer, by the name of its user."""
    return Actor(account=f"console:{user}", role=Role.CONSOLE)


def relation_of(actor: Actor, subject: Subject) -> Relation:
    """The nearest way in which somebody stands to something.

    Having no site in common is no site in common: two that have none are strangers.
    """
    if subject.is_system:
        return Relation.SYSTEM
    if subject.account is not None and subject.account == actor.account:
        return Relation.OWN
    if subject.resident is not None and subject.resident == actor.resident:
        return Relation.FAMILY_OF if actor.role is Role.FAMILY else Relation.OWN
    if subject.site is not None and subject.site == actor.site:
        return Relation.OWN_SITE
    return Relation.OTHER_SITE
