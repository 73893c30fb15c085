"""``aicoach live``: the camera, a window, and the report at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from aicoach.cli.compose import Backend, Language, ViewOption, language, tracker_factory
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.adapters.overlay import Overlay
    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.words import Lang
    from aicoach.pipeline import Command, FrameObserver, LiveFrame, LivePipeline
    from aicoach.pose import ByteImage


class Screen(Protocol):
    """Where pictures are shown and keys are pressed; ``adapters.window`` has one."""

    def show(self, picture: ByteImage) -> Command | None:
        """Show a picture; what was asked for since the last one."""
        ...


def live(
    exercise: Annotated[
        str, typer.Option("--exercise", "-e", metavar="ID", help="See: aicoach exercises list.")
    ],
    camera: Annotated[int, typer.Option(min=0, metavar="N", help="Number of the camera.")] = 0,
    record: Annotated[
        Path | None,
        typer.Option(metavar="OUT.npz", help="Keep the poses, without the picture."),
    ] = None,
    target_rom: Annotated[
        float | None,
        typer.Option(metavar="DEG", min=0, max=360, help="Prescribed range of motion."),
    ] = None,
    backend: Annotated[Backend, typer.Option(help="Pose runtime.")] = Backend.ONNX,
    view: Annotated[ViewOption, typer.Option(help="Where the camera stands.")] = ViewOption.AUTO,
    lang: Annotated[Language | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Count and judge in front of the camera. Keys: q quit, space pause, r new set."""
    spec, new_tracker = tracker_factory(exercise, target_rom, view)
    if record is not None and not record.absolute().parent.is_dir():
        raise typer.BadParameter(f"{record}: its folder does not exist")

    import time  # noqa: PLC0415

    from aicoach.adapters.camera import Camera  # noqa: PLC0415
    from aicoach.adapters.window import Window  # noqa: PLC0415
    from aicoach.cli.compose import make_estimator  # noqa: PLC0415
    from aicoach.cli.outputs import keeping, make_overlay  # noqa: PLC0415
    from aicoach.pipeline import LivePipeline  # noqa: PLC0415

    with ExitStack() as stack:
        window = stack.enter_context(Window("aicoach"))
        estimator = make_estimator(backend, wait_for_ready=True)
        stack.callback(estimator.close)
        observers: list[FrameObserver] = []
        if record is not None:
            about = {"source": f"camera {camera}", "backend": backend.value, "exercise": exercise}
            observers.append(stack.enter_context(keeping(record, about)))
        pipeline = LivePipeline(Camera(camera), estimator, new_tracker, time.monotonic)
        problem = watch(pipeline, make_overlay(spec), window, observers)
    if problem is None or pipeline.n_analysed:
        _print(spec, pipeline, f"camera {camera}", language(lang))
    if problem is not None:
        raise problem


def watch(
    pipeline: LivePipeline,
    overlay: Overlay,
    screen: Screen,
    observers: Iterable[FrameObserver] = (),
) -> CoachError | None:
    """Show and steer until quit, Ctrl-C, or the camera fails; the failure is returned.

    Returned and not raised, so that a recording and the report of what was done until
    then are kept.
    """
    seen = tuple(observers)
    try:
        for item in pipeline:
            for observe in seen:
                observe(item.frame, item.pose, item.update)
            pipeline.command(screen.show(mirrored(overlay.draw, item)))
    except KeyboardInterrupt:
        return None
    except CoachError as problem:
        return problem
    return None


def mirrored(draw: Callable[..., ByteImage], item: LiveFrame) -> ByteImage:
    """The frame as a mirror shows it, with readable text on it."""
    import numpy as np  # noqa: PLC0415

    glass = np.ascontiguousarray(item.frame.bgr[:, ::-1])
    pose = item.pose.mirrored() if item.pose else None
    rate = "" if item.fps != item.fps else f"{item.fps:.0f} fps"
    corner = (*(["PAUSED"] if item.paused else []), *([rate] if rate else []))
    return draw(glass, pose, item.update, corner=corner)


def _print(spec: ExerciseSpec | None, pipeline: LivePipeline, name: str, lang: Lang) -> None:
    from aicoach.cli.printed import print_report  # noqa: PLC0415
    from aicoach.report import Analysed, report_document  # noqa: PLC0415

    dropped = pipeline.mailbox.dropped
    notes = (f"{dropped} camera frames were skipped to stay live",) if dropped else ()
    analysed = Analysed(name=name, source="camera", notes=notes)
    print_report(report_document(pipeline.tracker.summary(), analysed, spec), lang)
