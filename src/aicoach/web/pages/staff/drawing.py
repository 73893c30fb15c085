"""Values into the elements of a page; everything that is not markup of ours is escaped."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup, escape

_TEMPLATES: Final = Path(__file__).with_name("templates")
SIGNS: Final = {"red": "●", "amber": "▲", "green": "○", "none": "–"}
"""A shape beside the colour: not everybody sees the colour."""
ALERT_SIGNS: Final = {
    "stop": "■", "rest": "◆", "slow": "▲", "warn": "△", "inform": "○", "none": "·",
}  # fmt: skip


def drawn(template: str, **values: Any) -> str:
    """A template, filled."""
    return _environment().get_template(template).render(**values)


def address(page: str, **fields: Any) -> str:
    """The address of a page of staff; what is empty is left out.

    ``page`` in an address is Gradio's own.
    """
    given = {name: value for name, value in fields.items() if value not in (None, "", False)}
    return "?" + urlencode({"at": page, **given})


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"address": address, "signs": SIGNS, "alert_signs": ALERT_SIGNS}
    environment.filters |= {"clock": clock, "data": _data}
    return environment


def clock(t_s: float) -> str:
    """Seconds as minutes and seconds."""
    minutes, seconds = divmod(round(t_s), 60)
    return f"{minutes}:{seconds:02d}"


def _data(value: Any) -> Markup:
    """A value for a script, inside an attribute."""
    return escape(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
