"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
