"""``aicoach exercises``: what can be trained, one exercise in full, and the lint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.compose import Language, ViewOption, find_exercise, language, named_view
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec
    from aicoach.catalog.spec import View

WRONG: Final = 2
SIZE_PX: Final = (640, 480)
DEMONSTRATION_FPS: Final = 25.0

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """The exercises: list them, show one, check their files."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(name="list")
def list_exercises(
    lang: Annotated[Language | None, typer.Option(help="Language of the names.")] = None,
) -> None:
    """Every exercise with its name, kind, posture and the views it is judged from."""
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.cli.printed import print_exercises  # noqa: PLC0415

    print_exercises(load_catalog().values(), language(lang))


@app.command()
def show(
    exercise: Annotated[str, typer.Argument(metavar="ID")],
    image: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="Draw the target pose of the coach.")
    ] = None,
    video: Annotated[
        Path | None, typer.Option(metavar="OUT.mp4", help="Let the coach demonstrate it.")
    ] = None,
    view: Annotated[ViewOption, typer.Option(help="Where the camera stands.")] = ViewOption.AUTO,
    lang: Annotated[Language | None, typer.Option(help="Language.")] = None,
) -> None:
    """One exercise: how it is counted and judged; or its demonstration as picture or video."""
    spec = find_exercise(exercise)
    for output in (image, video):
        if output is not None and not output.absolute().parent.is_dir():
            raise typer.BadParameter(f"{output}: its folder does not exist")
    chosen = named_view(view)
    if image is not None:
        _write_image(spec, image, chosen)
    if video is not None:
        _write_video(spec, video, chosen)
    if image is None and video is None:
        from aicoach.cli.printed import print_exercise  # noqa: PLC0415

        print_exercise(spec, language(lang))


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE|FOLDER...", help="Default: the whole catalogue."),
    ] = None,
) -> None:
    """Lint exercise files: every field, source, cue and motion. Exit code 2: one is wrong."""
    from aicoach.catalog.lint import lint_folder  # noqa: PLC0415
    from aicoach.resources import resource_dir  # noqa: PLC0415

    problems: list[str] = []
    for path in paths or [resource_dir("exercises")]:
        problems += map(str, lint_folder(path)) if path.is_dir() else _problems_of_file(path)
    for problem in problems:
        typer.echo(f"aicoach: {problem}", err=True)
    if problems:
        raise typer.Exit(WRONG)
    typer.echo("no problem found")


def _problems_of_file(path: Path) -> list[str]:
    """What is wrong with one file, as if it stood in the catalogue."""
    from aicoach.catalog import Catalog, load_catalog, load_exercise  # noqa: PLC0415
    from aicoach.catalog.lint import lint_catalog  # noqa: PLC0415
    from aicoach.resources import resource_dir  # noqa: PLC0415

    try:
        spec = load_exercise(path)
    except CoachError as problem:
        return [str(problem)]
    catalog = Catalog({**load_catalog().exercises, spec.id: spec})
    problems = lint_catalog(catalog, resource_dir("exercises"))
    return [str(problem) for problem in problems if problem.file == path.name]


def _write_image(spec: ExerciseSpec, path: Path, view: View | None) -> None:
    import cv2  # noqa: PLC0415

    from aicoach.adapters.files import whole_file  # noqa: PLC0415
    from aicoach.figure import demonstration  # noqa: PLC0415

    if path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise typer.BadParameter(f"{path}: use .png or .jpg")
    loop = demonstration(spec, view=view)
    with whole_file(path) as part:
        if not cv2.imwrite(str(part), loop.render(loop.target_s, SIZE_PX)):
            raise CoachError(f"{path}: could not be written")
    typer.echo(str(path))


def _write_video(spec: ExerciseSpec, path: Path, view: View | None) -> None:
    from aicoach.adapters.video import VideoWriter  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415
    from aicoach.figure import demonstration  # noqa: PLC0415

    loop = demonstration(spec, view=view)
    with (
        VideoWriter(path, DEMONSTRATION_FPS) as video,
        progress_bar(path.name, loop.duration_s) as progress,
    ):
        for i in range(round(loop.duration_s * DEMONSTRATION_FPS)):
            t_s = i / DEMONSTRATION_FPS
            video.write(t_s, loop.render(t_s, SIZE_PX))
            progress(t_s)
    typer.echo(str(path))
