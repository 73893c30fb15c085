"""Puts the parts together: exercise, tracker and estimator from what was typed.

The parts are loaded here and only when asked for, so that a recording is analysed
without OpenCV and without a model.
"""

from __future__ import annotations

import difflib
import locale
import os
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Final

import typer

from aicoach.errors import UnknownExerciseError

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec
    from aicoach.catalog.spec import View
    from aicoach.cli.words import Lang
    from aicoach.pipeline import Tracker
    from aicoach.ports import PoseEstimator

AUTO: Final = "auto"


class Backend(str, Enum):
    """Which pose runtime looks at the pictures."""

    ONNX = "onnx"
    MEDIAPIPE = "mediapipe"


class ViewOption(str, Enum):
    """Where the camera stands, seen from the person; auto finds out."""

    AUTO = "auto"
    FRONT = "front"
    SIDE = "side"
    OBLIQUE = "oblique"


def named_view(view: ViewOption) -> View | None:
    """The chosen view; None for auto."""
    views: dict[ViewOption, View] = {
        ViewOption.FRONT: "front",
        ViewOption.SIDE: "side",
        ViewOption.OBLIQUE: "oblique",
    }
    return views.get(view)


class Language(str, Enum):
    """Language of the printed report."""

    ZH = "zh"
    EN = "en"


def language(chosen: Language | None) -> Lang:
    """The chosen language, or the one of this computer."""
    if chosen is not None:
        return "zh" if chosen is Language.ZH else "en"
    here = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if here.lower().startswith(("zh", "chinese")) else "en"


def find_exercise(exercise: str) -> ExerciseSpec:
    """One exercise of the catalogue, without reading the others.

    Raises
    ------
    UnknownExerciseError
        If there is none of this name; holds the nearest names.
    ExerciseSpecError
        If its file is wrong.
    """
    from aicoach.catalog.loader import NOT_EXERCISES, load_exercise  # noqa: PLC0415
    from aicoach.resources import resource_dir  # noqa: PLC0415

    files = {path.stem: path for path in resource_dir("exercises").glob("*.toml")}
    names = sorted(files.keys() - NOT_EXERCISES)
    wanted = exercise.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in names:
        nearest = tuple(difflib.get_close_matches(wanted, names, n=3, cutoff=0.5))
        raise UnknownExerciseError(exercise, nearest)
    return load_exercise(files[wanted])


def tracker_factory(
    exercise: str, target_rom_deg: float | None, view: ViewOption
) -> tuple[ExerciseSpec | None, Callable[[], Tracker]]:
    """The exercise (None for ``auto``) and what makes a tracker for each set of it."""
    chosen = named_view(view)
    if exercise == AUTO:
        if target_rom_deg is not None:
            raise typer.BadParameter("--target-rom needs a named exercise, not auto")
        from aicoach.catalog import load_catalog  # noqa: PLC0415
        from aicoach.tracking.recognition import AutoTracker  # noqa: PLC0415

        catalog = load_catalog()
        return None, lambda: AutoTracker(catalog, view=chosen)
    spec = find_exercise(exercise)
    if target_rom_deg is not None and spec.range_of_motion is None:
        raise typer.BadParameter(f"{exercise} has no range of motion; leave out --target-rom")
    from aicoach.tracking.tracker import ExerciseTracker  # noqa: PLC0415

    return spec, lambda: ExerciseTracker(spec, target_rom_deg=target_rom_deg, view=chosen)


def make_estimator(backend: Backend, *, wait_for_ready: bool = False) -> PoseEstimator:
    """Load a pose model that follows the person at the station.

    With ``wait_for_ready`` nobody is followed before a ready pose was held.

    Raises
    ------
    ModelFileError
        If a model file is missing or altered.
    """
    if backend is Backend.MEDIAPIPE:
        from importlib.util import find_spec  # noqa: PLC0415

        if find_spec("mediapipe") is None:
            raise typer.BadParameter(
                "--backend mediapipe is not installed; pip install 'aicoach[mediapipe]'"
            )
        from aicoach.adapters.mediapipe_pose import MediaPipePoseEstimator  # noqa: PLC0415

        return MediaPipePoseEstimator()
    from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415
    from aicoach.tracking.station import Station  # noqa: PLC0415

    return OnnxPoseEstimator(station=Station(wait_for_ready=wait_for_ready))
