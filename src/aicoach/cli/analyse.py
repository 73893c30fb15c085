"""``aicoach analyse``: videos, recordings and folders, each with its report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aicoach.cli.compose import AUTO, Backend, Language, ViewOption, language, tracker_factory
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.words import Lang
    from aicoach.pipeline import FrameObserver, Tracker
    from aicoach.report import Analysed
    from aicoach.tracking.tracker import SetSummary

WRONG = 2
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with every input."""

    spec: ExerciseSpec | None
    """None: recognise the exercise."""
    new_tracker: Callable[[], Tracker]
    backend: Backend
    target_rom_deg: float | None
    annotate: Path | None
    save_recording: Path | None


def analyse(  # noqa: PLR0913, PLR0917 - an option is an argument
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Videos, recordings (.npz), folders.")
    ],
    exercise: Annotated[
        str,
        typer.Option("--exercise", "-e", metavar="ID|auto", help="See: aicoach exercises list."),
    ],
    target_rom: Annotated[
        float | None,
        typer.Option(metavar="DEG", min=0, max=360, help="Prescribed range of motion."),
    ] = None,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write the report as JSON; - is stdout."),
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help="Write the video with skeleton, count and faults."),
    ] = None,
    save_recording: Annotated[
        Path | None, typer.Option(metavar="OUT.npz", help="Keep the poses, without the picture.")
    ] = None,
    backend: Annotated[Backend, typer.Option(help="Pose runtime.")] = Backend.ONNX,
    view: Annotated[ViewOption, typer.Option(help="Where the camera stands.")] = ViewOption.AUTO,
    lang: Annotated[Language | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Count and judge what is on videos or recordings."""
    spec, new_tracker = tracker_factory(exercise, target_rom, view)
    files, problems = _expand(inputs)
    several = len(files) + len(problems) > 1 or any(path.is_dir() for path in inputs)
    if several and (annotate or save_recording):
        raise typer.BadParameter("--annotate and --save-recording take one input at a time")
    check_outputs([annotate, save_recording, json_path(json_file)], inputs)
    request = Request(spec, new_tracker, backend, target_rom, annotate, save_recording)
    failed = bool(problems)
    documents: list[dict[str, Any]] = []
    for problem in problems:
        typer.echo(f"aicoach: {problem}", err=True)
    for number, path in enumerate(files, start=1):
        label = f"{number}/{len(files)} {path.name}" if several else path.name
        try:
            document = _report(path, request, label)
        except CoachError as problem:
            if not several:
                raise
            failed = True
            typer.echo(f"aicoach: {problem}", err=True)
            document = _failure(path, problem)
        documents.append(document)
        if json_file != STDOUT and "error" not in document:
            _print_report(document, language(lang))
    if several and json_file != STDOUT:
        _print_overview(documents, language(lang))
    if json_file is not None:
        write_json(documents if several else documents[0], json_file)
    if failed:
        raise typer.Exit(WRONG)


def _expand(inputs: list[Path]) -> tuple[list[Path], list[str]]:
    """Folders become what lies in them; what is wrong with a folder is told apart."""
    from aicoach.adapters.media_kind import media_files  # noqa: PLC0415

    files: list[Path] = []
    problems: list[str] = []
    for path in inputs:
        if not path.is_dir():
            files.append(path)
        elif found := media_files(path):
            files.extend(found)
        else:
            problems.append(f"{path}: holds no video and no recording")
    return files, problems


def json_path(json_file: str | None) -> Path | None:
    """The file of ``--json``; None for none and for stdout."""
    return Path(json_file) if json_file not in (None, STDOUT) else None


def check_outputs(outputs: list[Path | None], inputs: list[Path]) -> None:
    """Refuse before an hour of work what could not be written after it."""
    for output in outputs:
        if output is None:
            continue
        if not output.absolute().parent.is_dir():
            raise typer.BadParameter(f"{output}: its folder does not exist")
        if output.is_dir():
            raise typer.BadParameter(f"{output}: is a folder")
        if any(output.exists() and path.exists() and output.samefile(path) for path in inputs):
            raise typer.BadParameter(f"{output}: is the input itself")


def _report(path: Path, request: Request, label: str) -> dict[str, Any]:
    from aicoach.adapters.media_kind import is_recording  # noqa: PLC0415
    from aicoach.report import report_document  # noqa: PLC0415

    tracker = request.new_tracker()
    analysed_by = _analyse_recording if is_recording(path) else _analyse_video
    summary, analysed = analysed_by(path, request, tracker, label)
    return report_document(summary, analysed, request.spec or _recognised(summary.exercise))


def _recognised(exercise: str) -> ExerciseSpec | None:
    from aicoach.cli.compose import find_exercise  # noqa: PLC0415

    return None if exercise in ("unknown", AUTO) else find_exercise(exercise)


def _analysed(path: Path, request: Request, tracker: Tracker, **more: Any) -> Analysed:
    from aicoach.report import Analysed  # noqa: PLC0415

    confidence = getattr(tracker, "confidence", None) if request.spec is None else None
    return Analysed(
        name=str(path),
        auto_confidence=confidence,
        target_rom_deg=request.target_rom_deg,
        **more,
    )


def _analyse_recording(
    path: Path, request: Request, tracker: Tracker, label: str
) -> tuple[SetSummary, Analysed]:
    from aicoach.adapters.recording import read_recording  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415
    from aicoach.pipeline import analyse_frames, analyse_poses  # noqa: PLC0415

    if request.save_recording:
        raise typer.BadParameter("--save-recording needs a video; this is a recording already")
    track = read_recording(path)
    with progress_bar(label, float(track.t_s[-1] - track.t_s[0])) as progress:
        if request.annotate is None:
            summary = analyse_poses(track.poses(), tracker, progress)
        else:
            from aicoach.adapters.overlay import DarkRoom  # noqa: PLC0415
            from aicoach.cli.outputs import annotating  # noqa: PLC0415

            room = DarkRoom(track)
            fps = max(1.0, min(60.0, (len(track) - 1) / max(track.t_s[-1] - track.t_s[0], 1e-3)))
            with annotating(request.annotate, fps, request.spec, tracker) as observe:
                summary = analyse_frames(room, room, tracker, [observe], progress)
    about = {"source": "recording", "frame_size_px": track.frame_size_px}
    return summary, _analysed(path, request, tracker, **about)


def _analyse_video(
    path: Path, request: Request, tracker: Tracker, label: str
) -> tuple[SetSummary, Analysed]:
    from aicoach.adapters.video import VideoReader  # noqa: PLC0415
    from aicoach.cli.compose import make_estimator  # noqa: PLC0415
    from aicoach.cli.outputs import annotating, keeping  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415
    from aicoach.pipeline import analyse_frames  # noqa: PLC0415

    with ExitStack() as stack:
        video = stack.enter_context(VideoReader(path))
        estimator = make_estimator(request.backend)
        stack.callback(estimator.close)
        observers: list[FrameObserver] = []
        if request.annotate:
            drawing = annotating(request.annotate, video.kept_fps, request.spec, tracker)
            observers.append(stack.enter_context(drawing))
        if request.save_recording:
            meta = {"source": path.name, "backend": request.backend.value, "fps_source": video.fps}
            observers.append(stack.enter_context(keeping(request.save_recording, meta)))
        progress = stack.enter_context(progress_bar(label, video.duration_s))
        summary = analyse_frames(video, estimator, tracker, observers, progress)
    about = {
        "source": "video",
        "frame_size_px": video.frame_size_px,
        "notes": tuple(video.notes),
    }
    return summary, _analysed(path, request, tracker, **about)


def _failure(path: Path, problem: CoachError) -> dict[str, Any]:
    from aicoach.report import failure_document  # noqa: PLC0415

    return failure_document(str(path), str(problem))


def write_json(document: object, target: str) -> None:
    """Write a document to a file, whole or not at all, or to stdout.

    Raises
    ------
    CoachError
        If the file cannot be written.
    """
    import json  # noqa: PLC0415

    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if target == STDOUT:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    from aicoach.adapters.files import whole_file  # noqa: PLC0415

    try:
        with whole_file(Path(target)) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as problem:
        reason = f"{target}: could not be written ({problem.strerror or problem})"
        raise CoachError(reason) from problem


def _print_report(document: dict[str, Any], lang: Lang) -> None:
    from aicoach.cli.printed import print_report  # noqa: PLC0415

    print_report(document, lang)


def _print_overview(documents: list[dict[str, Any]], lang: Lang) -> None:
    from aicoach.cli.printed import print_overview  # noqa: PLC0415

    print_overview(documents, lang)
