"""Movements that were not counted: shown each time, spoken of kindly when it repeats."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from aicoach.coaching.corrections import CORRECTION
from aicoach.coaching.requests import CueRequest
from aicoach.events import Rejection
from aicoach.session_events import CuePriority

if TYPE_CHECKING:
    from aicoach.coaching.settings import CorrectionSettings
    from aicoach.events import RejectedRepetition

_SPOKEN: Final = frozenset(
    {
        Rejection.PARTIAL,
        Rejection.ABORTED,
        Rejection.TOO_FAST,
        Rejection.LOST_FROM_SIGHT,
        Rejection.WRONG_POSTURE,
        Rejection.NOT_IN_PLACE,
        Rejection.OTHER_SIDE,
    }
)
"""The others are shown only: the resident does nothing that a sentence could change."""


class Rejections:
    """Watches the last movements of a set, counted or not."""

    def __init__(self, settings: CorrectionSettings) -> None:
        self._settings = settings
        self._recent: deque[Rejection | None] = deque(maxlen=int(settings.of_last))
        self.totals: dict[Rejection, int] = {}

    def counted(self) -> None:
        """A movement was counted."""
        self._recent.append(None)

    def rejected(
        self,
        t_s: float,
        movement: RejectedRepetition,
        *,
        valid_for_s: float,
        range_limited: bool,
    ) -> tuple[CueRequest, ...]:
        """What is shown, and what is said if it happened several times lately.

        Where a limit of the range is near, nobody is asked to go further.
        """
        reason = movement.reason
        self._recent.append(reason)
        stay = range_limited and reason is Rejection.PARTIAL
        if not stay:
            self.totals[reason] = self.totals.get(reason, 0) + 1
        shown = CueRequest(
            t_s=t_s,
            key=f"coaching.not_counted.{'range_limited' if stay else reason.value}",
            priority=CuePriority.MINOR,
            cause=f"not counted: {reason.value}",
            show_only=True,
        )
        often = self._recent.count(reason) >= self._settings.at_least
        if stay or not often or reason not in _SPOKEN:
            return (shown,)
        spoken = CueRequest(
            t_s=t_s,
            key=shown.key,
            priority=CuePriority.MINOR,
            rule=reason.value,
            valid_for_s=valid_for_s,
            cause=shown.cause,
            subject=CORRECTION,
        )
        return (shown, spoken)
