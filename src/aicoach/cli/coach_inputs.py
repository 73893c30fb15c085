"""What a session is made of, read and checked before anything starts."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from aicoach.errors import CoachError
from aicoach.visit.preparing import UNKNOWN, Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.observations import AnswerValue
    from aicoach.pose import Pose

ASK: Final = "ask"
WELL: Final = "well"
_SCALES: Final = ("effort", "pain")
_IN_SESSION: Final = (*_SCALES, "talk", "symptom")


def read_answers(option: str) -> Answers:
    """The answers that ``--answers`` names.

    Raises
    ------
    CoachError
        If the file cannot be read, or an answer in it is not to a question or out of range.
    """
    if option in (ASK, WELL):
        return Answers("asked" if option == ASK else "assumed", {}, {})
    path = Path(option)
    if path.suffix.lower() != ".toml":
        raise typer.BadParameter(f"--answers {option}: use ask, well, or a file in .toml")
    from aicoach.catalog.loader import read_toml  # noqa: PLC0415

    document = read_toml(path)
    enrolment = document.pop("enrolment", {})
    if not isinstance(enrolment, dict):
        raise CoachError(f"{path}: enrolment: must be a table")
    given = {key: _checked(path, key, value) for key, value in document.items()}
    return Answers("file", given, enrolment)


def _checked(path: Path, question: str, value: Any) -> AnswerValue:
    from aicoach.screening import ScreeningInputError, check_answer, load_screening  # noqa: PLC0415

    answer: AnswerValue = None if value == UNKNOWN else value
    known = (*load_screening().questions, *_IN_SESSION)
    if question not in known:
        near = difflib.get_close_matches(question, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; allowed: {', '.join(known)}"
        raise CoachError(f"{path}: {question}: there is no such question{hint}")
    if question in _SCALES and answer is not None:
        if isinstance(answer, (bool, str)) or not 0 <= answer <= 10:
            raise CoachError(f"{path}: {question}: is {answer!r}; allowed: 0 to 10, or 'unknown'")
        return float(answer)
    if question in _IN_SESSION:
        return answer
    try:
        return check_answer(question, answer)
    except ScreeningInputError as problem:
        raise CoachError(f"{path}: {problem}") from problem


@dataclass(frozen=True, slots=True)
class Footage:
    """Poses of a file, with the size of its pictures and what was repaired on the way."""

    tape: Sequence[tuple[float, Pose | None]]
    frame_size_px: tuple[int, int]
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the tape."""
        return self.tape[-1][0] - self.tape[0][0]


def read_footage(path: Path) -> Footage:
    """The poses of a recording, or of a video after looking at every frame of it.

    Raises
    ------
    CoachError
        If the file is missing, or is neither.
    """
    from aicoach.adapters.media_kind import is_recording  # noqa: PLC0415

    if path.is_dir():
        raise CoachError(f"{path}: is a folder; give one video or one recording (.npz)")
    if is_recording(path):
        from aicoach.adapters.recording import read_recording  # noqa: PLC0415

        track = read_recording(path)
        return Footage(list(track.poses()), track.frame_size_px)
    from aicoach.adapters.video import VideoReader  # noqa: PLC0415
    from aicoach.cli.compose import Backend, make_estimator  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415

    tape: list[tuple[float, Pose | None]] = []
    with VideoReader(path) as video, progress_bar(path.name, video.duration_s) as progress:
        estimator = make_estimator(Backend.ONNX)
        for frame in video:
            tape.append((frame.t_s, estimator.estimate(frame)))
            progress(frame.t_s)
        size_px = video.frame_size_px
    assert size_px is not None  # a video without a frame is an error
    return Footage(tape, size_px, tuple(video.notes))
