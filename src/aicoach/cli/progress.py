"""A progress bar with the time left, on stderr, where a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(label: str, duration_s: float | None) -> Iterator[Callable[[float], None]]:
    """Give a function that is told how far the input has come, in its seconds.

    duration_s : length of the input; None shows a bar without an end.
    """
    if not sys.stderr.isatty():
        yield lambda _seconds: None
        return
    # Loaded here: a recording is analysed before rich would be imported.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=duration_s)
        first_s: float | None = None

        def advance(seconds: float) -> None:
            nonlocal first_s
            first_s = seconds if first_s is None else first_s
            bar.update(task, completed=seconds - first_s)

        yield advance
