"""Passwords, PINs and cards; and what somebody learns who guesses: nothing, slowly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, update

from aicoach.access import Role, console_actor
from aicoach.access.settings import access_settings
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.accounts import (
    Refused,
    SignedIn,
    actor_of,
    add_account,
    close_account,
    find_account,
    issue_card,
    revoke_credential,
    secrets,
    set_password,
    set_pin,
    sign_in,
    sign_in_card,
    sign_in_pin,
    signing_in,
)
from aicoach.adapters.store.accounts import hashing as hashing_module
from aicoach.adapters.store.accounts.hashing import Hasher, hasher
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.people import Account, Cabin, Resident, Site
from aicoach.errors import AccessError, PrivacyError, SecretError, StoreError

from .conftest import NewDatabase

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)
PASSWORD = "correct horse battery"
PIN = "739184"


@pytest.fixture(params=["sqlite"])
def new_database(tmp_path: Path) -> NewDatabase:
    """In a file; the server has its turn in test_access_on_a_server.py."""
    return lambda: str(tmp_path / "new.sqlite3")


@pytest.fixture
def real_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as it is in use; everywhere else in the tests with small numbers."""
    for module in (secrets, signing_in):
        monkeypatch.setattr(module, "hasher", hashing_module.hasher)


@pytest.fixture
def console(store: Store) -> Gate:
    """The person at the computer, with two sites, cabins and residents."""
    gate = store.gate(console_actor("test"))
    for site in ("site-1", "site-2"):
        store.shelf(Site).add(Site(id=site, name=site, time_zone="Asia/Shanghai"))
        store.shelf(Cabin).add(Cabin(id=f"{site}-a", site=site, name="A"))
        store.shelf(Cabin).add(Cabin(id=f"{site}-b", site=site, name="B"))
    gate.add_resident(
        Resident(id="R-0001", site="site-1", birth_year=1950, time_zone="Asia/Shanghai")
    )
    return gate


@pytest.fixture
def clinician(console: Gate) -> Account:
    """An account with a password."""
    row = Account(
        id="c-1", login="Li.Na", name="c-1", role="clinician", site="site-1", licence="110-1"
    )
    account = add_account(console, row)
    set_password(console, account, PASSWORD)
    return account


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_the_right_password_signs_in_however_the_login_is_typed(
    store: Store, clinician: Account
) -> None:
    for login in ("li.na", " LI.NA ", "Ｌi.Na"):
        done = sign_in(store, login, PASSWORD, "10.0.0.1", NOW)
        assert isinstance(done, SignedIn)
        assert (done.actor.role, done.actor.licence) == (Role.CLINICIAN, "110-1")
    assert actor_of(store, "c-1") == done.actor


def test_the_hash_is_argon2id_with_the_numbers_of_the_rules(
    real_numbers: None, store: Store, clinician: Account
) -> None:
    column = tables.credentials.c
    with store.reading() as connection:
        kept = connection.scalar(select(column.secret).where(column.account == "c-1"))
    assert str(kept).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert isinstance(sign_in(store, "li.na", PASSWORD, "x", NOW), SignedIn)


def test_a_wrong_password_a_wrong_login_and_a_closed_account_look_the_same(
    store: Store, console: Gate, clinician: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = add_account(console, Account(id="s-1", login="gone", name="s-1", role="staff"))
    set_password(console, closed, PASSWORD)
    close_account(console, closed, NOW)
    add_account(console, Account(id="s-2", login="no.password", name="s-2", role="staff"))
    work: list[str] = []
    fits = signing_in.hasher().fits

    def counted(kept: str | None, secret: str) -> bool:
        work.append(secret)
        return fits(kept, secret)

    monkeypatch.setattr(signing_in.hasher(), "fits", counted)
    answers = []
    for login in ("li.na", "nobody.here", "gone", "no.password", ""):
        secret = PASSWORD if login == "gone" else "something else"
        answers.append([sign_in(store, login, secret, f"at {login}", NOW) for _ in range(8)])
    assert answers[0][0] == Refused(wait_s=0.0)
    assert all(one == answers[0] for one in answers)
    looked_at = len(work) / len(answers)
    assert looked_at == access_settings().wait_account.free + 1  # the rest came too early


def test_who_guesses_waits_twice_as_long_each_time_and_the_owner_gets_in_after(
    store: Store, clinician: Account
) -> None:
    free = int(access_settings().wait_account.free)
    now = NOW
    for _ in range(free):
        assert sign_in(store, "li.na", "wrong", "10.0.0.1", now) == Refused(wait_s=0.0)
    waits = []
    for _ in range(4):
        refused = sign_in(store, "li.na", "wrong", "10.0.0.1", now)
        assert isinstance(refused, Refused)
        early = sign_in(store, "li.na", PASSWORD, "10.0.0.1", now)
        assert early == refused  # too early: not even the right one is looked at
        waits.append(refused.wait_s)
        now += timedelta(seconds=refused.wait_s)
    assert waits == [2.0, 4.0, 8.0, 16.0]
    assert isinstance(sign_in(store, "li.na", PASSWORD, "10.0.0.1", now), SignedIn)
    assert sign_in(store, "li.na", "wrong", "10.0.0.1", now) == Refused(wait_s=0.0)


def test_who_guesses_at_many_logins_from_one_place_waits_as_well(
    store: Store, clinician: Account
) -> None:
    free = int(access_settings().wait_origin.free)
    for n in range(free + 1):
        last = sign_in(store, f"guess-{n}", "wrong", "10.0.0.9", NOW)
    assert isinstance(last, Refused)
    assert last.wait_s > 0
    assert isinstance(sign_in(store, "li.na", PASSWORD, "10.0.0.9", NOW), Refused)
    assert isinstance(sign_in(store, "li.na", PASSWORD, "10.0.0.1", NOW), SignedIn)


def test_signing_in_once_does_not_clear_the_guesses_from_the_same_place(
    store: Store, clinician: Account
) -> None:
    free = int(access_settings().wait_origin.free)
    for n in range(free):
        sign_in(store, f"guess-{n}", "wrong", "10.0.0.9", NOW)
        if n % 7 == 0 and n < free - 1:
            assert isinstance(sign_in(store, "li.na", PASSWORD, "10.0.0.9", NOW), SignedIn)
    refused = sign_in(store, "one-more", "wrong", "10.0.0.9", NOW)
    assert isinstance(refused, Refused)
    assert refused.wait_s > 0


def test_guesses_are_forgotten_after_a_day(store: Store, clinician: Account) -> None:
    for n in range(8):
        sign_in(store, "li.na", "wrong", "10.0.0.1", later(40 * n))
    again = later(access_settings().wait_account.forget_s + 1000)
    assert sign_in(store, "li.na", "wrong", "10.0.0.1", again) == Refused(wait_s=0.0)


def test_guesses_at_the_same_time_are_all_counted(store: Store, clinician: Account) -> None:
    tries = 12
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(lambda n: sign_in(store, "li.na", "wrong", f"o-{n}", NOW), range(tries))
        )
    free = int(access_settings().wait_account.free)
    assert sorted(isinstance(one, Refused) and one.wait_s > 0 for one in done) == (
        [False] * free + [True] * (tries - free)
    )


def test_nothing_typed_is_kept_in_the_open(store: Store, clinician: Account) -> None:
    sign_in(store, "my secret typed as login", "x", "10.0.0.1", NOW)
    with store.reading() as connection:
        rows = [
            *connection.execute(select(tables.sign_in_waits)).all(),
            *connection.execute(select(tables.audit)).all(),
        ]
    said = repr(rows)
    assert "my secret" not in said
    assert "10.0.0.1" not in said


def test_a_hash_of_older_numbers_is_made_anew_when_its_owner_signs_in(
    store: Store, clinician: Account
) -> None:
    old = Hasher(replace(access_settings().argon2, memory_kib=32.0, iterations=1.0, lanes=1.0))
    column = tables.credentials.c
    with store.writing() as connection:
        connection.execute(update(tables.credentials).values(secret=old.hash(PASSWORD)))
    assert isinstance(sign_in(store, "li.na", "wrong", "x", NOW), Refused)
    assert isinstance(sign_in(store, "li.na", PASSWORD, "x", NOW), SignedIn)
    with store.reading() as connection:
        kept = str(connection.scalar(select(column.secret).where(column.account == "c-1")))
    assert not signing_in.hasher().is_old(kept)
    assert isinstance(sign_in(store, "li.na", PASSWORD, "x", NOW), SignedIn)


def test_a_new_password_makes_the_one_before_void(
    store: Store, console: Gate, clinician: Account
) -> None:
    set_password(console, clinician, "quite another sentence")
    assert isinstance(sign_in(store, "li.na", PASSWORD, "x", NOW), Refused)
    assert isinstance(sign_in(store, "li.na", "quite another sentence", "x", NOW), SignedIn)
    with pytest.raises(SecretError):
        set_password(console, clinician, "short")


def test_a_pin_opens_one_cabin_and_waits_like_a_password(store: Store, console: Gate) -> None:
    set_pin(console, "R-0001", PIN, "site-1-a")
    done = sign_in_pin(store, "R-0001", PIN, "site-1-a", NOW)
    assert isinstance(done, SignedIn)
    assert (done.actor.role, done.actor.resident) == (Role.RESIDENT, "R-0001")
    assert isinstance(sign_in_pin(store, "R-0001", PIN, "site-1-b", NOW), Refused)
    assert isinstance(sign_in_pin(store, "R-9999", PIN, "site-1-a", NOW), Refused)
    for n in range(7):
        last = sign_in_pin(store, "R-0001", f"20495{n}", "site-1-a", NOW)
    assert isinstance(last, Refused)
    assert last.wait_s > 0
    assert isinstance(sign_in_pin(store, "R-0001", PIN, "site-1-a", NOW), Refused)


def test_a_pin_that_is_easy_to_guess_is_not_set(store: Store, console: Gate) -> None:
    for pin in ("123456", "195001", "12345"):
        with pytest.raises(SecretError):
            set_pin(console, "R-0001", pin, "site-1-a")
    with pytest.raises(PrivacyError, match="is not at the site"):
        set_pin(console, "R-0001", PIN, "site-2-a")
    with pytest.raises(PrivacyError, match="there is none"):
        set_pin(console, "R-0001", PIN, "nowhere")
    with pytest.raises(PrivacyError, match="nobody has this code"):
        set_pin(console, "R-9999", PIN, "site-1-a")


def test_cards_open_every_cabin_of_the_site_until_they_are_revoked(
    store: Store, console: Gate
) -> None:
    first, second = issue_card(console, "R-0001"), issue_card(console, "R-0001", "spare")
    for card in (first, second):
        for cabin in ("site-1-a", "site-1-b"):
            done = sign_in_card(store, card.token, cabin, NOW)
            assert isinstance(done, SignedIn)
            assert done.actor.resident == "R-0001"
    assert isinstance(sign_in_card(store, first.token, "site-2-a", NOW), Refused)
    assert isinstance(sign_in_card(store, first.token, "nowhere", NOW), Refused)
    assert isinstance(
        sign_in_card(
            store, first.token[:-1] + ("B" if first.token.endswith("A") else "A"), "site-1-a", NOW
        ),
        Refused,
    )
    revoke_credential(console, first.id)
    assert isinstance(sign_in_card(store, first.token, "site-1-a", NOW), Refused)
    assert isinstance(sign_in_card(store, second.token, "site-1-a", NOW), SignedIn)
    for wrong in (first.id, "nonsense", "01234567-89ab-7def-8123-456789abcdef"):
        with pytest.raises(PrivacyError, match="there is none that is valid"):
            revoke_credential(console, wrong)


def test_the_token_of_a_card_is_nowhere_in_the_database(store: Store, console: Gate) -> None:
    card = issue_card(console, "R-0001")
    assert card.token not in repr(card)
    with store.reading() as connection:
        rows = repr(
            [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables]
        )
    assert card.token not in rows
    assert card.token.removeprefix("AICOACH1:") not in rows


def test_closing_an_account_makes_everything_of_it_void(store: Store, console: Gate) -> None:
    card = issue_card(console, "R-0001")
    set_pin(console, "R-0001", PIN, "site-1-a")
    account = find_account(store, "R-0001#resident")
    close_account(console, account, NOW)
    assert actor_of(store, account.id) is None
    assert isinstance(sign_in_card(store, card.token, "site-1-a", NOW), Refused)
    assert isinstance(sign_in_pin(store, "R-0001", PIN, "site-1-a", NOW), Refused)
    with pytest.raises(StoreError, match="closed already"):
        close_account(console, find_account(store, account.login), NOW)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Account(login="", name="x", role="staff"), "a login has 1 to 128"),
        (Account(login="a b", name="x", role="staff"), "no blanks"),
        (Account(login="a\x00b", name="x", role="staff"), "a login has 1 to 128"),
        (Account(login="x" * 129, name="x", role="staff"), "a login has 1 to 128"),
        (Account(login="a", name="x", role="emperor"), "'emperor' is no role"),
        (Account(login="a", name="x", role="console"), "'console' is no role"),
        (Account(login="a", name="x", role="family"), "needs the resident's code"),
    ],
)
def test_an_account_that_makes_no_sense_is_not_opened(
    console: Gate, row: Account, problem: str
) -> None:
    with pytest.raises(PrivacyError, match="account") as caught:
        add_account(console, row)
    assert problem in str(caught.value)


def test_a_site_admin_opens_accounts_of_the_own_site_and_none_above(
    store: Store, console: Gate
) -> None:
    boss = add_account(
        console, Account(id="b-1", login="boss", name="b-1", role="site_admin", site="site-1")
    )
    actor = actor_of(store, boss.id)
    assert actor is not None
    gate = store.gate(actor)
    made = add_account(
        gate, Account(id="s-9", login="new", name="s-9", role="staff", site="site-1")
    )
    set_password(gate, made, PASSWORD)
    set_password(gate, boss, "a sentence of my own")
    for role, site in (
        ("system_admin", None), ("site_admin", "site-1"), ("staff", "site-2"), ("staff", None),
    ):  # fmt: skip
        with pytest.raises(AccessError):
            add_account(gate, Account(login="x", name="x", role=role, site=site))
    chief = add_account(
        console, Account(id="a-1", login="chief", name="a-1", role="system_admin", site="site-1")
    )
    for deed in (
        lambda: set_password(gate, chief, "a sentence of theirs"),
        lambda: close_account(gate, chief),
    ):
        with pytest.raises(AccessError):
            deed()


def test_family_belongs_to_the_site_of_the_resident_whatever_was_said(console: Gate) -> None:
    row = Account(login="son", name="x", role="family", site="site-2", resident="R-0001")
    assert add_account(console, row).site == "site-1"


def test_a_resident_may_not_change_the_password_of_the_family(store: Store, console: Gate) -> None:
    family = add_account(console, Account(login="son", name="x", role="family", resident="R-0001"))
    issue_card(console, "R-0001")
    actor = actor_of(store, find_account(store, "r-0001#resident").id)
    assert actor is not None
    with pytest.raises(AccessError):
        set_password(store.gate(actor), family, PASSWORD)


def test_one_hasher_serves_the_installation() -> None:
    assert hasher() is hashing_module.hasher()
