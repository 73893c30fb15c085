"""``/plain``: the stage and nothing else, without Gradio; for whoever looks after the stage."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from aicoach.web.assets_routes import version

_PAGE: Final = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>aicoach</title>
<link rel="icon" href="data:,">
</head>
<body>
<main><h1>aicoach</h1><div data-stage></div></main>
<script type="module">
import {{ mount }} from "{address}/stage/stage.mjs";
const element = document.querySelector("[data-stage]");
mount(element, {{ assets: "{address}", version: "{version}", page: "plain", props: {{}} }});
</script>
</body>
</html>
"""


def plain_router() -> APIRouter:
    """The page: one exercise to choose, and the stage. Nothing of it is stored."""
    router = APIRouter()

    @router.get("/plain", response_class=HTMLResponse)
    def page() -> Response:
        """Nobody needs to be signed in for it."""
        address = f"/assets/{version()}"
        return HTMLResponse(_PAGE.format(address=address, version=version()))

    return router
