"""The tables of the counting bench, as they stand in docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from aicoach.bench.counting.trials import (
    CountingReport,
    Section,
    Trial,
    share_in_range,
    share_within_one,
)

_WIDTH = 110
"""Room for the tables where there is no terminal; narrower, their lines would break."""
_MANY = 40
"""More failures than this are told in one line per exercise."""


def figures_table(report: CountingReport) -> Table:
    """Every figure beside its bar."""
    table = Table("table", "figure", box=box.MARKDOWN)
    for column in ("trials", "measured", "bar"):
        table.add_column(column, justify="right")
    table.add_column("")
    for section in report.sections:
        for i, figure in enumerate(section.figures):
            title = escape(section.title) if i == 0 else ""
            verdict = ("pass" if figure.held else "**miss**") if figure.bar else ""
            table.add_row(title, figure.what, str(figure.trials), figure.shown, figure.bar, verdict)
    return table


def exercise_table(section: Section) -> Table:
    """One row per exercise."""
    table = Table("exercise", box=box.MARKDOWN)
    for column in ("trials", "exact", "within one"):
        table.add_column(column, justify="right")
    for exercise in sorted({trial.exercise for trial in section.trials}):
        trials = [trial for trial in section.trials if trial.exercise == exercise]
        exact, near = share_in_range(trials), share_within_one(trials)
        table.add_row(exercise, str(len(trials)), f"{exact.value:.2f}", f"{near.value:.2f}")
    return table


def failure_lines(section: Section) -> Iterator[str]:
    """Every trial that was miscounted; many of them briefly."""
    failures = section.failures
    if len(failures) <= _MANY:
        for trial in failures:
            yield (
                f"{trial.name} as {trial.exercise}: wanted {trial.wanted}, "
                f"counted {trial.counted}; {trial.story}"
            )
        return
    by_exercise: dict[str, list[Trial]] = {}
    for trial in failures:
        by_exercise.setdefault(trial.exercise, []).append(trial)
    for exercise, trials in sorted(by_exercise.items()):
        told = "; ".join(f"{t.name}: {t.counted} for {t.wanted}" for t in trials)
        yield f"{exercise} ({len(trials)}): {told}"


def print_section(console: Console, section: Section) -> None:
    """What went wrong in one table, as soon as it is known."""
    console.print(f"\n{escape(section.title)}", style="bold")
    for figure in section.figures:
        verdict = "" if not figure.bar else ("pass" if figure.held else "[red]miss[/]")
        bar = f", bar {figure.bar}" if figure.bar else ""
        console.print(f"  {figure.what} {figure.shown} ({figure.trials} trials{bar}) {verdict}")
    if section.by_exercise:
        print_table(console, exercise_table(section))
    for line in failure_lines(section):
        console.print(f"  - {escape(line)}", soft_wrap=True)


def print_table(console: Console, table: Table) -> None:
    """A table whose rows stay on one line each, so that it can be pasted."""
    console.print(table, width=max(_WIDTH, console.width), crop=False)
