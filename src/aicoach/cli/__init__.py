"""The command line: ``aicoach analyse | live | coach | replay | exercises | prescription ...``.

Errors are one line on stderr and exit code 2. ``AICOACH_TRACEBACK=1`` shows where an
error came from. Only typer is loaded here; each command loads what it needs.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn, cast

import typer

from aicoach import __version__
from aicoach.cli import (
    account,
    analyse,
    audit,
    bench,
    cabin,
    coach,
    consent,
    db,
    demo_data,
    doctor,
    exercises,
    export,
    import_plan,
    live,
    plans,
    prescription,
    privacy,
    replay,
    report,
    residents,
    review,
    serve,
    sync,
    triage,
)
from aicoach.errors import CoachError

WRONG: Final = 2
INTERRUPTED: Final = 130

# typer may carry its own copy of click; this is its base of everything a caller typed wrong.
UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="aicoach",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(name="analyse")(analyse.analyse)
app.command(name="live")(live.live)
app.command(name="coach")(coach.coach)
app.command(name="replay")(replay.replay)
app.add_typer(exercises.app, name="exercises")
prescription.app.command(name="import")(import_plan.import_plan)
app.add_typer(prescription.app, name="prescription")
app.add_typer(db.app, name="db")
app.add_typer(account.app, name="account")
app.add_typer(consent.app, name="consent")
app.add_typer(privacy.app, name="privacy")
app.add_typer(audit.app, name="audit")
app.command(name="export")(export.export)
app.command(name="sync")(sync.sync)
app.add_typer(cabin.app, name="cabin")
app.command(name="serve")(serve.serve)
app.command(name="demo-data")(demo_data.demo_data)
app.add_typer(residents.app, name="resident")
app.add_typer(plans.app, name="plan")
app.command(name="review")(review.review)
app.add_typer(triage.app, name="triage")
app.command(name="report")(report.report)
app.command(name="doctor")(doctor.doctor)
app.command(name="bench")(bench.bench)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aicoach {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback acts on it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """A camera supervises exercise: counts, judges, reports. Nothing leaves it unless you ask."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: this process's) and return its exit code."""
    try:
        code = app(
            args=None if arguments is None else list(arguments),
            prog_name="aicoach",
            standalone_mode=False,
        )
    except UsageError as problem:
        return _refuse(problem.format_message())
    except CoachError as problem:
        return _refuse(str(problem))
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        # Who read our output has gone; Python would complain once more on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except Exception as problem:
        if os.environ.get("AICOACH_TRACEBACK"):
            raise
        return _refuse(f"{type(problem).__name__}: {problem} (AICOACH_TRACEBACK=1 shows where)")
    if code == INTERRUPTED:  # typer makes it of Ctrl-C
        typer.echo("aicoach: stopped; nothing half-written was left", err=True)
    return code if isinstance(code, int) else 0


def _refuse(problem: str) -> int:
    line = " ".join(problem.split()).replace("Value error, ", "")
    typer.echo(f"aicoach: {line}", err=True)
    return WRONG


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> NoReturn:
    """Entry point of the console script."""
    signal.signal(signal.SIGTERM, _stop)  # so that half-written files are removed
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter is no reason to stop
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run())
