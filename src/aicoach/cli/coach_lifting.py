"""Staff who let a session start that its pre-check held back: signed in, with a reason, audited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from aicoach.observations import StaffLift
from aicoach.session_events import Screened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.session import SessionUpdate


@dataclass(slots=True)
class Lifting:
    """Hands the lift in once the pre-check has said no; what was not named still holds."""

    lift: StaffLift
    _held: bool = False
    _given: bool = False

    def take(self, update: SessionUpdate) -> None:
        """One step of the session."""
        for one in update.events:
            if isinstance(one.event, Screened):
                self._held = one.event.outcome in {"refer", "block"}

    def __call__(self, t_s: float) -> Sequence[StaffLift]:
        """The lift, once, when the session waits for it."""
        if not self._held or self._given:
            return ()
        self._given = True
        return (replace(self.lift, t_s=t_s),)


def signed_lift(
    rules: str | None,
    reason: str | None,
    login: str | None,
    database: str | None,
    resident: str | None,
) -> Lifting | None:
    """Who lifts what, after the password; None: nobody lifts anything.

    Raises
    ------
    SignInError, AccessError
        If login and password do not fit, or this account may not lift for this resident.
    """
    if rules is None:
        for name, value in (("lift-reason", reason), ("as", login)):
            if value is not None:
                raise typer.BadParameter(f"--{name}: goes with --lift RULE")
        return None
    named = tuple(rule.strip() for rule in rules.split(",") if rule.strip())
    if not named:
        raise typer.BadParameter("--lift: name what is lifted, as the session said it: DAY-UNWELL")
    if reason is None or not reason.strip():
        raise typer.BadParameter("--lift: say why with --lift-reason TEXT")
    if login is None or database is None or resident is None:
        raise typer.BadParameter(
            "--lift: staff sign in for it: --as LOGIN, with --database and --resident"
        )
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415

    store = Store(database)
    try:
        gate = acting(store, login)
        gate.require("session.lift", gate.of_resident(resident), {"rules": list(named)})
        actor = gate.actor
    finally:
        store.close()
    return Lifting(
        StaffLift(t_s=0.0, by=actor.account, role=actor.role.value, reason=reason, rules=named)
    )
