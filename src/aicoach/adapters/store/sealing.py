"""Columns that only a key opens: AES-256-GCM, with the key from the environment.

Optional. Without ``AICOACH_KEY`` values stand as they are; with it, what is written from then
on is sealed, and ``aicoach db rekey`` seals what was there. A sealed value names its key, so
that several may be in use while one takes the place of another. It is bound to its column:
moved elsewhere it does not open. docs/privacy.md says which columns, and why these.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, LargeBinary, Text, TypeDecorator

from aicoach.adapters.store.failures import REMEDIES
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect

VARIABLE: Final = "AICOACH_KEY"
KEY_BYTES: Final = 32
_MARK: Final = "sealed:"
_SEALED: Final = f"{_MARK}1:"
_PLAIN: Final = f"{_MARK}0:"
"""Before a plain text that happens to begin like a sealed one."""
_SEALED_BYTES: Final = _SEALED.encode()
_NONCE: Final = 12


def new_key() -> str:
    """A key for ``AICOACH_KEY``: 32 random bytes as base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


@dataclass(frozen=True, slots=True)
class Key:
    """One key, known by the beginning of its hash."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Never the secret."""
        return f"Key({self.id})"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The first key seals, every key opens; an empty ring leaves everything as it is."""

    keys: tuple[Key, ...] = ()

    @property
    def sealing(self) -> Key | None:
        """The key that new values are sealed with."""
        return self.keys[0] if self.keys else None

    def has(self, key_id: str) -> bool:
        """Whether a value sealed with this key can be opened."""
        return any(key.id == key_id for key in self.keys)

    def seal(self, text: str, label: str) -> str:
        """What is stored for a text of the column ``label``."""
        if self.sealing is None:
            return f"{_PLAIN}{text}" if text.startswith(_MARK) else text
        body = base64.b64encode(self._locked(text.encode(), label)).decode()
        return f"{_SEALED}{self.sealing.id}:{body}"

    def open(self, stored: str, label: str) -> str:
        """The text of what is stored.

        Raises
        ------
        StoreError
            If the key is not there, or the value was altered or moved.
        """
        if stored.startswith(_PLAIN):
            return stored.removeprefix(_PLAIN)
        if not stored.startswith(_SEALED):
            return stored
        key_id, _, body = stored.removeprefix(_SEALED).partition(":")
        try:
            content = base64.b64decode(body, validate=True)
        except binascii.Error:
            content = b""
        return self._unlocked(key_id, content, label).decode()

    def seal_bytes(self, content: bytes, label: str) -> bytes:
        """What is stored for bytes of the column ``label``."""
        if self.sealing is None:
            return content
        head = _SEALED_BYTES + self.sealing.id.encode() + b":"
        return head + self._locked(content, label)

    def open_bytes(self, stored: bytes, label: str) -> bytes:
        """The bytes of what is stored; raises as :meth:`open`."""
        if not stored.startswith(_SEALED_BYTES):
            return stored
        key_id, _, content = stored.removeprefix(_SEALED_BYTES).partition(b":")
        return self._unlocked(key_id.decode(errors="replace"), content, label)

    def _locked(self, content: bytes, label: str) -> bytes:
        assert self.sealing is not None  # asked before
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self.sealing.secret).encrypt(nonce, content, label.encode())

    def _unlocked(self, key_id: str, content: bytes, label: str) -> bytes:
        key = next((key for key in self.keys if key.id == key_id), None)
        if key is None:
            raise no_key("the database", key_id)
        try:
            cipher = AESGCM(key.secret)
            return cipher.decrypt(content[:_NONCE], content[_NONCE:], label.encode())
        except (InvalidTag, ValueError) as problem:
            detail = f"a value of {label} does not open: it was altered or moved"
            raise StoreError("the database", StoreProblem.CORRUPTED, detail=detail) from problem


def key_of_sealed(stored: Any) -> str | None:
    """Which key a stored value is sealed with; None: with none."""
    if isinstance(stored, bytes) and stored.startswith(_SEALED_BYTES):
        return stored.removeprefix(_SEALED_BYTES).partition(b":")[0].decode(errors="replace")
    if isinstance(stored, str) and stored.startswith(_SEALED):
        return stored.removeprefix(_SEALED).partition(":")[0]
    return None


def no_key(database: str, key_id: str) -> StoreError:
    """The error of a value whose key is not there."""
    reason = StoreProblem.SEALED
    return StoreError(database, reason, REMEDIES[reason], f"key {key_id}")


def keyring() -> Keyring:
    """The keys of the environment.

    Raises
    ------
    StoreError
        If ``AICOACH_KEY`` is set and holds no key.
    """
    return _read_keys(os.environ.get(VARIABLE, ""))


@cache
def _read_keys(text: str) -> Keyring:
    return Keyring(tuple(_read_key(one.strip()) for one in text.split(",") if one.strip()))


def _read_key(text: str) -> Key:
    try:
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        remedy = f"{VARIABLE} takes {KEY_BYTES} bytes in base64, as `aicoach db key` prints them"
        raise StoreError(VARIABLE, StoreProblem.SEALED, remedy, "it holds no key")
    return Key(hashlib.sha256(secret).hexdigest()[:8], secret)


def is_sealed(column: Column[Any]) -> bool:
    """Whether values of a column are sealed where there is a key."""
    return isinstance(column.type, (Sealed, SealedJson, SealedBytes))


class Sealed(TypeDecorator[str]):
    """A text that is sealed where there is a key.

    Parameters
    ----------
    label
        ``table.column``: elsewhere the value does not open.
    """

    impl = Text
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class names it
        """What is stored."""
        return None if value is None else keyring().seal(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class names it
        """What it means."""
        return None if value is None else keyring().open(value, self.label)


class SealedNumber(Sealed):
    """A whole number that is sealed where there is a key; a text in the database."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """What is stored."""
        return super().process_bind_param(None if value is None else str(int(value)), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What it means."""
        text = super().process_result_value(value, dialect)
        return None if text is None else int(text)


class SealedJson(TypeDecorator[Any]):
    """A value of JSON; sealed, it is a JSON text."""

    impl = JSON
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__(none_as_null=True)
        self.label = label

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class names it
        """What is stored."""
        ring = keyring()
        if value is None or (ring.sealing is None and not isinstance(value, str)):
            return value
        if ring.sealing is None:
            return ring.seal(value, self.label)
        return ring.seal(json.dumps(value, ensure_ascii=False), self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class names it
        """What it means."""
        if not isinstance(value, str):
            return value
        opened = keyring().open(value, self.label)
        return opened if key_of_sealed(value) is None else json.loads(opened)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed where there is a key."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the base class names it
        """What is stored."""
        return None if value is None else keyring().seal_bytes(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class names it
        """What it means."""
        return None if value is None else keyring().open_bytes(bytes(value), self.label)
