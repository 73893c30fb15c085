"""``/figure/VERSION/...``: the demonstrating coach, made once per exercise and kept."""

from __future__ import annotations

import gzip
import json
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse

from aicoach.web.cache_control import KEEP
from aicoach.web.figure_table import Table, figure_table, mannequin_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec

BODY: Final = "mannequin"
_HEADERS: Final = {"Cache-Control": KEEP, "Vary": "Accept-Encoding"}


def figure_router(catalog: Mapping[str, ExerciseSpec]) -> APIRouter:
    """The body and one loop for each exercise of the catalogue."""
    router = APIRouter()
    making = Lock()

    @cache
    def packed(name: str) -> bytes:
        table: Table = mannequin_table() if name == BODY else figure_table(catalog[name])
        content = json.dumps(table, separators=(",", ":")).encode()
        return gzip.compress(content, 9, mtime=0)

    @router.get("/figure/{_version}/{name}.json")
    def _figure(
        _version: str, name: str, accept_encoding: Annotated[str, Header()] = ""
    ) -> Response:
        if name != BODY and name not in catalog:
            return JSONResponse({"problem": "unknown"}, status_code=404)
        with making:  # one at a time: a session beside it needs the processor more
            content = packed(name)
        headers = dict(_HEADERS)
        if "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
        return Response(content, media_type="application/json", headers=headers)

    return router
