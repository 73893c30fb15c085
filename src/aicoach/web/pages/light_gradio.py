"""Gradio, loaded in half of the time.

While it is loaded it writes a description for editors beside the source of each of its components,
or reads again whether it is still right: three seconds at each start of a server. It leaves out
what has no source file, and that is what it is told here.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["gr"]


@contextmanager
def _without_descriptions() -> Iterator[None]:
    found = inspect.getfile

    def of_others(asked: Any) -> str:
        if isinstance(asked, type) and asked.__module__.startswith("gradio."):
            raise OSError(f"{asked.__module__}: not needed")
        return found(asked)

    # mypy also compares the name of the argument, by which nobody hands it over.
    inspect.getfile = of_others  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = found


with _without_descriptions():
    import gradio as gr
