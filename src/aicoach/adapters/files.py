"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aicoach.errors import CoachError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write to; it becomes ``path`` when the block ends well.

    The name stands in the same folder and keeps the suffix, as encoders choose their
    container by it. After an error or Ctrl-C nothing is left, and an older file at
    ``path`` is as it was.
    """
    part = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part{path.suffix}")
    try:
        yield part
        os.replace(part, path)  # noqa: PTH105 - Path.replace is the same call, less known as atomic
    finally:
        part.unlink(missing_ok=True)


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet.

    Raises
    ------
    CoachError
        If it exists, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CoachError(f"{path}: exists already; nothing was written") from None
    except OSError as problem:
        raise CoachError(f"{path}: {problem.strerror or problem}") from problem
