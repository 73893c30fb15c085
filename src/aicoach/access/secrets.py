"""Which passwords and PINs are taken, and how long somebody waits who guesses."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aicoach.errors import SecretError

if TYPE_CHECKING:
    from aicoach.access.settings import AccessSettings, Waits

PIN: Final = "PIN"
PASSWORD: Final = "password"
_MOST_OFTEN: Final = 3
"""A password of three different characters is a pattern, not a password."""
_BIRTHDAY: Final = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def check_pin(pin: str, settings: AccessSettings, *, birth_year: int | None = None) -> str:
    """The PIN as it is kept.

    Raises
    ------
    SecretError
        If it is not digits of the right number, or easy to guess: a run, a pattern, one that
        many people choose, or the birthday. ``key`` is the phrase to say.
    """
    least, most = int(settings.pin.least), int(settings.pin.most)
    plain = unicodedata.normalize("NFKC", pin).strip()  # full-width digits are digits
    if not (plain.isascii() and plain.isdigit() and least <= len(plain) <= most):
        raise SecretError(PIN, "access.pin.digits", f"must be {least} to {most} digits")
    easy = plain in settings.easy_pins or _is_run(plain) or _repeats(plain)
    if easy or _is_birthday(plain, birth_year):
        raise SecretError(PIN, "access.pin.easy", "is easy to guess; choose another one")
    return plain


def check_password(password: str, settings: AccessSettings, *, login: str) -> str:
    """The password as it is kept: the same letters typed on another keyboard are the same.

    Raises
    ------
    SecretError
        If it is too short, too long, or easy to guess. ``key`` is the phrase to say.
    """
    least, most = int(settings.password.least), int(settings.password.most)
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < least:
        problem = f"must have at least {least} characters"
        raise SecretError(PASSWORD, "access.password.short", problem)
    if len(plain) > most:
        raise SecretError(PASSWORD, "access.password.long", f"may have at most {most} characters")
    if _is_easy_password(plain.casefold(), login.casefold(), settings):
        raise SecretError(PASSWORD, "access.password.easy", "is easy to guess; choose another one")
    return plain


def wait_after(failures: int, waits: Waits) -> float:
    """Seconds to wait after so many failed tries in a row; doubles, up to the longest."""
    beyond = failures - int(waits.free)
    if beyond <= 0:
        return 0.0
    return float(min(waits.longest_s, waits.first_s * 2.0 ** min(beyond - 1, 60)))


def _is_easy_password(plain: str, login: str, settings: AccessSettings) -> bool:
    # What is left when the words that everybody takes, the login and the digits are gone.
    rest = plain
    for word in sorted({*settings.easy_passwords, login}, key=len, reverse=True):
        if len(word) >= 4:  # a login of three letters is in many good passwords
            rest = rest.replace(word, "")
    rest = re.sub(r"[\d\W_]", "", rest)
    words = plain if rest else ""
    return len(rest) < _MOST_OFTEN or len(set(plain)) <= _MOST_OFTEN or _repeats(words)


def _is_run(text: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    around = {(ord(b) - ord(a)) % 10 for a, b in pairwise(text)}
    return steps <= {1} or steps <= {-1} or around in ({1}, {9})  # 789012 is a run as well


def _repeats(text: str) -> bool:
    """Whether it is one piece again and again: 111111, 121212, 123123."""
    return any(
        len(text) % size == 0 and text == text[:size] * (len(text) // size)
        for size in range(1, len(text) // 2 + 1)
    )


def _is_birthday(pin: str, birth_year: int | None) -> bool:
    if birth_year is None:
        return False
    year = str(birth_year)
    if year in pin:
        return True
    return pin.startswith(year[2:]) and _BIRTHDAY.fullmatch(pin[2:]) is not None
