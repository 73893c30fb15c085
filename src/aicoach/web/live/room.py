"""One live session: a thread that looks, steps and tells, and the screen that watches it.

The screen may leave and come back, reload, or be another one: the session is here, not there.
While nobody is connected it waits, and after a while it ends.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.heart_rate.browser import BrowserHeartRate
from aicoach.adapters.session_log import LoggedSession
from aicoach.errors import CoachError
from aicoach.live_session import LiveSession
from aicoach.observations import Answer, Command, SourceEnded
from aicoach.session_events import AlertLevel, IntensityAlert
from aicoach.visit.keeping import keep_session
from aicoach.visit.questions import accepts
from aicoach.visit.stage_view import Tally, keypoints_of, moment_of, told_of, view_of
from aicoach.web.live.feed import BrowserFeed
from aicoach.web.live.messages import Answered, CameraLost, Ordered
from aicoach.web.live.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aicoach.adapters.store import Store
    from aicoach.live_session import LiveMoment
    from aicoach.observations import Observation, PoseSeen
    from aicoach.pipeline import Clock
    from aicoach.pose import Frame
    from aicoach.session import SessionUpdate
    from aicoach.session_events import Screen
    from aicoach.visit.keeping import Keeping
    from aicoach.visit.preparing import Visit
    from aicoach.web.live.messages import Message
    from aicoach.web.live.watchers import Watcher, Watchers
    from aicoach.web.settings import LiveSettings

_INBOX: Final = 256
_PATIENCE_S: Final = 20.0
_MILLI: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """With what a room is opened."""

    visit: Visit
    owner: str
    """Whoever may connect at first: the id of a visitor."""
    resident: str | None = None
    """Whose session it is; None: of somebody of whom nothing is kept."""
    keeping: Keeping | None = None
    """None: nothing of this session is stored."""
    store: Store | None = None
    address: str | None = None
    """From where somebody tries it who did not sign in; None: somebody who did."""


class LiveRoom:
    """One session from its first picture to its summary.

    Parameters
    ----------
    identifier
        Unguessable.
    opening
        Whose session it is and where it is kept.
    watchers
        The pool; a watcher is held as long as the session runs.
    clock
        Seconds, never going back.
    settings
        Sizes and patience.
    on_end
        Told once when the session is over, from the session's thread.
    """

    def __init__(
        self,
        identifier: str,
        opening: Opening,
        watchers: Watchers,
        watcher: Watcher,
        clock: Clock,
        settings: LiveSettings,
        on_end: Callable[[LiveRoom], None] = lambda _room: None,
    ) -> None:
        self.id, self.opening = identifier, opening
        self.owner = opening.owner
        """Whoever may connect: the id of a visitor."""
        self.outbox = Outbox(int(settings.backlog))
        self.problem: str | None = None
        """Why it could not go on, for a person."""
        self.notes: tuple[str, ...] = ()
        """What could not be kept."""
        self.session_id: str | None = None
        """Under which it is stored; None: it is not."""
        self.ended_s: float | None = None
        """When it ended, on the clock; None: it is on."""
        self._watchers, self._watcher, self._settings = watchers, watcher, settings
        self._began_s, self._clock = clock(), clock
        self._feed = BrowserFeed(self._now, int(settings.frame_side_px))
        self._strap = BrowserHeartRate()
        self._inbox: deque[tuple[float, Message | str]] = deque()
        self._left: threading.Event = threading.Event()
        self._shown: Frame | None = None
        self._tally = Tally()
        self._level = AlertLevel.NONE
        self._connected = 0
        self._alone_since_s: float | None = clock()
        self._on_end = on_end
        self._thread = threading.Thread(
            target=self._run, name=f"live {identifier[:6]}", daemon=True
        )

    # -- from the socket's side, any thread ------------------------------------------------

    def start(self) -> None:
        """Begin; the session waits for its first picture or message."""
        self._thread.start()

    def connect(self, wake: Callable[[], None]) -> int:
        """A screen is there from now on; another one before it hears nothing more."""
        self._connected += 1
        self._alone_since_s = None
        self._feed.begin_anew()
        self.outbox.attend(wake)
        return self._connected

    def is_newest(self, connection: int) -> bool:
        """Whether no other screen has come since."""
        return connection == self._connected

    def leave(self, connection: int) -> None:
        """A screen is gone: the session waits until one is back."""
        if not self.is_newest(connection):
            return
        self.outbox.attend(None)
        self._alone_since_s = self._clock()
        self._left.set()

    def hand_over(self, owner: str) -> None:
        """Another browser has it from now on; the one before hears nothing more."""
        self.owner = owner
        self._connected += 1
        self.outbox.attend(None)
        self._alone_since_s = self._clock()
        self._left.set()

    def picture(self, message: bytes) -> None:
        """A picture came. Raises ``PictureError`` where it is none."""
        self._feed.put(message)

    def told(self, message: Message | str) -> bool:
        """Something was pressed or answered, or the strap sent a message (as text).

        False: too much waits, and it was not taken; a "stop" always is.
        """
        stop = isinstance(message, Ordered) and message.name == "stop"
        if len(self._inbox) >= _INBOX and not stop:
            return False
        self._inbox.append((self._now(), message))
        return True

    def ask_to_end(self) -> None:
        """End as if no picture came any more."""
        self._feed.close()

    def join(self) -> None:
        """Wait until everything is kept."""
        self._thread.join(_PATIENCE_S)

    def alone_s(self) -> float:
        """For how long nobody has been connected."""
        since_s = self._alone_since_s
        return 0.0 if since_s is None else self._clock() - since_s

    @property
    def was_seen(self) -> bool:
        """Whether a screen ever connected; without one a place is taken for nothing."""
        return self._connected > 0

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self.ended_s is not None

    # -- the session's thread ----------------------------------------------------------------

    def _now(self) -> float:
        return self._clock() - self._began_s

    def _run(self) -> None:
        visit, notes = self.opening.visit, []
        try:
            with ExitStack() as stack:
                stack.callback(self._give_back)
                log = None
                if self.opening.keeping is not None:
                    log = stack.enter_context(
                        keep_session(
                            self.opening.keeping.database, visit.head, visit.catalog,
                            keeping=self.opening.keeping, opened=self.opening.store,
                        )
                    )  # fmt: skip
                    notes, self.session_id = log.notes, log.session_id
                live = LiveSession(
                    feed=self._feed, look=self._look,
                    session=LoggedSession(visit.head, visit.catalog, log),
                    clock=self._now, heart_rate=self._strap, listen=self._heard,
                )  # fmt: skip
                for moment in live:
                    self._tell(moment)
        except CoachError as problem:
            self.problem = str(problem)
        except Exception:
            self.problem = "internal"
            raise
        finally:
            self.notes = tuple(notes)
            self.ended_s = self._clock()
            self.outbox.state({"ended": True, "problem": self.problem, "notes": list(notes)})
            self._on_end(self)

    def _give_back(self) -> None:
        self._watchers.give_back(self._watcher)

    def _look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        with self._watchers.turnstile:
            return self._watcher.look(frame, screen)

    def _heard(self, t_s: float, update: SessionUpdate | None) -> Sequence[Observation]:
        found: list[Observation] = []
        if self._left.is_set():
            self._left.clear()
            found.append(SourceEnded(t_s=t_s, reason="broken", detail="connection"))
        while self._inbox:
            at_s, message = self._inbox.popleft()
            if isinstance(message, str):
                self._strap_said(message, at_s)
            elif isinstance(message, Ordered):
                found.append(Command(t_s=t_s, name=message.name, by=message.by))
            elif isinstance(message, CameraLost):
                found.append(SourceEnded(t_s=t_s, reason="broken", detail="camera"))
            elif isinstance(message, Answered):
                asked = update is not None and message.question in (update.question, *update.ahead)
                if asked and accepts(message.question, message.value):
                    found.append(Answer(t_s=t_s, question=message.question, value=message.value))
        return found

    def _strap_said(self, message: str, at_s: float) -> None:
        try:
            self._strap.receive(message, at_s)
        except CoachError as problem:
            self.outbox.event({"k": "refused", "what": "strap", "why": str(problem)})

    def _tell(self, moment: LiveMoment) -> None:
        update = moment.update
        for happened in update.events:
            told = told_of(happened.event)
            if told is None:
                continue
            told["t"] = round(happened.t_s, 3)
            self._tally.take(told, self.opening.visit.catalog)
            if isinstance(happened.event, IntensityAlert):
                told["staff"] = happened.event.notify_staff
            self.outbox.event(told)
        head = self.opening.visit.head
        view = view_of(update, self.opening.visit.catalog, strap=head.strap_expected)
        self.outbox.state(view | self._tally.view)
        if moment.frame is not None and moment.frame is not self._shown:
            self._shown = moment.frame
            answer: dict[str, Any] = {"n": self._feed.taken, "p": keypoints_of(moment.pose)}
            answer["wait"] = round(_MILLI * self._feed.waited_s)
            answer["ms"] = round(_MILLI * (self._now() - self._feed.taken_at_s))
            self.outbox.answer(answer | moment_of(update))
