"""Who signed in is let in no longer than their account and their secret hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import close_account, find_account, set_password, sign_in
from aicoach.adapters.store.accounts.signing_in import SignedIn, sign_in_holds
from aicoach.adapters.store.people import Account, Resident
from aicoach.errors import StoreError, StoreProblem
from aicoach.web.settings import web_settings
from aicoach.web.visitors import Visitors

from .staff_desk import CLINICIAN, EAST, NOW, PASSWORD, Staff, made_site, open_staff

pytestmark = pytest.mark.xdist_group("staff")
AGAIN_S = web_settings().visitors.account_s
OTHER = "quite another sentence"


@dataclass
class Hall:
    """Browsers of one server, its clock, and another program at the same database."""

    store: Store
    elsewhere: Store
    now_s: float = 0.0
    on: set[str] = field(default_factory=set)
    """Visitors who have a session."""

    def __post_init__(self) -> None:
        self.visitors = Visitors(
            web_settings().visitors, lambda: self.now_s, lambda visitor: visitor in self.on,
            lambda actor, credential: sign_in_holds(self.store, actor, credential),
        )  # fmt: skip

    def enter(self) -> str:
        done = sign_in(self.store, CLINICIAN, PASSWORD, "x", NOW)
        assert isinstance(done, SignedIn)
        return self.visitors.sign_in("", done.actor, "Li", "staff", done.credential)

    def is_in(self, token: str) -> bool:
        found = self.visitors.of(token)
        assert found is not None
        return found.actor is not None

    def change(self, done: Callable[[Store, Account], object]) -> None:
        """Another program does something to the account, and a moment passes."""
        done(self.elsewhere, find_account(self.elsewhere, CLINICIAN))
        self.now_s += AGAIN_S


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_site(tmp_path_factory.mktemp("site") / "made.sqlite3")


@pytest.fixture
def staff(made: Path, tmp_path: Path) -> Iterator[Staff]:
    opened = open_staff(made, tmp_path)
    yield opened
    opened.premises.close()
    opened.store.close()


@pytest.fixture
def hall(staff: Staff, tmp_path: Path) -> Iterator[Hall]:
    elsewhere = Store(str(tmp_path / "site.sqlite3"), folder=tmp_path / "elsewhere")
    yield Hall(staff.store, elsewhere)
    elsewhere.close()


def close(store: Store, account: Account) -> None:
    close_account(store.gate(console_actor("test")), account)


def move(store: Store, account: Account) -> None:
    store.shelf(Account).change(account.id, site="demo-west")


def demote(store: Store, account: Account) -> None:
    store.shelf(Account).change(account.id, role="staff")


def renew(store: Store, account: Account) -> None:
    set_password(store.gate(console_actor("test")), account, OTHER)


@pytest.mark.parametrize("change", [close, move, demote, renew])
def test_a_changed_account_or_secret_signs_everybody_out_within_seconds(
    hall: Hall, change: Callable[[Store, Account], object]
) -> None:
    token = hall.enter()
    before = hall.visitors.of(token)
    hall.change(change)
    assert not hall.is_in(token)
    after = hall.visitors.of(token)
    assert before is not None
    assert after is not None
    assert after.id != before.id
    assert after.name == ""


def test_whoever_was_not_touched_stays_signed_in(hall: Hall) -> None:
    token = hall.enter()
    hall.change(lambda store, _account: store.shelf(Resident).change(EAST, language="en"))
    assert hall.is_in(token)


def test_no_session_is_broken_off_for_a_new_secret_but_a_closed_account_is_out(hall: Hall) -> None:
    token = hall.enter()
    visitor = hall.visitors.of(token)
    assert visitor is not None
    hall.on.add(visitor.id)
    hall.change(renew)
    assert hall.is_in(token)
    hall.change(close)
    assert not hall.is_in(token)


def test_a_database_that_cannot_be_read_signs_nobody_out(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = hall.enter()

    def unreadable(*_asked: object) -> bool:
        raise StoreError("site", StoreProblem.FAILED)

    monkeypatch.setattr(sys.modules[__name__], "sign_in_holds", unreadable)
    hall.now_s += AGAIN_S
    assert hall.is_in(token)
    monkeypatch.undo()
    hall.change(close)
    assert not hall.is_in(token)


def test_the_pages_of_staff_answer_nobody_whose_account_was_closed(staff: Staff) -> None:
    assert "html" in staff.ask(CLINICIAN, "resident", code=EAST)
    close(staff.store, find_account(staff.store, CLINICIAN))
    object.__setattr__(staff.premises.visitors, "_clock", lambda: 1e12)
    assert staff.ask(CLINICIAN, "resident", code=EAST)["problem"] == "sign_in"
    assert staff.ask(CLINICIAN, "message", code=EAST, text="hello")["problem"] == "sign_in"


def test_a_new_password_of_ones_own_keeps_this_browser_and_signs_out_the_others(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitors, moment = staff.premises.visitors, [0.0]
    monkeypatch.setattr(visitors, "_clock", lambda: moment[0])
    done = sign_in(staff.store, CLINICIAN, PASSWORD, "x", NOW)
    assert isinstance(done, SignedIn)
    here, there = (
        visitors.sign_in("", done.actor, "Li", "staff", done.credential) for _browser in range(2)
    )
    staff.tokens[CLINICIAN] = here
    fields = {"account": done.account.id, "password": OTHER, "again": OTHER}
    assert "problem" not in staff.ask(CLINICIAN, "account_password", **fields)
    moment[0] += AGAIN_S
    kept, gone = visitors.of(here), visitors.of(there)
    assert kept is not None
    assert gone is not None
    assert (kept.actor, gone.actor) == (done.actor, None)
