"""Numbers of access and retention, from ``rules/access.toml`` and ``rules/retention.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from aicoach.catalog.loader import read_toml
from aicoach.catalog.thresholds import load_settings
from aicoach.resources import resource_dir

ACCESS: Final = "access"
RETENTION: Final = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argon2:
    """Parameters of argon2id."""

    memory_kib: float
    iterations: float
    lanes: float
    hash_bytes: float
    salt_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a secret may be."""

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long somebody waits who guesses."""

    free: float
    """Tries without a wait."""
    first_s: float
    longest_s: float
    forget_s: float
    """After so long without a try the count begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How many days each kind of thing is kept."""

    keypoints_d: float
    sessions_d: float
    screenings_d: float
    enrolments_d: float
    messages_d: float
    plans_d: float
    consents_d: float
    accounts_d: float
    sign_in_waits_d: float
    credentials_d: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """Everything about passwords, PINs and waits."""

    argon2: Argon2
    password: Length
    pin: Length
    wait_account: Waits
    wait_origin: Waits
    easy_pins: frozenset[str]
    easy_passwords: frozenset[str]


@cache
def access_settings() -> AccessSettings:
    """The settings of this installation.

    Raises
    ------
    ExerciseSpecError
        If a rule file is missing or wrong.
    """
    easy = read_toml(resource_dir("rules") / "easy_secrets.toml")
    return AccessSettings(
        argon2=load_settings(Argon2, ACCESS, "argon2"),
        password=load_settings(Length, ACCESS, "password"),
        pin=load_settings(Length, ACCESS, "pin"),
        wait_account=load_settings(Waits, ACCESS, "wait_account"),
        wait_origin=load_settings(Waits, ACCESS, "wait_origin"),
        easy_pins=frozenset(easy["pins"]),
        easy_passwords=frozenset(easy["passwords"]),
    )


@cache
def keep_settings() -> Keep:
    """How long what is kept.

    Raises
    ------
    ExerciseSpecError
        If the rule file is missing or wrong.
    """
    return load_settings(Keep, RETENTION, "keep")
