"""What the exchange asks of a cabin's store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]
Body = dict[str, Any]
Kind = Literal["event", "heart_rate"]


class Line(Protocol):
    """One numbered line of a session."""

    @property
    def sequence(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def line(self) -> str: ...  # noqa: D102


class Waiting(Protocol):
    """The next part of a session."""

    @property
    def session_id(self) -> str: ...  # noqa: D102
    @property
    def head(self) -> Body | None: ...  # noqa: D102
    @property
    def planned(self) -> Body | None: ...  # noqa: D102
    @property
    def entries(self) -> Sequence[Line]: ...  # noqa: D102
    @property
    def close(self) -> int | None: ...  # noqa: D102


class Outgoing(Protocol):
    """What waits for the centre, and what it confirmed."""

    def sessions(self) -> Sequence[str]:
        """Sessions with anything unconfirmed, oldest first."""

    def confirmed(self, session_id: str) -> tuple[Span, ...]:
        """Lines that the centre had when it was last heard of."""

    def piece(
        self, session_id: str, kept: Sequence[Span], *, at_most: int, with_head: bool
    ) -> Waiting | None:
        """The next lines that the centre has not; None: the session is gone."""

    def confirm(self, answers: Iterable[tuple[str, Sequence[Span], bool]]) -> None:
        """Remember what the centre has."""

    def refuse(self, session_id: str, text: str) -> None:
        """Remember that it does not take a session."""

    def settle(self, sessions: Iterable[str]) -> None:
        """Remember that it keeps sessions no more."""

    def forget(self) -> None:
        """Compare everything anew."""

    def closed(self) -> int:
        """How many sessions it has confirmed wholly, and keeps."""

    def oldest_closed(self, at_most: int) -> Sequence[str]:
        """Those of them that ended first."""

    def rows(self, before_sessions: bool) -> Iterator[tuple[str, Body]]:
        """Rows that it has not, or has otherwise."""

    def confirm_rows(self, answers: Iterable[tuple[str, Body, str | None]]) -> None:
        """Remember what it has seen, and why it refused."""


class Incoming(Protocol):
    """What the centre hands to the cabin."""

    def wanted(self, manifest: Iterable[tuple[str, str, str]]) -> Sequence[tuple[str, str]]:
        """Rows that are not here as the centre has them."""

    def take(self, rows: Iterable[tuple[str, Body]]) -> Sequence[str]:
        """Take rows; which ones could not be taken."""

    def finish(
        self, manifest: Iterable[tuple[str, str, str]], erased: Iterable[str]
    ) -> Sequence[str]:
        """Let go of who left, forget who was erased; what there is to say of it."""
