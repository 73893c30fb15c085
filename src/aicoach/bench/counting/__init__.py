"""How often the count is right: on real people, on synthetic ones, and on nobody's exercise.

The protocol of every table stands in docs/accuracy.md. Seeds are fixed; the same code and
data give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from aicoach.bench.counting import played, recorded
from aicoach.bench.counting.material import Material
from aicoach.bench.counting.played import IDLE_MINUTES
from aicoach.bench.counting.shown import figures_table, print_section, print_table
from aicoach.bench.counting.trials import CountingReport, Figure, Section, Trial
from aicoach.bench.pose import default_data_dir

__all__ = ["CountingReport", "Figure", "Section", "Trial", "run"]


def run(
    data_dir: Path | None = None,
    *,
    only: str | tuple[str, ...] | None = None,
    minutes: int = IDLE_MINUTES,
    console: Console | None = None,
) -> CountingReport:
    """Measure everything and print the tables, with every failure.

    Parameters
    ----------
    only
        Tables (``recordings``, ``idle``, ``sessions``, ``synthetic-idle`` and so on) or
        inputs whose name begins so; default all.
    minutes
        Length of the synthetic idle time.
    """
    wanted = (only,) if isinstance(only, str) else only or ()
    material, out = Material(data_dir or default_data_dir(), wanted), console or Console()

    def say(words: str) -> None:
        out.print(f"[dim]{words}[/]")

    tables: tuple[Callable[[], Section | tuple[Section, ...]], ...] = (
        lambda: recorded.recordings(material),
        lambda: recorded.idle(material),
        lambda: played.synthetic_idle(material, minutes, say),
        lambda: recorded.sessions(material),
        lambda: recorded.other_exercise(material),
        lambda: recorded.rep_events(material),
        lambda: recorded.ui_prmd(material),
        lambda: played.scenarios(material),
        lambda: played.exercise_sets(material, say),
        lambda: recorded.robustness(material),
        lambda: recorded.rebuilt_poses(material),
        lambda: played.clips(material, say),
    )
    sections: list[Section] = []
    for measure in tables:
        measured = measure()
        for section in measured if isinstance(measured, tuple) else (measured,):
            if section.trials:
                print_section(out, section)
                sections.append(section)
    report = CountingReport(tuple(sections))
    out.print()
    print_table(out, figures_table(report))
    for failure in report.failures:
        out.print(f"[red]missed:[/] {failure}")
    return report
