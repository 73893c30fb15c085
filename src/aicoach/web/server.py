"""The server of the screens: own routes first, then Gradio's pages."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from aicoach.live_session import spare_what_is_there
from aicoach.web.assets_routes import add_assets
from aicoach.web.cabin_routes import cabin_router
from aicoach.web.centre import health_router
from aicoach.web.clip_routes import clips_router, cue_words_router
from aicoach.web.demonstration import demonstration_router
from aicoach.web.entry import entry_router
from aicoach.web.error_answers import add_error_answers
from aicoach.web.guarding import Guarding
from aicoach.web.ingest import create_ingest
from aicoach.web.live_routes import live_router
from aicoach.web.page_door import PageDoor
from aicoach.web.pages.cabin import cabin_page, first_of_cabin
from aicoach.web.pages.home import first_of_home, home_page
from aicoach.web.pages.light_gradio import gr
from aicoach.web.pages.plain import plain_router
from aicoach.web.pages.staff.page import PATH as STAFF
from aicoach.web.pages.staff.page import staff_page, who_of_staff
from aicoach.web.resident_routes import resident_router
from aicoach.web.sign_in import sign_in_router
from aicoach.web.staff_door import StaffDoor
from aicoach.web.staff_files import staff_files_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.routing import Mount

    from aicoach.web.premises import Premises

_TIDY_S: Final = 5.0
_EVENTS_AT_ONCE: Final = 8
_EVENTS_WAITING: Final = 64
"""Of all pages together; one more is told to try again."""
_IDLE_S: Final = 0.02
"""Between two looks for an event. Gradio looks a thousand times a second and page, which took an
eighth of a core from the pose."""
ACCENT: Final = "#1f8a75"
"""Between the green of the light and of the dark pages: over 4:1 on either ground."""
FONTS: Final = ["system-ui", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
"""Of the browser's computer; nothing is fetched."""


def create_server(premises: Premises) -> FastAPI:
    """The app. Closing it ends every session and keeps what it did; the store stays open."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(premises.rooms.watchers.warm)
        spare_what_is_there()
        tidying = asyncio.create_task(_tidy(premises))
        try:
            yield
        finally:
            tidying.cancel()
            with suppress(asyncio.CancelledError):
                await tidying
            await run_in_threadpool(premises.close)

    app = FastAPI(
        title="aicoach", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.add_middleware(StaffDoor, premises=premises)
    app.add_middleware(Guarding, premises=premises)  # the last one added comes first
    add_error_answers(app)
    add_routes(app, premises)
    who = who_of_staff(premises)
    app = mount_page(app, staff_page, premises, path=STAFF, auth_dependency=who)
    if premises.conduct.demonstration:
        app.include_router(demonstration_router(premises))
        app = _mount(app, "cabin", premises, "/cabin")
        return _mount(app, "home", premises, "/home")
    return _mount(app, "cabin" if premises.conduct.mode == "cabin" else "home", premises, "/")


def add_routes(app: FastAPI, premises: Premises) -> None:
    """Everything that is no page of Gradio's."""
    app.include_router(health_router(premises.store))
    app.include_router(entry_router(premises))
    app.include_router(cabin_router(premises))
    app.include_router(live_router(premises))
    app.include_router(clips_router(premises))
    app.include_router(cue_words_router())
    app.include_router(resident_router(premises))
    app.include_router(sign_in_router(premises))
    app.include_router(staff_files_router(premises))
    add_assets(app, premises)
    if premises.conduct.demonstration:
        app.include_router(plain_router())
    if premises.conduct.sync:
        app.include_router(create_ingest(premises.store).router)


def _mount(app: FastAPI, name: Literal["cabin", "home"], premises: Premises, path: str) -> FastAPI:
    make, first = (cabin_page, first_of_cabin) if name == "cabin" else (home_page, first_of_home)
    return mount_page(app, make, premises, path, first=first(premises))


def mount_page(
    app: FastAPI,
    make: Callable[[Premises], gr.Blocks],
    premises: Premises,
    path: str,
    *,
    first: str | None = None,
    **more: Any,
) -> FastAPI:
    """Put one page of Gradio at a path, with everything closed that we do not use.

    first : address of a script of ours that runs before Gradio does.
    """
    page = make(premises)
    page.queue(default_concurrency_limit=_EVENTS_AT_ONCE, max_size=_EVENTS_WAITING)
    page._queue.sleep_when_free = _IDLE_S  # there is no public way
    mounted: FastAPI = gr.mount_gradio_app(
        app, page, path=path, theme=theme(), footer_links=[],
        run_history=False, enable_monitoring=False, ssr_mode=False, show_error=False, **more,
    )  # fmt: skip
    mount = cast("Mount", mounted.routes[-1])
    paths = frozenset({"/", *(f"/{one[0]}" for one in page.pages if one[0])})
    mount.app = PageDoor(mount.app, premises, paths, first)
    return mounted


def theme() -> gr.themes.Base:
    """Plain, with the fonts of the computer."""
    plain = gr.themes.Soft(font=FONTS, font_mono=["ui-monospace", "monospace"])
    return plain.set(color_accent=ACCENT)  # charts are drawn with it


async def _tidy(premises: Premises) -> None:
    while True:
        await asyncio.sleep(_TIDY_S)
        await run_in_threadpool(premises.rooms.tidy)
