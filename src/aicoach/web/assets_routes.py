"""What pages load beside Gradio's own: scripts, styles, words. Nothing here is about anybody."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from fastapi import APIRouter, Response
from starlette.staticfiles import StaticFiles

from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir
from aicoach.web.cache_control import KEEP
from aicoach.web.figure_routes import figure_router
from aicoach.web.figure_table import mannequin_table

if TYPE_CHECKING:
    from fastapi import FastAPI

    from aicoach.catalog.cues import Language
    from aicoach.web.premises import Premises

ASSETS: Final = Path(__file__).parent / "assets"
TOPICS: Final = (
    "stage.", "cabin.", "home.", "pages.", "clip.", "demo.",
    "session.effort.", "session.pain.", "session.talk.",
    "screening.ask.active", "screening.ask.disease", "screening.ask.symptoms",
)  # fmt: skip
"""Phrases that scripts need; everything else is worded on the server."""


@cache
def version() -> str:
    """Changes with every asset, phrase, exercise and the coach's figure: browsers may keep them."""
    digest = hashlib.sha256()
    for path in sorted(ASSETS.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(ASSETS).as_posix().encode())
            digest.update(path.read_bytes())
    for path in sorted(resource_dir("exercises").glob("*.toml")):
        digest.update(path.read_bytes())
    digest.update(json.dumps(mannequin_table(), sort_keys=True).encode())
    for language in ("zh", "en"):
        digest.update(json.dumps(words(language), sort_keys=True).encode())
    return digest.hexdigest()[:12]


def words(language: Language) -> dict[str, str]:
    """The phrases of a language that scripts need, by key."""
    texts = load_phrases(language).by_key
    return {key: text for key, text in texts.items() if key.startswith(TOPICS)}


class KeptFiles(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be kept for good."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = KEEP
        return response


def add_assets(app: FastAPI, premises: Premises) -> None:
    """``/assets/VERSION/...``, ``/words/VERSION/LANGUAGE.json``, the coach's figure."""
    router = APIRouter()

    @router.get("/words/{_version}/{language}.json")
    def _words(_version: str, language: Literal["zh", "en"]) -> Response:
        content = json.dumps(words(language), ensure_ascii=False, separators=(",", ":"))
        return Response(content, media_type="application/json", headers={"Cache-Control": KEEP})

    @router.get("/exercises/{_version}.json")
    def _exercises(_version: str) -> Response:
        names = {
            name: {"zh": spec.names.zh, "en": spec.names.en, "kind": spec.kind}
            for name, spec in premises.catalog.items()
        }
        content = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
        return Response(content, media_type="application/json", headers={"Cache-Control": KEEP})

    app.include_router(router)
    app.include_router(figure_router(premises.catalog))
    app.mount(f"/assets/{version()}", KeptFiles(directory=ASSETS))
