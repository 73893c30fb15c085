"""Pages as JSON, for programs."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from aicoach import __version__

if TYPE_CHECKING:
    from aicoach.adapters.report.page import Page

SCHEMA: Final = "aicoach.follow_up/1"
"""Fields may be added; one that is renamed or removed makes another schema."""


def json_of(page: Page) -> str:
    """The page as one JSON object."""
    body = {"schema": SCHEMA, "aicoach": __version__, "kind": type(page).__name__}
    return json.dumps(body | _plain(page), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
