"""Argon2id, with the numbers of ``rules/access.toml``."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from aicoach.access.settings import access_settings

if TYPE_CHECKING:
    from aicoach.access.settings import Argon2


class Hasher:
    """Makes hashes of passwords and PINs, and says whether one fits."""

    def __init__(self, numbers: Argon2) -> None:
        self._argon2 = PasswordHasher(
            time_cost=int(numbers.iterations),
            memory_cost=int(numbers.memory_kib),
            parallelism=int(numbers.lanes),
            hash_len=int(numbers.hash_bytes),
            salt_len=int(numbers.salt_bytes),
            type=Type.ID,
        )
        self._nobody = self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        """The hash that is kept, with its salt and its numbers."""
        return self._argon2.hash(secret)

    def fits(self, kept: str | None, secret: str) -> bool:
        """Whether a secret is the one that was hashed.

        None stands for an account that is not there or has no secret: the same work is done,
        so that nobody learns from the time it takes which accounts there are.
        """
        try:
            return self._argon2.verify(kept or self._nobody, secret) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made with other numbers than today's."""
        return self._argon2.check_needs_rehash(kept)


@cache
def hasher() -> Hasher:
    """The one of this installation."""
    return Hasher(access_settings().argon2)
