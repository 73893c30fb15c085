"""``aicoach account``, ``consent``, ``privacy`` and ``audit``: as they are typed."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aicoach.access import console_actor
from aicoach.adapters.access_card import card_svg
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import add_account, set_password
from aicoach.adapters.store.people import Account, Cabin, Resident, Site
from aicoach.adapters.store.sealing import new_key
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session

from .conftest import Aicoach

PASSWORD = "correct horse battery"
CLINICIAN = "li.na"
Types = Callable[..., None]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a site, a cabin, and a resident who exercised once."""
    folder = tmp_path_factory.mktemp("kept")
    store = Store(str(folder / "kept.sqlite3"), folder=folder)
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone="Asia/Shanghai"))
    store.shelf(Cabin).add(Cabin(id="cabin-1", site="site-1", name="A"))
    store.shelf(Resident).add(
        Resident(id="R-0001", site="site-1", name="欧阳慧敏", time_zone="Asia/Shanghai")
    )
    gate = store.gate(console_actor("test"))
    row = Account(login=CLINICIAN, name="c", role="clinician", site="site-1", licence="110-1")
    set_password(gate, add_account(gate, row), PASSWORD)
    recorder = store.record(made_head(), made_plan(1))
    for happened in made_session(1):
        hand_over(recorder, happened)
    recorder.close()
    assert store.scrub()
    store.close()
    return folder / "kept.sqlite3"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Path) -> Path:
    """A copy of it, named by the environment."""
    path = Path(shutil.copy(kept, tmp_path / "cabin.sqlite3"))
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AICOACH_DATABASE", str(path))
    monkeypatch.delenv("AICOACH_KEY", raising=False)
    return path


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Pipe lines in."""

    def pipe(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return pipe


def test_an_account_is_opened_and_given_a_password(aicoach: Aicoach, types: Types) -> None:
    done = aicoach("account", "add", "Wang", "--role", "staff", "--site", "site-1")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("next: aicoach account password wang\n")
    types(PASSWORD)
    assert aicoach("account", "password", "wang").code == 0
    types(PASSWORD)
    assert aicoach("account", "list", "--as", "WANG").out.split()[0] == "wang"
    assert aicoach("account", "close", "wang").out == "wang: is closed\n"


def test_an_account_acts_with_its_password_and_only_as_its_role_may(
    aicoach: Aicoach, types: Types, tmp_path: Path
) -> None:
    types(PASSWORD)
    listed = aicoach("account", "list", "--as", CLINICIAN)
    assert listed.out.split()[:3] == ["li.na", "clinician", "open"]
    types(PASSWORD)
    done = aicoach("privacy", "erase", "--resident", "R-0001", "--yes", "--as", CLINICIAN)
    assert done.code == 2
    assert "may not record.erase (R-0001): This is not something a clinician does here" in done.err
    types("wrong")
    refused = aicoach("account", "list", "--as", CLINICIAN)
    assert refused.err == "aicoach: sign-in: login and password do not fit\n"
    types("wrong")
    assert aicoach("account", "list", "--as", "nobody.here").err == refused.err
    types()
    assert "nothing was given" in aicoach("account", "list", "--as", CLINICIAN).err


def test_a_password_is_no_argument(aicoach: Aicoach) -> None:
    done = aicoach("account", "password", CLINICIAN, PASSWORD)
    assert done.code == 2
    assert "unexpected extra argument" in done.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("account", "add", "x", "--role", "emperor"), "'emperor' is no role"),
        (("account", "add", "x", "--role", "staff", "--site", "nowhere"), "site nowhere"),
        (("account", "add", "x", "--role", "family", "--resident", "R-9"), "nobody has this code"),
        (("account", "add", "LI.NA", "--role", "staff"), "this login is taken"),
        (("account", "password", "nobody.here"), "there is none; see: aicoach account list"),
        (("account", "close", "nobody.here"), "there is none"),
        (("account", "card", "--resident", "R-0001"), "give --resident and --out, or --revoke"),
        (("account", "card", "--resident", "R-0001", "--out", "x.png"), "a card is .svg or .pdf"),
        (("account", "card", "--revoke", "x"), "there is none that is valid"),
        (("account", "pin", "--resident", "R-0001", "--cabin", "x"), "cabin x: there is none"),
        (("account", "pin", "--resident", "R-0001", "--cabin", "cabin-1"), "PIN: must be 6 to 8"),
        (("consent", "give", "--resident", "R-0001", "--kind", "video"), "keeps no video"),
        (("consent", "give", "--resident", "R-9", "--kind", "camera"), "nobody has this code"),
        (("consent", "withdraw", "--resident", "R-0001", "--kind", "camera"), "has not given it"),
        (("consent", "text", "--kind", "x"), "there is no consent 'x'; use records"),
        (("privacy", "export", "--resident", "R-9", "--out", "x.zip"), "nobody has this code"),
        (("privacy", "erase", "--resident", "R-9", "--yes"), "nobody has this code"),
        (("privacy", "erase", "--resident", "R-0001", "--yes", "--backups", "x"), "is no folder"),
        (("audit", "verify", "--noted", "x"), "x: cannot be read"),
        (
            ("db", "rekey"),
            "there is no key here (nothing in it is sealed); set AICOACH_KEY; "
            "`aicoach db key` makes one",
        ),
        (("db", "rekey", "--plain"), "there is no key here (nothing in it is sealed)"),
        (("db", "check", "--database", ""), "this names no file (its name is empty); give the"),
        (("triage", "--database", "."), "this names no file (it is a folder); name a file in it"),
        (("db", "restore", "x", "--yes"), "x: there is no such file or folder"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_done_is_one_line(
    aicoach: Aicoach, types: Types, words: tuple[str, ...], problem: str
) -> None:
    types("x")
    done = aicoach(*words)
    assert done.code == 2
    assert problem in done.err
    assert done.err.count("\n") == 1


def test_a_card_is_a_picture_that_names_nobody(aicoach: Aicoach, tmp_path: Path) -> None:
    out = tmp_path / "card.svg"
    made = aicoach("account", "card", "--resident", "R-0001", "--out", out, "--lang", "zh")
    assert made.code == 0
    svg = out.read_text(encoding="utf-8")
    assert "运动卡" in svg
    assert "欧阳" not in svg
    again = aicoach("account", "card", "--resident", "R-0001", "--out", out)
    assert "exists already" in again.err
    card = made.out.split()[2]
    assert aicoach("account", "card", "--revoke", card).out == f"{card}: is void\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_code_on_a_card_is_read_by_a_camera(lang: str) -> None:
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    token = "AICOACH1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    svg = card_svg(token, "R-0001", lang)  # type: ignore[arg-type]
    path = svg.split(' d="')[1].split('"')[0]
    cells = [tuple(map(int, one.split("h")[0].split())) for one in path.split("M")[1:]]
    side = max(max(cell) for cell in cells) + 1
    picture = np.full((side + 8, side + 8), 255, np.uint8)
    for x, y in cells:
        picture[y + 4, x + 4] = 0
    seen = cv2.QRCodeDetector().detectAndDecode(
        cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    )
    assert seen[0] == token  # fmt: skip


def test_a_pdf_card_has_the_size_of_a_bank_card(aicoach: Aicoach, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the extra reports is not installed", exc_type=OSError)
    out = tmp_path / "card.pdf"
    assert aicoach("account", "card", "--resident", "R-0001", "--out", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_consents_are_read_given_listed_and_taken_back(aicoach: Aicoach) -> None:
    read = aicoach("consent", "text", "--kind", "keypoints", "--lang", "zh")
    assert "火柴人" in read.out
    given = aicoach("consent", "give", "--resident", "R-0001", "--kind", "camera")
    assert given.out == "R-0001: camera given, text v2026_1\n"
    assert "holds" in aicoach("consent", "list", "--resident", "R-0001").out
    aicoach("consent", "withdraw", "--resident", "R-0001", "--kind", "camera")
    assert "taken back" in aicoach("consent", "list", "--resident", "R-0001").out
    assert "R-0009: is not registered" in aicoach("consent", "list", "--resident", "R-0009").err


def test_a_resident_is_handed_everything_and_erased_with_proof(
    aicoach: Aicoach, database: Path, tmp_path: Path
) -> None:
    out, proof = tmp_path / "all.zip", tmp_path / "proof.json"
    exported = aicoach("privacy", "export", "--resident", "R-0001", "--out", out)
    assert exported.code == 0
    with zipfile.ZipFile(out) as archive:
        assert "index.zh.html" in archive.namelist()
    assert "欧阳慧敏".encode() in database.read_bytes()
    dry = aicoach("privacy", "retain", "--dry-run")
    assert dry.out.endswith("nothing was removed\n")
    erased = aicoach("privacy", "erase", "--resident", "R-0001", "--yes", "--certificate", proof)
    assert (erased.code, erased.err) == (0, "")
    assert "nothing left" in erased.out
    assert json.loads(proof.read_text(encoding="utf-8"))["traces"] == []
    left = b"".join(path.read_bytes() for path in tmp_path.glob("cabin.sqlite3*"))
    assert "欧阳慧敏".encode() not in left
    again = aicoach("privacy", "erase", "--resident", "R-0001", "--yes")
    assert "was erased before" in again.err


def test_erasing_asks_first_and_says_which_copies_are_left(
    aicoach: Aicoach, types: Types, tmp_path: Path
) -> None:
    (tmp_path / "copies").mkdir()
    aicoach("db", "backup", tmp_path / "copies" / "monday.copy")
    types("n")
    assert aicoach("privacy", "erase", "--resident", "R-0001").code != 0
    assert aicoach("consent", "give", "--resident", "R-0001", "--kind", "camera").code == 0
    done = aicoach("privacy", "erase", "--resident", "R-0001", "--yes",
                   "--backups", tmp_path / "copies")  # fmt: skip
    assert done.code == 1
    assert "monday.copy: delete it, or keep it locked until it is replaced" in done.out


def test_the_audit_is_shown_proved_and_a_changed_row_is_found(
    aicoach: Aicoach, database: Path, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.jsonl"
    aicoach("consent", "list", "--resident", "R-0001")
    assert aicoach("audit", "note", heads).code == 0
    shown = aicoach("audit", "show", "--resident", "R-0001", "--json").out.splitlines()
    assert [json.loads(line)["action"] for line in shown] == ["consent.view", "audit.view"]
    sound = aicoach("audit", "verify", "--noted", heads)
    assert (sound.code, "1 noted heads found" in sound.out) == (0, True)
    with sqlite3.connect(database) as plain:
        plain.execute("DROP TRIGGER audit_no_update")
        plain.execute("UPDATE audit SET actor = 'somebody else' WHERE number = 2")
    plain.close()
    broken = aicoach("audit", "verify")
    assert broken.code == 1
    assert "audit entry 2 has columns that contradict its text" in broken.out
    with sqlite3.connect(database) as plain:  # the end cut off, the rest sound
        plain.execute("UPDATE audit SET actor = json_extract(entry, '$.actor') WHERE number = 2")
        plain.execute("DROP TRIGGER audit_no_delete")
        noted = json.loads(heads.read_text(encoding="utf-8"))["number"]
        plain.execute("DELETE FROM audit WHERE number >= ?", [noted])
    plain.close()
    cut = aicoach("audit", "verify", "--noted", heads)
    assert cut.code == 1
    assert f"entry {noted} is missing" in cut.out
    heads.write_text("nonsense\n", encoding="utf-8")
    assert "line 1: is no head of an audit" in aicoach("audit", "verify", "--noted", heads).err


def test_a_database_is_sealed_and_opens_with_its_key_only(
    aicoach: Aicoach, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICOACH_KEY", new_key())
    sealed = aicoach("db", "rekey")
    assert (sealed.code, sealed.err) == (0, "")
    assert "欧阳慧敏".encode() not in database.read_bytes()
    assert aicoach("db", "check").code == 0
    monkeypatch.delenv("AICOACH_KEY")
    for words in (("account", "list"), ("audit", "show"), ("privacy", "retain")):
        done = aicoach(*words)
        assert done.code == 2
        assert "set AICOACH_KEY to the key it was sealed with" in done.err
        assert done.err.count("\n") == 1
    assert len(aicoach("db", "key").out.strip()) == 44


def test_scrubbing_writes_the_file_anew(aicoach: Aicoach, database: Path) -> None:
    assert aicoach("db", "scrub").out == f"{database}: written anew\n"


def test_whoever_keeps_the_database_is_asked_at_the_gate_and_noted(aicoach: Aicoach) -> None:
    for words in (("db", "check"), ("db", "migrate"), ("db", "recover"), ("db", "scrub"),
                  ("audit", "verify"), ("triage", "refresh")):  # fmt: skip
        assert aicoach(*words).code == 0, words
    shown = aicoach("audit", "show", "--json").out.splitlines()
    said = [json.loads(line) for line in shown]
    kept = [set(one["details"]) for one in said if one["action"] == "database.keep"]
    assert kept == [{"checked"}, {"migrated"}, {"recovered", "all"}, {"scrubbed"}]
    assert {"verified"} in [set(one["details"]) for one in said if one["action"] == "audit.view"]
    assert {"refreshed"} in [set(one["details"]) for one in said if one["action"] == "triage.view"]


def test_copies_leave_a_line_in_the_audit(aicoach: Aicoach, types: Types, tmp_path: Path) -> None:
    copy = tmp_path / "a.copy"
    assert aicoach("db", "backup", copy).code == 0
    assert aicoach("db", "restore", copy, "--yes").code == 0
    shown = aicoach("audit", "show", "--json").out.splitlines()
    said = [json.loads(line) for line in shown]
    assert [one["details"] for one in said if one["action"] == "database.copy"] == [
        {"copied": True}, {"restored": True},
    ]  # fmt: skip
    types(PASSWORD)
    refused = aicoach("db", "backup", tmp_path / "b.copy", "--as", CLINICIAN)
    assert "may not database.copy" in refused.err
    assert not (tmp_path / "b.copy").exists()
