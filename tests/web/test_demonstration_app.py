"""``demo/app.py`` as ``make demo`` starts it: a page at once, and nothing left when it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

APP = Path(__file__).resolve().parents[2] / "demo" / "app.py"
PATIENCE_S = 120.0
LAST = "Ctrl-C ends it"


class Demonstration:
    """The program, started without a browser on a port that is free."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.program = subprocess.Popen(
            [sys.executable, str(APP), "--no-browser", *arguments],
            env={**os.environ, "TMPDIR": str(self.temporary), "HOME": str(folder)},
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said: list[str] = []

    def stands(self) -> str:
        """Read what it prints until it stands; its address."""
        limit = threading.Timer(PATIENCE_S, self.program.kill)
        limit.start()
        assert self.program.stdout is not None
        for line in self.program.stdout:
            self.said.append(line.strip())
            if line.startswith(LAST):
                break
        limit.cancel()
        found = [one for one in self.said if re.fullmatch(r"http://127\.0\.0\.1:\d+", one)]
        assert found, self.said
        return found[0]

    def end(self, sign: signal.Signals) -> tuple[int, str]:
        """Stop it; its exit code and what it said after."""
        self.program.send_signal(sign)
        after, _ = self.program.communicate(timeout=PATIENCE_S)
        return self.program.returncode, after

    @property
    def folders(self) -> list[Path]:
        return list(self.temporary.glob("aicoach-demo-*"))


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[Demonstration]:
    made = Demonstration(tmp_path, "--port", "0")
    yield made
    if made.program.poll() is None:
        made.program.kill()
    made.program.communicate()


@pytest.mark.parametrize(
    "sign", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.thorough)]
)
def test_it_stands_with_one_command_and_leaves_nothing(
    demonstration: Demonstration, sign: signal.Signals, tmp_path: Path
) -> None:
    url = demonstration.stands()
    shown = dict(re.findall(r"^(.+?) {2,}(\S.*)$", "\n".join(demonstration.said), re.MULTILINE))
    with httpx.Client(base_url=url, timeout=30.0) as browser:
        assert browser.get("/health").status_code == 200
        first = browser.get("/", headers={"Accept": "text/html"})
        assert first.status_code == 200
        assert "<!doctype html" in first.text.lower()
        assert shown["pin"] in first.text, "with what one comes in stands on the first page"
        given = {"by": "password", "login": shown["clinician"], "password": shown["password"]}
        found = browser.post("/entry/sign-in", json={"who": given}, headers={"Origin": url})
        assert found.json()["role"] == "clinician"
    assert len(demonstration.folders) == 1
    assert demonstration.end(sign) == (0, "")
    assert demonstration.folders == []
    assert not list(tmp_path.rglob("*.sqlite3"))
    with pytest.raises(httpx.ConnectError):
        httpx.get(url + "/health")


@pytest.mark.thorough
def test_a_port_that_is_taken_is_no_obstacle(demonstration: Demonstration, tmp_path: Path) -> None:
    url = demonstration.stands()
    other = tmp_path / "other"
    other.mkdir()
    second = Demonstration(other, "--port", url.rsplit(":", 1)[1])
    try:
        elsewhere = second.stands()
        assert elsewhere != url
        assert httpx.get(elsewhere + "/health").status_code == 200
    finally:
        assert second.end(signal.SIGINT) == (0, "")
