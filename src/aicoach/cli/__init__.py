"""The command line: ``aicoach analyse | live | coach | replay | exercises | prescription ...``.

Errors are one line on stderr and exit code 2. ``AICOACH_TRACEBACK=1`` shows where an
error came from. Only typer and the command that is asked for are loaded, and that loads what it
needs.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn, cast

import typer

from aicoach import __version__
from aicoach.errors import CoachError

WRONG: Final = 2
INTERRUPTED: Final = 130

# typer may carry its own copy of click; this is its base of everything a caller typed wrong.
UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

_MODULES: Final = {
    "analyse": "analyse",
    "live": "live",
    "coach": "coach",
    "replay": "replay",
    "exercises": "exercises",
    "prescription": "prescription",
    "db": "db",
    "account": "account",
    "consent": "consent",
    "privacy": "privacy",
    "audit": "audit",
    "export": "export",
    "sync": "sync",
    "cabin": "cabin",
    "serve": "serve",
    "demo-data": "demo_data",
    "resident": "residents",
    "plan": "plans",
    "review": "review",
    "triage": "triage",
    "report": "report",
    "doctor": "doctor",
    "bench": "bench",
}
"""Commands in the order of the help, and the module of each: a group is its ``app``, a single
command the function of the module's name."""


def commands(wanted: Sequence[str] = ()) -> typer.Typer:
    """All commands; the one alone that a command line begins with, where there is such a one."""
    app = typer.Typer(
        name="aicoach",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_options)
    for name in wanted[:1] if wanted and wanted[0] in _MODULES else _MODULES:
        module = importlib.import_module(f"aicoach.cli.{_MODULES[name]}")
        group = getattr(module, "app", None)
        if group is None:
            app.command(name=name)(getattr(module, _MODULES[name]))
        else:
            app.add_typer(group, name=name)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aicoach {__version__}")
        raise typer.Exit


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
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = commands(given)(
            args=given,
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
    code = run()
    gc.freeze()  # going through everything once more would be a quarter of a second at the end
    sys.exit(code)
