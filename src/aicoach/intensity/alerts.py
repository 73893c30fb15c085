"""Which alerts are on: each is said once when it begins, and once when it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aicoach.session_events import AlertLevel, IntensityAlert

if TYPE_CHECKING:
    from collections.abc import Iterable

Alerts = tuple[IntensityAlert, ...]
NOTHING: Final[Alerts] = ()
DEFAULT: Final = "default rule"
"""Author of a bound that no plan set."""


def cue_of(rule: str) -> str:
    """Key of what is said under a rule: ``HR-HIGH-1`` is ``alerts.hr_high_1``."""
    return f"alerts.{rule.lower().replace('-', '_')}"


def over(t_s: float, rule: str) -> IntensityAlert:
    """The end of a rule; the board fills in what began it."""
    return IntensityAlert(
        t_s=t_s,
        rule=rule,
        level=AlertLevel.NONE,
        cue=cue_of(rule),
        quantity="",
        value=None,
        limit=None,
        unit="",
        author="",
        cleared=True,
    )


class AlertBoard:
    """The alerts that are on.

    An alert that is on already is not repeated unless it has become graver or ends more;
    an end without a beginning is dropped. A stop is never taken back.

    Attributes
    ----------
    pausing
        Rule of an alert that makes everything wait; empty: none is on.
    """

    def __init__(self) -> None:
        self._on: dict[str, IntensityAlert] = {}
        self._level = AlertLevel.NONE
        self.pausing = ""

    @property
    def level(self) -> AlertLevel:
        """The gravest alert that is on."""
        return self._level

    def on(self, rule: str) -> bool:
        """Whether the alert of this rule is on."""
        return rule in self._on

    def post(self, alerts: Iterable[IntensityAlert]) -> Alerts:
        """Take what the watches found; give what is new."""
        new = []
        for alert in alerts:
            before = self._on.get(alert.rule)
            if alert.cleared:
                if before is None or before.level is AlertLevel.STOP:
                    continue
                del self._on[alert.rule]
                new.append(_ended(before, alert.t_s))
            elif before is None or alert.level > before.level:
                self._on[alert.rule] = alert
                new.append(alert)
        if new:
            self._level = max((a.level for a in self._on.values()), default=AlertLevel.NONE)
            self.pausing = next((a.rule for a in self._on.values() if a.pauses), "")
        return tuple(new)


def _ended(alert: IntensityAlert, t_s: float) -> IntensityAlert:
    return replace(alert, t_s=t_s, cleared=True, notify_staff=False, ends="nothing", pauses=False)
