"""The rim of the centre: who comes in, and with what."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from aicoach.adapters.store import Store, new_id, sessions, tables
from aicoach.adapters.store.plain_records import as_plain
from aicoach.adapters.sync import CentreSettings
from aicoach.bench.store_session import made_plan
from aicoach.bench.sync_sessions import small_head, small_session
from aicoach.errors import StoreError, StoreProblem

from .conftest import Running, running

PATHS = (
    ("GET", "hello"), ("GET", "manifest"), ("POST", "sessions"), ("POST", "rows"),
    ("POST", "wanted"),
)  # fmt: skip


@pytest.fixture
def client(centre: Running) -> Iterator[httpx.Client]:
    headers = {"Aicoach-Sync": "1", "Authorization": f"Bearer {centre.token}"}
    with httpx.Client(base_url=f"{centre.url}/sync/v1", headers=headers, trust_env=False) as made:
        yield made


def part(number: int = 1, **more: Any) -> dict[str, Any]:
    lines = [[one.sequence, one.kind, one.line] for one in small_session(number)]
    head = as_plain(small_head(number, "cabin-1", "site-1"))
    body = {
        "id": head["id"], "head": head, "planned": as_plain(made_plan(1)), "lines": lines,
        "close": len(lines),
    }  # fmt: skip
    return body | more


def send(client: httpx.Client, *parts: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/sessions", json={"sessions": list(parts)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["sessions"]
    return found


def test_health_says_whether_the_database_answers(
    centre: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = httpx.get(f"{centre.url}/health", trust_env=False)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    def fail(*_: object) -> None:
        raise StoreError("postgresql://aicoach@secret/centre", StoreProblem.LOST)

    monkeypatch.setattr(Store, "reading", fail)
    answer = httpx.get(f"{centre.url}/health", trust_env=False)
    assert answer.status_code == 503
    assert "secret" not in answer.text


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nothing_is_said_or_taken_without_a_token(
    centre: Running, client: httpx.Client, method: str, path: str
) -> None:
    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": centre.token}):
        headers = {"Aicoach-Sync": "1", **given}
        answer = httpx.request(
            method, f"{centre.url}/sync/v1/{path}", headers=headers, trust_env=False
        )
        assert (answer.status_code, answer.json()["problem"]) == (401, "refused")
    centre.revoke()
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["problem"]) == (403, "revoked")


@pytest.mark.parametrize("spoken", ["", "0", "2", "x" * 500])
def test_another_protocol_is_told_which_one_is_spoken_here(
    client: httpx.Client, spoken: str
) -> None:
    answer = client.get("/hello", headers={"Aicoach-Sync": spoken})
    assert (answer.status_code, answer.json()["problem"]) == (426, "protocol")
    assert answer.json()["protocol"] == 1


def test_hello_names_the_cabin_of_the_token(centre: Running, client: httpx.Client) -> None:
    said = client.get("/hello").json()
    assert (said["cabin"], said["site"], said["sessions"]) == ("cabin-1", "site-1", 0)
    send(client, part())
    again = client.get("/hello").json()
    assert (again["centre"], again["sessions"]) == (said["centre"], 1)


def test_a_session_is_taken_packed_or_not(centre: Running, client: httpx.Client) -> None:
    body = part(2)
    packed = gzip.compress(json.dumps({"sessions": [body]}).encode())
    answer = client.post("/sessions", content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.json()["sessions"][0]["closed"]
    assert centre.store.session(body["id"]).session.why_ended == "complete"
    assert send(client, part(1))[0]["closed"]


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"", "identity", 400),
        (b"{", "identity", 400),
        (b"[]", "identity", 400),
        (b'{"sessions": 1}', "identity", 400),
        (b'{"sessions": [], "more": 1}', "identity", 400),
        (b'{"sessions": [{"id": "../../etc", "lines": []}]}', "identity", 400),
        (b'{"sessions": [{"id": "\\ud800", "lines": []}]}', "identity", 400),
        (b"\xff\xfe", "identity", 400),
        (b"no gzip", "gzip", 400),
        (gzip.compress(b'{"sessions": []}')[:-4], "gzip", 400),
        (gzip.compress(b'{"sessions": []}') + b"more", "gzip", 400),
        (b'{"sessions": []}', "br", 400),
        (gzip.compress(b" " * 30_000_000), "gzip", 413),
        (b" " * 5_000_000, "identity", 413),
    ],
    ids=["nothing", "open", "list", "number", "more", "path", "half a letter", "no text",
         "no gzip", "gzip cut off", "gzip and more", "other packing", "bomb", "too long"],
)  # fmt: skip
def test_what_is_no_request_is_refused_whole(
    client: httpx.Client, content: bytes, encoding: str, status: int
) -> None:
    answer = client.post("/sessions", content=content, headers={"Content-Encoding": encoding})
    assert answer.status_code == status
    assert answer.json()["problem"] == {400: "malformed", 413: "too_large"}[status]


def test_a_body_of_unsaid_length_is_cut_off_too(client: httpx.Client) -> None:
    answer = client.post("/sessions", content=(b" " * 100_000 for _ in range(60)))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "spoil",
    [
        {"head": {"id": "x"}},
        {"head": None},
        {"planned": {"frequency_per_week": "often", "exercises": []}},
        {"lines": [[1, "event", "no json"]]},
        {"lines": [[1, "event", '{"type": "Cue", "t_s": 1.0}']]},
        {"lines": [[1, "event", '{"type": "Noticed", "t_s": NaN, "cause": "", "what": ""}']]},
        {"lines": [[1, "event", '{"type": "New", "t_s": "x", "cause": ""}']]},
        {"lines": [[1, "event", '{"type": "N\\u0000", "t_s": 1, "cause": ""}']]},
        {"lines": [[1, "event", '{"type": "N\\ud800", "t_s": 1, "cause": ""}']]},
        {"lines": [[1, "event", '{"type": "New",\n"t_s": 1, "cause": ""}']]},
        {"lines": [[1, "heart_rate", '{"type": "command", "t_s": 1.0, "name": "stop"}']]},
        {"lines": [[1, "heart_rate", '{"type":"heart_rate","t_s":1.0,"bpm":90.0}']]},
    ],
)
def test_what_is_wrong_with_one_session_is_no_harm_to_the_others(
    centre: Running, client: httpx.Client, spoil: dict[str, Any]
) -> None:
    bad, good = part(1) | spoil, part(2)
    first, second = send(client, bad, good)
    assert first["problem"] in ("unusable", "unknown")
    assert first["kept"] == []
    assert second["closed"]
    assert centre.store.session_ids() == (good["id"],)


@pytest.mark.parametrize(
    "change",
    [
        {"id": new_id()},
        {"resident": ""},
        {"resident": "R" * 65},
        {"resident": "R\x00"},
        {"started_at": "2026-03-02T01:30:00"},
        {"started_at": "yesterday"},
        {"plan_version": "second"},
        {"start_s": None},
        {"new_field": 1},
    ],
)
def test_a_beginning_that_is_none_is_refused(client: httpx.Client, change: dict[str, Any]) -> None:
    body = part()
    body["head"] = body["head"] | change
    (found,) = send(client, body)
    assert found["problem"] == "unusable"
    assert "head" in found["text"]


def test_an_event_of_a_newer_program_is_kept_as_it_is(
    centre: Running, client: httpx.Client
) -> None:
    line = '{"type": "Applause", "t_s": 1.5, "cause": "audience", "loud": true}'
    body = part(lines=[[1, "event", line]], close=1)
    assert send(client, body)[0]["closed"]
    assert centre.store.entries(body["id"])[0].line == line


def test_a_cabin_is_told_to_wait_when_it_asks_too_often(new_store: Callable[[str], Store]) -> None:
    settings = dataclasses.replace(
        CentreSettings.load(), requests_at_once=3.0, requests_per_min=6.0, refusals_at_once=2.0
    )
    with running(new_store("busy"), settings) as centre:
        headers = {"Aicoach-Sync": "1", "Authorization": f"Bearer {centre.token}"}
        answers = [
            httpx.get(f"{centre.url}/sync/v1/hello", headers=headers, trust_env=False)
            for _ in range(5)
        ]
        assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 10
        wrong = headers | {"Authorization": "Bearer wrong"}
        tried = [
            httpx.get(f"{centre.url}/sync/v1/hello", headers=wrong, trust_env=False).status_code
            for _ in range(4)
        ]
        assert tried == [401, 401, 429, 429]
        other = headers | {"Authorization": f"Bearer {centre.new_token('cabin-2')}"}
        answer = httpx.get(f"{centre.url}/sync/v1/hello", headers=other, trust_env=False)
        assert answer.status_code == 200, "one cabin does not stand in the way of another"


@pytest.mark.parametrize(
    ("reason", "status", "problem"),
    [(StoreProblem.FULL, 507, "full"), (StoreProblem.LOST, 503, "busy")],
)
def test_a_database_that_fails_is_said_without_its_address(
    centre: Running, client: httpx.Client, monkeypatch: pytest.MonkeyPatch,
    reason: StoreProblem, status: int, problem: str,
) -> None:  # fmt: skip
    def fail(*_: object) -> None:
        raise StoreError("postgresql://aicoach@secret/centre", reason, detail="secret")

    monkeypatch.setattr(sessions, "append_entries", fail)
    answer = client.post("/sessions", json={"sessions": [part()]})
    assert (answer.status_code, answer.json()["problem"]) == (status, problem)
    assert "secret" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_cabin_reads_nothing_of_another_site(centre: Running, client: httpx.Client) -> None:
    with centre.store.writing() as connection:
        row = {"id": "R-9", "site": "site-2", "language": "zh", "time_zone": "Asia/Shanghai"}
        head = small_head(1, "cabin-1", "site-1")
        connection.execute(tables.residents.insert().values(**row, created_at=head.started_at))
    listed = client.get("/manifest").json()["rows"]
    assert ("residents", "R-9") not in {(one["kind"], one["id"]) for one in listed}
    wanted = {"rows": [{"kind": "residents", "id": "R-9"}, {"kind": "audit", "id": "1"}]}
    assert client.post("/wanted", json=wanted).json() == {"rows": []}


def test_rows_are_answered_one_by_one(centre: Running, client: httpx.Client) -> None:
    good = {
        "id": "R-1", "site": None, "name": "Resident 1", "birth_year": 1950, "language": "zh",
        "time_zone": "Asia/Shanghai", "created_at": "2026-03-02T01:30:00+00:00",
    }  # fmt: skip
    rows = [
        {"kind": "residents", "body": good},
        {"kind": "residents", "body": good | {"id": "R-2", "birth_year": "old"}},
        {"kind": "residents", "body": good | {"id": "R-3", "is_admin": True}},
        {"kind": "accounts", "body": {"id": "a", "login": "a", "role": "system_admin"}},
        {"kind": "audit", "body": {"number": 1}},
    ]
    answer = client.post("/rows", json={"rows": rows}).json()["rows"]
    assert [one["outcome"] for one in answer] == ["kept"] + ["refused"] * 4
    with centre.store.reading() as connection:
        assert connection.scalars(select(tables.residents.c.id)).all() == ["R-1"]
        assert connection.scalars(select(tables.accounts.c.id)).all() == []
