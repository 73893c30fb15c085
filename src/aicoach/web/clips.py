"""Clips that visitors upload: checked, analysed one at a time by another process, never kept.

A clip is written to a file without a name. Nobody finds it on the disk, and it is gone with
the last program that holds it: after the work, when the visitor leaves, and in a crash.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.pipeline import Clock
    from aicoach.web.settings import ClipSettings

State = Literal["waiting", "working", "done", "problem", "dropped"]
_KEPT_S: Final = 900.0
"""A result is shown again for so long, from memory."""
_LONGEST_LINE: Final = 4_000_000
_HEAD: Final = 16


def is_film(head: bytes) -> bool:
    """Whether a file begins as MP4, MOV, WebM or AVI do."""
    mp4 = head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
    avi = head[:4] == b"RIFF" and head[8:12] == b"AVI "
    return mp4 or avi or head[:4] == b"\x1a\x45\xdf\xa3"


@dataclass(slots=True, eq=False)
class Clip:
    """One clip on its way."""

    id: str
    owner: str
    """Id of the visitor, who alone is told of it."""
    exercise: str
    file: IO[bytes] | None
    state: State = "waiting"
    done_share: float | None = None
    """How much of it was looked at; None: not known yet."""
    problem: str | None = None
    found: dict[str, Any] | None = None
    ended_s: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


class TooManyClipsError(Exception):
    """So many wait already that no more are taken."""


class Clips:
    """All clips of a server.

    Parameters
    ----------
    settings
        Sizes and patience.
    clock
        Seconds, never going back.
    command
        The program that analyses one clip; a test hands in another one.
    """

    def __init__(
        self,
        settings: ClipSettings,
        clock: Clock,
        command: Sequence[str] = (sys.executable, "-m", "aicoach.web.clip_worker"),
    ) -> None:
        self.settings = settings
        self._clock, self._command = clock, tuple(command)
        self._changed = threading.Condition()
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._waiting: deque[Clip] = deque()
        self._coming = 0
        self._closed = False
        self._workers: list[threading.Thread] = []

    # -- coming in ---------------------------------------------------------------------------

    def begin(self, owner: str) -> Receiving:
        """A clip is going to be sent.

        Raises
        ------
        TooManyClipsError
            If so many wait or are being sent already; one that this visitor sent before is
            dropped.
        """
        for clip in self._of(owner):
            self.drop(clip.id, owner)
        with self._changed:
            if self._closed or len(self._waiting) + self._coming >= self.settings.waiting:
                raise TooManyClipsError
            self._coming += 1
        return Receiving(self, owner)

    def take(self, owner: str, exercise: str, file: IO[bytes]) -> Clip:
        """It is here: it waits for its turn."""
        clip = Clip(id=secrets.token_urlsafe(16), owner=owner, exercise=exercise, file=file)
        with self._changed:
            self._forget_old()
            self._clips[clip.id] = clip
            self._waiting.append(clip)
            while len(self._workers) < self.settings.at_once:
                worker = threading.Thread(target=self._work, name="clips", daemon=True)
                self._workers.append(worker)
                worker.start()
            self._changed.notify()
        return clip

    def not_coming(self) -> None:
        """What was going to be sent is here, or is not coming."""
        with self._changed:
            self._coming -= 1

    # -- being asked -------------------------------------------------------------------------

    def told(self, identifier: str, owner: str) -> dict[str, Any] | None:
        """How far a clip is; None: there is none for this visitor."""
        with self._changed:
            clip = self._clips.get(identifier)
            if clip is None or clip.owner != owner:
                return None
            place = self._waiting.index(clip) + 1 if clip in self._waiting else 0
            return {
                "state": clip.state, "place": place, "done": clip.done_share,
                "problem": clip.problem, "found": clip.found,
            }  # fmt: skip

    def drop(self, identifier: str, owner: str) -> None:
        """Nobody wants it any more: its process is killed, nothing of it is left."""
        with self._changed:
            clip = self._clips.get(identifier)
            if clip is None or clip.owner != owner:
                return
            del self._clips[identifier]
            if clip in self._waiting:
                self._waiting.remove(clip)
                self._end(clip, "dropped")
            elif clip.process is not None:
                clip.process.kill()

    def close(self) -> None:
        """End all work; nothing of any clip is left."""
        with self._changed:
            self._closed = True
            for clip in self._clips.values():
                if clip.process is not None:
                    clip.process.kill()
            while self._waiting:
                self._end(self._waiting.popleft(), "dropped")
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()

    # -- the work ----------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                clip = self._waiting.popleft()
                clip.state = "working"
            try:
                self._analyse(clip)
            finally:
                with self._changed:
                    if clip.state == "working":
                        clip.problem = clip.problem or "failed"
                        self._end(clip, "problem")

    def _analyse(self, clip: Clip) -> None:
        settings = self.settings
        assert clip.file is not None
        number = clip.file.fileno()
        arguments = (str(number), clip.exercise, str(settings.longest_s), str(settings.work_s))
        with self._changed:
            if clip.id not in self._clips:  # dropped a moment ago
                self._end(clip, "dropped")
                return
            clip.process = subprocess.Popen(
                [*self._command, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, pass_fds=(number,), close_fds=True,
            )  # fmt: skip
        late = threading.Timer(settings.work_s, self._too_slow, (clip,))
        late.daemon = True
        late.start()
        try:
            with clip.process as process:
                assert process.stdout is not None
                for line in iter(lambda: process.stdout.readline(_LONGEST_LINE), b""):  # type: ignore[union-attr]
                    self._said(clip, line)
        finally:
            late.cancel()

    def _said(self, clip: Clip, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            return
        with self._changed:
            if "found" in said:
                clip.found = said["found"]
                self._end(clip, "done")
            elif "problem" in said:
                clip.problem = str(said["problem"])
                self._end(clip, "problem")
            elif said.get("of_s"):
                clip.done_share = min(1.0, said["at_s"] / said["of_s"])

    def _too_slow(self, clip: Clip) -> None:
        with self._changed:
            clip.problem = "too_slow"
            if clip.process is not None:
                clip.process.kill()

    def _end(self, clip: Clip, state: State) -> None:
        clip.state, clip.ended_s = state, self._clock()
        if clip.file is not None:
            clip.file.close()
            clip.file = None

    def _of(self, owner: str) -> list[Clip]:
        with self._changed:
            return [clip for clip in self._clips.values() if clip.owner == owner]

    def _forget_old(self) -> None:
        now_s = self._clock()
        for clip in list(self._clips.values()):
            if clip.ended_s is not None and now_s - clip.ended_s > _KEPT_S:
                del self._clips[clip.id]


class Receiving:
    """One clip while it is being sent; a context manager. What is not taken is gone."""

    def __init__(self, clips: Clips, owner: str) -> None:
        self._clips, self._owner = clips, owner
        self._file: IO[bytes] | None = tempfile.TemporaryFile(prefix="aicoach-")  # noqa: SIM115
        self._head, self._size = b"", 0

    def __enter__(self) -> Receiving:
        return self

    def __exit__(self, *exc: object) -> None:
        self._clips.not_coming()
        if self._file is not None:
            self._file.close()

    def add(self, part: bytes) -> str | None:
        """Another piece; the code of a problem when no more of it is wanted."""
        assert self._file is not None
        self._size += len(part)
        if self._size > self._clips.settings.bytes:
            return "too_large"
        before = len(self._head)
        self._head = (self._head + part)[:_HEAD] if before < _HEAD else self._head
        if before < _HEAD <= len(self._head) and not is_film(self._head):
            return "no_video"
        self._file.write(part)
        return None

    def whole(self, exercise: str) -> Clip | None:
        """All of it is here; None: it is no film."""
        if self._file is None or not is_film(self._head):
            return None
        self._file.flush()
        file, self._file = self._file, None
        return self._clips.take(self._owner, exercise, file)
