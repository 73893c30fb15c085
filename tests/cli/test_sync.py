"""`aicoach sync`, `cabin` and `serve`: what they do, and the one line when they cannot."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aicoach.adapters.store import Store, new_id
from aicoach.adapters.store.schema import newest_revision
from aicoach.adapters.sync import CabinSettings, Hello
from aicoach.bench.sync import compare
from aicoach.bench.sync_sessions import fill
from aicoach.cli import run
from aicoach.cli.sync import _side
from aicoach.records import INTERRUPTED

from .conftest import Aicoach


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    for name in ("AICOACH_TOKEN", "AICOACH_DATABASE", "AICOACH_CENTRE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def made_centre(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre with one cabin, made by the commands once; and the token of the cabin."""
    file = tmp_path_factory.mktemp("centre") / "centre.sqlite3"
    words = ("--database", str(file))
    assert run(["cabin", "add", "cabin-1", "--site", "site-1", *words]) == 0
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert run(["cabin", "token", "cabin-1", *words]) == 0
    return file, said.getvalue()


@pytest.fixture
def database(made_centre: tuple[Path, str], tmp_path: Path) -> Path:
    """That centre, to be changed."""
    return Path(shutil.copy(made_centre[0], tmp_path / "centre.sqlite3"))


@pytest.fixture
def token_file(made_centre: tuple[Path, str], tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(made_centre[1], encoding="ascii")
    return file


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Of this computer, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture
def answering() -> Iterator[type[http.server.BaseHTTPRequestHandler]]:
    """A server that is no centre; tests say what it answers."""

    class Answer(http.server.BaseHTTPRequestHandler):
        status, body = 404, b"nothing"
        url = ""

        def do_GET(self) -> None:
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    Answer.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Answer
    server.shutdown()
    server.server_close()


def test_a_cabin_hands_over_through_the_real_server_over_https(
    aicoach: Aicoach,
    database: Path,
    token_file: Path,
    certificate: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    cabin = Store(str(tmp_path / "cabin.sqlite3"), folder=tmp_path / "cabin")
    fill(cabin, "cabin-1", "site-1", 3)
    command = [
        sys.executable, "-m", "aicoach", "serve", "--mode", "centre", "--port", "0",
        "--database", str(database), "--https", *map(str, certificate),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split(" at ")[1].split(",")[0]
            url = url.replace("127.0.0.1", "localhost")
            ask = ("sync", "--to", url, "--database", cabin.database.name, "--token-file",
                   token_file)  # fmt: skip
            stranger = aicoach(*ask)
            assert stranger.code == 2
            assert "no safe connection" in stranger.err
            assert "--ca FILE" in stranger.err
            done = aicoach(*ask, "--ca", certificate[0])
            assert (done.code, done.err) == (0, "")
            assert "3 sessions, 63 lines handed over" in done.out
            again = aicoach(*ask, "--ca", certificate[0], "--once")
            assert "nothing to exchange" in again.out
            asked = [one.action for one in cabin.audit.entries() if one.action == "sync.run"]
            assert len(asked) == 2, "the gate is asked by every run that reaches its centre"
            aicoach("cabin", "revoke", "cabin-1", "--database", database)
            refused = aicoach(*ask, "--ca", certificate[0])
            assert refused.code == 2
            assert "access was revoked" in refused.err
        finally:
            server.terminate()
    centre = Store(str(database))
    assert compare(centre, (cabin,)) == []
    centre.close()
    cabin.close()


CUT_OFF = """
import os, sys, time
from aicoach.adapters.store import Store
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
recorder = Store(sys.argv[1]).record(made_head(), made_plan())
for one in list(made_session())[:60]:
    hand_over(recorder, one)
while recorder.state().stored < 60:
    time.sleep(0.01)
print(recorder.session_id, flush=True)
os._exit(9)
"""


def cut_off(database: Path) -> str:
    """A session whose program died, and a journal that is none."""
    command = [sys.executable, "-c", CUT_OFF, str(database)]
    session = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    (Store(str(database)).journals / "none.jsonl").write_text("{}\n")
    return session


def test_a_server_closes_what_was_cut_off_when_it_starts(database: Path) -> None:
    session = cut_off(database)
    command = [
        sys.executable, "-m", "aicoach", "serve", "--port", "0", "--database", str(database),
    ]  # fmt: skip
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ) as server:
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            assert "centre at" in server.stdout.readline()
            store = Store(str(database))
            assert store.session(session).session.why_ended == INTERRUPTED
            copy = database.with_name("copy")
            assert run(["db", "backup", str(copy), "--database", str(database)]) == 0
            store.close()
            assert run(["db", "restore", str(copy), "--yes", "--database", str(database)]) == 2
        finally:
            server.terminate()
        assert "none.jsonl.damaged" in server.stderr.read()


def test_a_visit_hands_over_what_was_cut_off_to_its_end(tmp_path: Path) -> None:
    session = cut_off(tmp_path / "cabin.sqlite3")
    store, settings = Store(str(tmp_path / "cabin.sqlite3")), CabinSettings.load()
    hello = Hello(
        centre=new_id(), cabin="cabin-1", site="site-1", may_sign=False, sessions=0,
        tables=newest_revision(), program="test", at=dt.datetime.now(dt.timezone.utc),
    )  # fmt: skip
    side = _side(store, settings)(hello)
    assert store.session(session).session.why_ended == INTERRUPTED
    assert "none.jsonl.damaged" in side.notes[0]
    store.close()


def test_without_a_network_nothing_is_lost_and_it_is_said(
    aicoach: Aicoach, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    ran = aicoach("sync", "--to", "http://127.0.0.1:9", "--token-file", token_file)
    assert ran.code == 2
    assert "cannot be reached" in ran.err
    assert "nothing is lost" in ran.err
    assert ran.err.count("\n") == 1
    assert len(waits) == 4
    assert waits == sorted(waits), "each wait is longer than the one before"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"not found", "no centre of aicoach"),
        (200, b"<html>welcome to the hotel</html>", "no centre of aicoach"),
        (426, b'{"problem": "protocol", "text": "", "protocol": 2}', "a newer protocol"),
        (426, b'{"problem": "protocol", "text": "", "protocol": 0}', "an older protocol"),
        (507, b'{"problem": "full", "text": "the disk of the centre is full"}', "disk is full"),
        (401, b'{"problem": "refused", "text": ""}', "does not know this token"),
        (401, b'{"problem": "expired", "text": ""}', "the token has run out"),
        (502, b"bad gateway", "busy"),
    ],
)
def test_every_refusal_is_one_line_that_says_what_to_do(
    aicoach: Aicoach,
    token_file: Path,
    answering: type[http.server.BaseHTTPRequestHandler],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
    said: str,
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(answering, "status", status)
    monkeypatch.setattr(answering, "body", body)
    url: str = answering.url  # type: ignore[attr-defined]
    ran = aicoach("sync", "--to", url, "--token-file", token_file)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert said in ran.err
    assert "; " in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "http://192.0.2.1"), "would carry the token in clear"),
        (("--to", "centre.example"), "begins with https://"),
        (("--to", "https://"), "begins with https://"),
        (("--to", "https://localhost", "--ca", "no-such-file"), "no-such-file"),
        (("--to", "https://localhost", "--once", "--every", "5"), "not both"),
        (("--to", "https://localhost", "--every", "0"), "--every"),
        ((), "--to"),
    ],
)
def test_what_is_asked_wrongly_is_said_before_anything_is_sent(
    aicoach: Aicoach, token_file: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = aicoach("sync", *arguments, "--token-file", token_file)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert said in ran.err


@pytest.mark.parametrize("content", [None, b"", b"two words", b"\xff" * 40, b"x" * 5000])
def test_a_token_that_is_none_is_said(
    aicoach: Aicoach, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "mine"
    if content is not None:
        file.write_bytes(content)
    ran = aicoach("sync", "--to", "https://localhost", "--token-file", file)
    assert ran.code == 2
    assert "token" in ran.err
    assert "no token: give --token-file" in aicoach("sync", "--to", "https://localhost").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "in clear"),
        (("--host", "192.0.2.7", "--port", "0"), "in clear"),
        (("--https", "no-cert", "no-key"), "No such file"),
        (("--port", "70000"), "--port"),
        (("--mode", "cabin"), "--mode"),
    ],
)
def test_the_server_does_not_start_where_it_must_not(
    aicoach: Aicoach, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = aicoach("serve", *arguments, "--database", tmp_path / "new.sqlite3")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert said in ran.err
    assert not (tmp_path / "new.sqlite3").exists()


def test_cabins_are_listed_with_the_state_of_their_tokens(
    aicoach: Aicoach, database: Path, token_file: Path
) -> None:
    more = ("--database", database)
    aicoach("cabin", "add", "cabin-2", "--site", "site-1", "--name", "西侧", *more)
    aicoach("cabin", "token", "cabin-2", "--until", "2099-01-01", "--may-sign-plans", *more)
    listed = aicoach("cabin", "list", *more).out.splitlines()
    assert listed[0] == "site-1  cabin-1  cabin-1: 1 good token, never came"
    assert listed[1].startswith("site-1  cabin-2  西侧: 1 good token until 2099-01-0")
    assert "may sign plans" in listed[1]
    assert "1 tokens revoked" in aicoach("cabin", "revoke", "cabin-1", *more).out
    assert "no token is good" in aicoach("cabin", "list", *more).out
    aicoach("cabin", "revoke", "cabin-2", "--retire", *more)
    assert "retired 2" in aicoach("cabin", "list", *more).out
    store = Store(str(database))
    audited = [entry.action for entry in store.audit.entries()]
    assert audited == ["site.manage"] + ["cabin.manage"] * 6
    text = token_file.read_text(encoding="ascii").strip()
    assert all(text not in str(entry.details) for entry in store.audit.entries())
    store.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "cabin-1", "--site", "site-1"), "is there already"),
        (("add", "c2", "--site", "site-1", "--name", "cabin-1"), "a cabin called"),
        (("add", " ", "--site", "site-1"), "no code of a cabin"),
        (("add", "c" * 65, "--site", "site-1"), "no code of a cabin"),
        (("add", "c3", "--site", ""), "no code of a site"),
        (("add", "c3", "--site", "s", "--time-zone", "../etc"), "no time zone"),
        (("add", "c3"), "--site"),
        (("token", "no-such"), "no such cabin"),
        (("token", "cabin-1", "--until", "2001-01-01"), "--until 2001-01-01: this day is over"),
        (("token", "cabin-1", "--until", "soon"), "--until"),
        (("revoke", "no-such"), "no such cabin"),
    ],
)
def test_a_cabin_that_is_asked_for_wrongly_is_said(
    aicoach: Aicoach, database: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = aicoach("cabin", *arguments, "--database", database)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert said in ran.err


def test_a_cabin_that_is_not_there_is_not_served(aicoach: Aicoach, database: Path) -> None:
    cabin = ("serve", "--mode", "cabin", "--port", "0", "--database", database, "--cabin")
    ran = aicoach(*cabin, "nope")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "nope: this cabin is not in the database" in ran.err
    assert "aicoach cabin list" in ran.err
    aicoach("cabin", "revoke", "cabin-1", "--retire", "--database", database)
    retired = aicoach(*cabin, "cabin-1")
    assert (retired.code, retired.err.count("\n")) == (2, 1)
    assert "cabin-1: this cabin is retired" in retired.err
