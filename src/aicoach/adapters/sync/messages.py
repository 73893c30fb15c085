"""What cabin and centre say to each other, checked on arrival.

JSON over HTTPS, packed with gzip. The version of the protocol travels in a header of every
request and answer; a change that an older side would misread gives it a new number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

PROTOCOL: Final = 1
HEADER: Final = "Aicoach-Sync"
"""Header with the version of the protocol."""
PREFIX: Final = "/sync/v1"
"""Under the address of the centre."""
LARGEST_LINE: Final = 100_000
"""Letters of one event; none comes near it."""

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Span = tuple[Number, Number]
Line = tuple[Number, Literal["event", "heart_rate"], Annotated[str, Field(max_length=LARGEST_LINE)]]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Message(BaseModel):
    """Anything that travels."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Hello(Message):
    """The centre says who it is, and whom it takes the cabin for."""

    centre: Uuid
    """Of its database: another one, or one that was made anew, has another id."""
    cabin: Code
    site: Code
    may_sign: bool
    sessions: Count
    """Closed sessions of this cabin that the centre has."""
    tables: str
    """State of its tables; rows are exchanged only between equals."""
    program: str
    at: datetime
    """By the centre's clock."""


class SessionPart(Message):
    """The next lines of one session."""

    id: Uuid
    head: dict[str, Any] | None = None
    planned: dict[str, Any] | None = None
    lines: Annotated[list[Line], Field(max_length=10_000)]
    close: Count | None = None
    """It is over and has so many lines; None: it goes on."""


class SessionsSent(Message):
    """Parts of several sessions, at most one of each."""

    sessions: Annotated[list[SessionPart], Field(max_length=500)]


class SessionTaken(Message):
    """What the centre has of a session."""

    id: Uuid
    kept: list[Span] = []
    closed: bool = False
    problem: str | None = None
    text: str = ""


class SessionsTaken(Message):
    """The answer, one for each session."""

    sessions: list[SessionTaken]


class RowSent(Message):
    """One row of a table."""

    kind: Code
    body: dict[str, Any]


class RowsSent(Message):
    """Rows, in an order in which what is referred to comes first."""

    rows: Annotated[list[RowSent], Field(max_length=1000)]


class RowTaken(Message):
    """What became of a row."""

    kind: str
    id: str
    outcome: Literal["kept", "known", "set_aside", "refused"]
    text: str = ""


class RowsTaken(Message):
    """The answer, one for each row."""

    rows: list[RowTaken]


class RowListed(Message):
    """A row that the cabin may have, and the state it is in."""

    kind: Code
    id: Code
    digest: Digest


class Manifest(Message):
    """Everything the cabin may have."""

    rows: list[RowListed]
    erased: list[str] = []
    """Residents to be forgotten."""


class RowName(Message):
    """A row, by its name."""

    kind: Code
    id: Code


class RowsWanted(Message):
    """Rows that the cabin asks for."""

    rows: Annotated[list[RowName], Field(max_length=1000)]


class Refusal(Message):
    """Why a request was not taken; for programs, and in words."""

    problem: Literal[
        "refused", "expired", "revoked", "protocol", "limited", "too_large", "malformed", "full",
        "busy",
    ]  # fmt: skip
    text: str
    protocol: int = PROTOCOL
