"""A PostgreSQL server of one's own, for a test or a measurement: made, stopped, thrown away.

The programs come from the system (Debian: ``postgresql``). The server listens on a socket
in a folder of its own and on no network port. PostgreSQL refuses to run as root; then the
system's user ``postgres`` runs it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aicoach.errors import CoachError

if TYPE_CHECKING:
    from types import TracebackType

_DEBIAN: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
_MEMORY: Final = Path("/dev/shm")
"""Where Linux keeps files in memory; for a server that need not be durable."""
_PATIENCE_S: Final = "30"
_START_OPTIONS: Final = "-c listen_addresses='' -c max_connections=40 -c shared_buffers=32MB"


class PostgresServerError(CoachError):
    """There is no PostgreSQL to start, or it does not start."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"PostgreSQL: {problem}")
        self.problem = problem


def find_programs() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``, the newest version; None where there is none."""
    known = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if known:
        return known[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class PostgresServer:
    """A server that lives as long as its ``with`` block; every database in it is empty at first.

    Parameters
    ----------
    durable
        Wait for the disk, as a server must that shall survive a power cut; a test of
        anything else is much faster without.

    Raises
    ------
    PostgresServerError
        If the programs are missing or do not work.
    """

    def __init__(self, *, durable: bool = True) -> None:
        programs = find_programs()
        if programs is None:
            raise PostgresServerError("not installed; Debian has it as: postgresql")
        self._programs = programs
        self._root = os.geteuid() == 0
        self._durable = durable
        self._folder = Path()

    def __enter__(self) -> PostgresServer:
        # Short on purpose: the path of a socket may have some hundred letters at most.
        memory = None if self._durable or not _MEMORY.is_dir() else _MEMORY
        self._folder = Path(tempfile.mkdtemp(prefix="aicoach-pg-", dir=memory))
        if self._root:
            owner = pwd.getpwnam(_USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        try:
            self._run(
                "initdb", "--pgdata", str(self._data), "--username", "aicoach", "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C", *([] if self._durable else ["--no-sync"]),
            )  # fmt: skip
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"{_START_OPTIONS} -c unix_socket_directories={self._folder}"
        options += "" if self._durable else " -c fsync=off -c full_page_writes=off"
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "start", "-w", "-t", _PATIENCE_S, "-D", str(self._data),
                  "-l", log, "-o", options)  # fmt: skip

    def stop(self, how: str = "immediate") -> None:
        """Stop it as a power cut does, or in another mode that ``pg_ctl`` knows."""
        self._run("pg_ctl", "stop", "-w", "-t", _PATIENCE_S, "-D", str(self._data), "-m", how)

    def url(self, database: str) -> str:
        """Address of a database in it."""
        return f"postgresql://aicoach@/{database}?host={self._folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, empty or a copy of another one, and give its address."""
        self._run(
            "createdb", "--host", str(self._folder), "--username", "aicoach",
            "--template", template, database,
        )  # fmt: skip
        return self.url(database)

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is connected to it."""
        self._run(
            "dropdb", "--host", str(self._folder), "--username", "aicoach", "--force", database
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if self._root:
            command = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups", *command]
        # Into a file: the server that pg_ctl leaves behind would hold a pipe open.
        with tempfile.TemporaryFile("w+") as said:
            code = subprocess.run(
                command, stdout=said, stderr=said, cwd=self._folder, check=False
            ).returncode
            said.seek(0)
            if code != 0:
                raise PostgresServerError(f"{program}: {' '.join(said.read().split())[-300:]}")
