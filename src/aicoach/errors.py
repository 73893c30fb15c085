"""Errors a person can act on: what was wrong, where, and what to do.

Every error carries its pieces as fields, so that callers branch on fields and
never on the text.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path


class CoachError(Exception):
    """Base of all errors that aicoach raises on purpose."""


class ExerciseSpecError(CoachError):
    """An exercise file is missing, malformed, or contradicts itself."""

    def __init__(self, path: Path, field: str, problem: str) -> None:
        super().__init__(f"{path.name}: {field}: {problem}")
        self.path, self.field, self.problem = path, field, problem


class UnknownExerciseError(CoachError, KeyError):
    """No exercise of this name is in the catalogue; to a mapping's ``get`` a missing key."""

    def __init__(self, exercise: str, nearest: tuple[str, ...]) -> None:
        hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f"unknown exercise '{exercise}'{hint} (see: aicoach exercises list)")
        self.exercise, self.nearest = exercise, nearest

    def __str__(self) -> str:
        """The sentence; a KeyError would put it in quotation marks."""
        return str(self.args[0])


class PrescriptionError(CoachError):
    """A plan is malformed, contradicts itself, or must not be carried out."""

    def __init__(
        self, path: Path | str, field: str, problem: str, others: tuple[tuple[str, str], ...] = ()
    ) -> None:
        more = f" (and {len(others)} more)" if others else ""
        super().__init__(f"{path}: {field}: {problem}{more}")
        self.path, self.field, self.problem, self.others = path, field, problem, others


class ModelFileError(CoachError):
    """A pose model file is missing, truncated or altered."""

    def __init__(
        self, path: Path, expected_sha256: str, found_sha256: str | None, remedy: str
    ) -> None:
        found = "no file" if found_sha256 is None else f"sha256 {found_sha256}"
        super().__init__(f"{path}: expected sha256 {expected_sha256}, found {found}; {remedy}")
        self.path, self.remedy = path, remedy
        self.expected_sha256, self.found_sha256 = expected_sha256, found_sha256


class RecordingError(CoachError):
    """A pose recording cannot be read, or its arrays contradict each other."""

    def __init__(self, path: Path | str, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path, self.field, self.problem = path, field, problem


class VideoError(CoachError):
    """A video file cannot be used."""

    def __init__(self, path: Path | str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{path}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.path, self.problem, self.remedy = path, problem, remedy


class CameraProblem(Enum):
    """Why a camera gives no picture."""

    ABSENT = "absent"
    BUSY = "busy"
    DENIED = "denied"
    UNPLUGGED = "unplugged"


class CameraError(CoachError):
    """A camera gives no picture, with the reason."""

    def __init__(self, camera: int | str, reason: CameraProblem, remedy: str) -> None:
        super().__init__(f"camera {camera}: {reason.value}; {remedy}")
        self.camera, self.reason, self.remedy = camera, reason, remedy


class HeartRateTraceError(CoachError):
    """A file of heart rates cannot be used."""

    def __init__(self, path: Path | str, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}")
        self.path, self.where, self.problem = path, where, problem


class HeartRatePacketError(CoachError):
    """Bytes are no heart-rate measurement."""

    def __init__(self, packet: bytes, problem: str) -> None:
        shown = packet[:16].hex() or "nothing"
        super().__init__(f"heart-rate packet {shown}: {problem}")
        self.packet, self.problem = packet, problem


class HeartRateMessageError(CoachError):
    """A message of a browser's heart-rate strap cannot be used."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"heart-rate message: {field}: {problem}")
        self.field, self.problem = field, problem


class HeartRateSourceError(CoachError):
    """A heart-rate source was asked for that does not exist."""

    def __init__(self, spec: str, problem: str, allowed: str) -> None:
        super().__init__(f"heart rate '{spec}': {problem}; allowed: {allowed}")
        self.spec, self.problem, self.allowed = spec, problem, allowed


class BluetoothProblem(Enum):
    """Why a strap cannot be reached by Bluetooth."""

    NOT_INSTALLED = "the Bluetooth library is not installed"
    ABSENT = "there is no Bluetooth adapter"
    OFF = "Bluetooth is switched off"
    DENIED = "Bluetooth may not be used"
    NO_SERVICE = "the Bluetooth service of the system does not answer"
    FAILED = "Bluetooth failed"


class BluetoothError(CoachError):
    """A strap cannot be reached by Bluetooth, with the reason."""

    def __init__(self, reason: BluetoothProblem, remedy: str, detail: str = "") -> None:
        more = f" ({detail})" if detail else ""
        super().__init__(f"Bluetooth: {reason.value}{more}; {remedy}")
        self.reason, self.remedy, self.detail = reason, remedy, detail


class StoreProblem(Enum):
    """Why a database cannot be used."""

    FULL = "the disk is full"
    LOCKED = "another program holds it"
    READ_ONLY = "it may only be read"
    CORRUPTED = "the file is damaged or is no database"
    NEWER = "it was written by a newer aicoach"
    OLDER = "its tables are those of an older aicoach"
    LOST = "it cannot be reached"
    REFUSED = "it refuses this user or password"
    NOT_INSTALLED = "the library for this database is not installed"
    SEALED = "it is sealed with a key that is not here"
    CONFLICT = "what was to be kept contradicts what is there"
    EXISTS = "it exists already"
    ABSENT = "there is no such file or folder"
    UNNAMED = "this names no file"
    NO_KEY = "there is no key here"
    UNKNOWN = "it has nothing of that name"
    FAILED = "it failed"


class StoreError(CoachError):
    """A database cannot be used, with the reason."""

    def __init__(
        self, database: str, reason: StoreProblem, remedy: str = "", detail: str = ""
    ) -> None:
        more = f" ({detail})" if detail else ""
        # Of what is not there the detail says it all.
        plain = reason is StoreProblem.UNKNOWN and bool(detail)
        said = detail if plain else f"{reason.value}{more}"
        super().__init__(f"{database}: {said}" + (f"; {remedy}" if remedy else ""))
        self.database, self.reason, self.remedy, self.detail = database, reason, remedy, detail


class AccessError(CoachError):
    """Somebody may not do what they asked for."""

    def __init__(self, actor: str, action: str, subject: str, why: str) -> None:
        super().__init__(f"{actor} may not {action} ({subject}): {why}")
        self.actor, self.action, self.subject, self.why = actor, action, subject, why


class SignInError(CoachError):
    """Nobody was signed in: what was given does not fit, or it is too early to try again."""

    def __init__(self, wait_s: float) -> None:
        wait = f"; try again in {wait_s:.0f} s" if wait_s > 0 else ""
        super().__init__(f"sign-in: login and password do not fit{wait}")
        self.wait_s = wait_s


class SecretError(CoachError):
    """A password or PIN is not taken; carries the key of what to say, never the secret."""

    def __init__(self, kind: str, key: str, problem: str) -> None:
        super().__init__(f"{kind}: {problem}")
        self.kind, self.key, self.problem = kind, key, problem


class PrivacyError(CoachError):
    """Something must not be kept, shown or erased: consent, retention, or nobody of that code."""

    def __init__(self, what: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{what}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.what, self.problem, self.remedy = what, problem, remedy


class JournalError(CoachError):
    """A local journal of a session cannot be read."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}: line {line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class FhirError(CoachError):
    """A FHIR document cannot be used."""

    def __init__(self, path: Path | str, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path, self.field, self.problem = path, field, problem


class ReportError(CoachError):
    """A report cannot be made, with what was asked for and what to do."""

    def __init__(self, what: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{what}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.what, self.problem, self.remedy = what, problem, remedy


class SyncProblem(Enum):
    """Why a cabin and its centre do not come together."""

    NO_NETWORK = "it cannot be reached"
    CUT = "the connection was cut"
    TLS = "no safe connection to it can be made"
    PLAIN = "it is not encrypted, and would carry the token in clear"
    REFUSED = "it does not know this token"
    EXPIRED = "the token has run out"
    REVOKED = "this cabin's access was revoked"
    CENTRE_NEWER = "it speaks a newer protocol"
    CENTRE_OLDER = "it speaks an older protocol"
    FULL = "its disk is full"
    BUSY = "it is busy, or its database cannot be used"
    LIMITED = "it asks to wait"
    TOO_LARGE = "what was sent is too large for it"
    NO_CENTRE = "what answers there is no centre of aicoach"
    WRONG = "it refuses what was sent"


class SyncError(CoachError):
    """A cabin and its centre do not come together, with the reason."""

    def __init__(
        self, centre: str, reason: SyncProblem, remedy: str = "", detail: str = ""
    ) -> None:
        more = f" ({detail})" if detail else ""
        super().__init__(f"{centre}: {reason.value}{more}" + (f"; {remedy}" if remedy else ""))
        self.centre, self.reason, self.remedy, self.detail = centre, reason, remedy, detail
        self.wait_s = 0.0
        """How long the centre asks to wait."""


class ServeError(CoachError):
    """The server of the centre cannot run where it was asked to."""

    def __init__(self, address: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{address}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.address, self.problem, self.remedy = address, problem, remedy


class CabinError(CoachError):
    """A cabin, its site or its token cannot be used as asked."""

    def __init__(self, cabin: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{cabin}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.cabin, self.problem, self.remedy = cabin, problem, remedy


class DemoSiteError(CoachError):
    """Demonstration data cannot be made as asked."""
