"""Which language a browser is answered in; assets/common/language.mjs decides the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.catalog.cues import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from aicoach.catalog.cues import Language
    from aicoach.web.visitors import Visitor

_OTHERWISE: Final[Language] = "zh"


def language_of(connection: HTTPConnection, visitor: Visitor | None) -> Language:
    """What was chosen on a page, else the first of the browser's languages that we have.

    Browsers name their languages with the dearest first.
    """
    if visitor is not None and visitor.language is not None:
        return visitor.language
    for part in connection.headers.get("accept-language", "").split(","):
        asked = part.partition(";")[0].strip().casefold().partition("-")[0]
        for language in LANGUAGES:
            if asked == language:
                return language
    return _OTHERWISE
