"""A site with staff, and browsers of theirs, without a browser."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import add_account, find_account, set_password
from aicoach.adapters.store.accounts.opening import actor_from
from aicoach.adapters.store.people import Account
from aicoach.demo_site import write_site
from aicoach.web.live.taped import TapedWatcher
from aicoach.web.pages.staff.asking import Asking
from aicoach.web.pages.staff.questions import QUESTIONS
from aicoach.web.premises import Conduct, Premises, open_premises

LAST = date(2026, 11, 20)
PASSWORD = "drei kleine Enten 77"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)
EAST, WEST = "R-0001", "R-0002"
"""Residents of the two sites."""


def made_site(file: Path) -> Path:
    """Four residents at two sites, four weeks, accounts of every role."""
    store = Store(str(file), folder=file.parent / "home")
    write_site(store, residents=4, weeks=4, seed=3, until=LAST)
    console = store.gate(console_actor("test"))
    store.shelf(Account).change(find_account(store, "demo-east-clinician-1").id, licence="L-1")
    add_account(console, Account(login="sys", name="Admin", role="system_admin"))
    add_account(console, Account(login="r1", name="R", role="resident", resident=EAST))
    add_account(console, Account(login="f1", name="F", role="family", resident=EAST))
    set_password(console, find_account(store, "demo-east-clinician-1"), PASSWORD)
    set_password(console, find_account(store, "demo-east-staff-1"), PASSWORD)
    store.close()
    return file


@dataclass
class Staff:
    """A server without a socket, asked as browsers ask."""

    store: Store
    premises: Premises
    asking: Asking
    tokens: dict[str, str] = field(default_factory=dict)

    def connection(self, login: str | None, **headers: str) -> HTTPConnection:
        """What a browser sends in which somebody signed in; None: nobody did."""
        if login is not None and login not in self.tokens:
            actor = actor_from(find_account(self.store, login))
            self.tokens[login] = self.premises.visitors.sign_in("", actor, login, "staff")
        given = {**headers}
        if login is not None:
            given["cookie"] = f"aicoach={self.tokens[login]}"
        raw = [(name.encode(), value.encode()) for name, value in given.items()]
        return HTTPConnection({"type": "http", "headers": raw, "client": ("127.0.0.1", 1)})

    def ask(
        self, login: str | None, name: str, lang: str = "en", /, **fields: Any
    ) -> dict[str, Any]:
        """The answer to a question."""
        connection = self.connection(login, **{"accept-language": lang})
        return self.asking.answer(connection, {"ask": name, "with": fields})


def open_staff(made: Path, folder: Path) -> Staff:
    """A copy of the made site, so that every test may change it."""
    store = Store(str(shutil.copy(made, folder / "site.sqlite3")), folder=folder / "home")
    premises = open_premises(
        store, Conduct(mode="centre"), live_sessions=1,
        make_watcher=lambda: TapedWatcher([(0.0, None), (1.0, None)]),
    )  # fmt: skip
    object.__setattr__(premises, "now", lambda: NOW)
    return Staff(store, premises, Asking(premises, QUESTIONS))


CLINICIAN, HELPER, ADMIN = "demo-east-clinician-1", "demo-east-staff-1", "demo-east-admin-1"
ELSEWHERE = "demo-west-clinician-1"
