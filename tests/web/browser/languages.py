"""What browsers ask for, and what they are answered in: on the server and in its scripts."""

from __future__ import annotations

from aicoach.catalog.cues import Language

CHOSEN: tuple[tuple[Language | None, str, Language], ...] = (
    (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
    (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
    (None, "fr-FR,fr;q=0.9,en;q=0.5,zh;q=0.4", "en"),
    (None, "de,zh-TW;q=0.5", "zh"),
    (None, "EN-us", "en"),
    (None, "fr", "zh"),
    (None, "enm,zho", "zh"),
    (None, "", "zh"),
    ("en", "zh-CN", "en"),
    ("zh", "en", "zh"),
)
"""What was chosen on a page, what the browser asks for, what is spoken."""
