"""Sealed columns: with the key everything is as ever, without it nothing is said or spoilt."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Text, select, text, type_coerce, update

from aicoach.access import console_actor
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.data_keys import rekey, sealed_columns
from aicoach.adapters.store.erasing import erase
from aicoach.adapters.store.people import Message, Resident, Review
from aicoach.adapters.store.sealing import VARIABLE, Keyring, keyring, new_key
from aicoach.errors import StoreError, StoreProblem
from aicoach.pose import PoseTrack

from .conftest import NewDatabase, keep_session
from .filled import NAME, NOTE, fill

FIRST, SECOND = (base64.urlsafe_b64encode(one * 32).decode() for one in (b"1", b"2"))
Reopened = Callable[[str | None], Store]


@pytest.fixture(params=["sqlite"])
def new_database(tmp_path: Path) -> NewDatabase:
    """In a file; the server has its turn in test_access_on_a_server.py."""
    return lambda: str(tmp_path / "new.sqlite3")


@pytest.fixture
def with_key(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """Set the key of the environment."""

    def put(key: str | None) -> None:
        if key is None:
            monkeypatch.delenv(VARIABLE, raising=False)
        else:
            monkeypatch.setenv(VARIABLE, key)

    put(None)
    return put


@pytest.fixture
def reopened(
    store: Store, home: Path, with_key: Callable[[str | None], None]
) -> Iterator[Reopened]:
    """The same database, opened by a program with another key."""
    made = [store]

    def again(key: str | None) -> Store:
        made[-1].close()
        with_key(key)
        made.append(Store(store.database.url.render_as_string(hide_password=False), folder=home))
        return made[-1]

    yield again
    for one in made:
        one.close()


def raw(store: Store) -> str:
    """Everything that stands in the database, as the database has it."""
    said = []
    with store.reading() as connection:
        for table in tables.metadata.sorted_tables:
            for column in table.columns:
                plain = getattr(column.type, "impl_instance", column.type)
                values = connection.scalars(select(type_coerce(column, plain)))
                said += [str(value) for value in values]
    return "\n".join(said)


def test_with_a_key_what_describes_somebody_does_not_stand_in_the_open(
    reopened: Reopened, track: PoseTrack
) -> None:
    store = reopened(FIRST)
    fill(store, track)
    stands = raw(store)
    for private in (NAME, "Ouyang", "女儿", NOTE, "加油", "\n1950\n", "$argon2", '"SetBegan"'):
        assert private not in stands, private
    assert "R-0001" in stands
    person = store.shelf(Resident).get("R-0001")
    assert person is not None
    assert (person.name, person.birth_year) == (NAME, 1950)
    assert {one.text for one in store.shelf(Message).find()} == {NOTE, f"{NAME}, 加油"}
    session = store.session_ids("R-0001")[0]
    assert store.session(session).repetitions
    assert store.keypoints(session) is not None
    store.close()


def test_a_session_reads_the_same_with_and_without_a_key(reopened: Reopened) -> None:
    open_one = reopened(None)
    first = keep_session(open_one, sets=1)
    before = open_one.entries(first)
    sealed = reopened(FIRST)
    second = keep_session(sealed, sets=1)
    assert [one.line for one in sealed.entries(second)] == [one.line for one in before]
    assert sealed.entries(first) == before
    one, two = sealed.session(first), sealed.session(second)
    assert one.answers == two.answers
    assert one.repetitions == two.repetitions
    sealed.close()


@pytest.mark.parametrize("key", [None, SECOND], ids=["no key", "another key"])
def test_without_its_key_a_sealed_database_is_refused_in_one_line_and_left_alone(
    reopened: Reopened, key: str | None
) -> None:
    store = reopened(FIRST)
    session = keep_session(store, sets=1)
    before = raw(store)
    wrong = reopened(key)
    for use in (wrong.open, lambda: wrong.session(session), wrong.recover,
                lambda: wrong.shelf(Resident).add(Resident(id="R-2", time_zone="UTC")),
                lambda: rekey(wrong)):  # fmt: skip
        with pytest.raises(StoreError) as caught:
            use()
        assert caught.value.reason is StoreProblem.SEALED
        assert "set AICOACH_KEY" in str(caught.value)
        assert "\n" not in str(caught.value)
    wrong.close()
    right = reopened(FIRST)
    assert raw(right) == before
    right.close()


@pytest.mark.parametrize(
    "key",
    ["secret", "AAAA", FIRST + "x", "ключ", f"{FIRST},nonsense"],
    ids=["word", "short", "long", "letters", "second one"],
)
def test_what_is_no_key_is_said(reopened: Reopened, key: str) -> None:
    store = reopened(key)
    with pytest.raises(StoreError, match="it holds no key") as caught:
        store.open()
    assert key not in str(caught.value)


def test_rekey_seals_what_was_there_and_changes_the_key(
    reopened: Reopened, track: PoseTrack
) -> None:
    store = reopened(None)
    fill(store, track)
    session = store.session_ids("R-0001")[0]
    lines, kept = store.entries(session), store.session(session)
    store = reopened(FIRST)
    assert NAME in raw(store)  # not sealed by itself
    changed = rekey(store)
    assert changed["residents.name"] == 2
    assert changed["residents.birth_year"] == 1
    assert changed["events.line"] > len(lines)
    assert changed["keypoints.body"] == 1
    assert set(rekey(store).values()) == {0}
    sealed = raw(store)
    assert NAME not in sealed
    assert NOTE not in sealed
    store = reopened(f"{SECOND},{FIRST}")
    rekey(store)
    store = reopened(SECOND)  # the first one may be thrown away
    assert (store.entries(session), store.session(session)) == (lines, kept)
    assert rekey(store, plain=True)["residents.name"] == 2
    store = reopened(None)
    assert (store.entries(session), store.session(session)) == (lines, kept)
    person = store.shelf(Resident).get("R-0001")
    assert person is not None
    assert (person.name, person.birth_year) == (NAME, 1950)
    assert store.keypoints(session) is not None
    with pytest.raises(StoreError, match="appended to"), store.writing() as connection:
        connection.execute(text("UPDATE events SET line = 'x'"))  # as before


def test_no_old_value_is_left_in_the_file_after_rekey(
    filled_file: Path, tmp_path: Path, with_key: Callable[[str | None], None]
) -> None:
    path = Path(shutil.copy(filled_file, tmp_path / "file.sqlite3"))
    assert NAME.encode() in path.read_bytes()
    with_key(FIRST)
    store = Store(str(path), folder=tmp_path)
    rekey(store)
    store.close()
    left = b"".join(one.read_bytes() for one in tmp_path.glob("file.sqlite3*"))
    assert NAME.encode() not in left
    assert NOTE.encode() not in left


def test_a_sealed_value_that_was_moved_or_altered_does_not_open(reopened: Reopened) -> None:
    store = reopened(FIRST)
    gate = store.gate(console_actor("test"))
    for code, name in (("R-1", "one"), ("R-2", "two")):
        gate.add_resident(Resident(id=code, name=name, birth_year=1950, time_zone="UTC"))
    column = tables.residents.c
    with store.writing() as connection:
        year = connection.scalar(
            select(type_coerce(column.birth_year, Text())).where(column.id == "R-1")
        )
        moved = update(tables.residents).where(column.id == "R-1")
        connection.execute(moved.values(name=type_coerce(year, Text())))
        name = connection.scalar(select(type_coerce(column.name, Text())).where(column.id == "R-2"))
        broken = f"{str(name)[:-6]}AAAA=="
        altered = update(tables.residents).where(column.id == "R-2")
        connection.execute(altered.values(name=type_coerce(broken, Text())))
    for code in ("R-1", "R-2"):
        with pytest.raises(StoreError, match=r"residents\.name does not open"):
            store.shelf(Resident).get(code)
    store.close()


def test_a_text_that_looks_sealed_comes_back_as_it_was_typed(reopened: Reopened) -> None:
    typed = ("sealed:1:abcd:xxxx", "sealed:0:hello", "sealed:")
    for key in (None, FIRST):
        store = reopened(key)
        session = keep_session(store, sets=1)
        fill_account(store)
        for note in typed:
            row = store.shelf(Review).add(Review(session_id=session, account="s-9", note=note))
            assert store.shelf(Review).get(row.id) == row
        store.close()


def fill_account(store: Store) -> None:
    from aicoach.adapters.store.people import Account  # noqa: PLC0415

    if store.shelf(Account).get("s-9") is None:
        store.shelf(Account).add(Account(id="s-9", login="s-9", name="s", role="staff"))


def test_erasing_searches_sealed_values_too(reopened: Reopened, track: PoseTrack) -> None:
    store = reopened(FIRST)
    fill(store, track)
    store.shelf(Message).add(Message(resident="R-00010", sender="s-1", text=f"{NAME} is R-0001"))
    certificate = erase(store, "R-0001", actor="test")
    assert [one.where for one in certificate.traces] == ["messages.text"]
    assert [one.where for one in certificate.look_at] == ["messages.text"]
    store.close()


def test_what_may_be_sealed_is_never_searched_for(store: Store) -> None:
    with pytest.raises(StoreError, match="name of a Resident may be sealed"):
        store.shelf(Resident).find(name="x")


def test_the_columns_that_are_sealed_are_those_of_the_documentation(root: Path) -> None:
    page = (root / "docs" / "privacy.md").read_text(encoding="utf-8")
    names = [
        f"{table.name}.{column.name}" for table, columns in sealed_columns() for column in columns
    ]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_a_key_is_known_by_its_hash_and_never_shown(with_key: Callable[[str | None], None]) -> None:
    with_key(f"{FIRST}, {SECOND}")
    ring = keyring()
    assert len(ring.keys) == 2
    assert FIRST not in repr(ring)
    assert repr(ring.keys[0].secret) not in repr(ring)
    sealed = ring.seal("x", "a.b")
    assert Keyring(ring.keys[::-1]).open(sealed, "a.b") == "x"
    assert ring.seal("x", "a.b") != sealed  # the same value twice does not show
    assert len(new_key()) == len(FIRST)
    assert new_key() != new_key()


def test_two_programs_that_begin_to_seal_enter_the_key_once(reopened: Reopened, home: Path) -> None:
    first = reopened(FIRST)
    second = Store(first.database.url.render_as_string(hide_password=False), folder=home)
    first.open()
    second.open()
    with first.reading() as connection:
        assert len(connection.execute(select(tables.data_keys)).all()) == 1
    first.close()
    second.close()
