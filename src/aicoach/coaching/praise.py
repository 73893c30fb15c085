"""Praise: rare, earned, and never for what was not judged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.coaching.requests import CueRequest
from aicoach.session_events import CuePriority

if TYPE_CHECKING:
    from collections.abc import Collection

    from aicoach.coaching.settings import PraiseSettings
    from aicoach.events import Repetition, Side

_WORDINGS: Final = 3
"""Ways to say it, in turn, so that praise is heard."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A correction that was said and may yet be followed."""

    rule: str
    side: Side
    said_s: float


class Praise:
    """Praises a correction that was followed, and steadiness, at most once in a few repetitions."""

    def __init__(self, settings: PraiseSettings) -> None:
        self._settings = settings
        self._pending: list[_Pending] = []
        self._since_last: float = math.inf
        self._clean = 0
        self._steady_said = 0
        self._turn = 0
        self.followed: list[str] = []
        """Rules that were corrected in this set and then kept."""

    def corrected(self, t_s: float, rule: str, side: Side) -> None:
        """A correction was said at ``t_s``."""
        self._pending = [one for one in self._pending if one.rule != rule]
        self._pending.append(_Pending(rule, side, t_s))

    def observe(
        self,
        t_s: float,
        repetition: Repetition,
        *,
        not_assessed: Collection[str],
        valid_for_s: float,
    ) -> CueRequest | None:
        """Praise that this repetition earned, if it is time for any."""
        self._since_last += 1
        judged = repetition.score is not None
        faulty = {fault.rule for fault in repetition.faults}
        kept = [
            one
            for one in self._pending
            # Only a repetition that began after the words can answer them.
            if repetition.start_s >= one.said_s
            and judged
            and one.rule not in faulty
            and one.rule not in not_assessed
            and (one.side == "both" or repetition.side in {"both", one.side})
        ]
        self._pending = [one for one in self._pending if one not in kept]
        self.followed = [rule for rule in self.followed if rule not in faulty]
        self.followed += [one.rule for one in kept if one.rule not in self.followed]
        clean = judged and all(fault.severity == "info" for fault in repetition.faults)
        self._clean = self._clean + 1 if clean else 0
        if self._since_last < self._settings.every_repetitions:
            return None
        if kept:
            return self._request(t_s, "corrected", kept[0].rule, valid_for_s)
        steady = (
            self._clean >= self._settings.steady_repetitions
            and self._steady_said < self._settings.most_steady
        )
        return self._request(t_s, "steady", "", valid_for_s) if steady else None

    def spoken(self, key: str) -> None:
        """Praise was said."""
        self._since_last = 0
        self._turn += 1
        self._clean = 0
        self._steady_said += ".steady_" in key

    def _request(self, t_s: float, kind: str, rule: str, valid_for_s: float) -> CueRequest:
        return CueRequest(
            t_s=t_s,
            key=f"coaching.praise.{kind}_{self._turn % _WORDINGS + 1}",
            priority=CuePriority.PRAISE,
            rule=rule,
            valid_for_s=valid_for_s,
            cause=rule or "steady",
        )
