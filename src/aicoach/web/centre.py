"""The centre's server: health, and the place where cabins hand over; more is mounted here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool

from aicoach import __version__
from aicoach.adapters.sync import PROTOCOL
from aicoach.errors import StoreError
from aicoach.web.ingest import create_ingest

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.adapters.sync import CentreSettings


def health_router(store: Store) -> APIRouter:
    """``/health``."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> Response:
        """Whether it can take anything; for whoever watches the server."""
        reason = await run_in_threadpool(_database_problem, store)
        body = {"status": "ok" if reason is None else "database", "reason": reason}
        body |= {"version": __version__, "sync_protocol": str(PROTOCOL)}
        known = {name: value for name, value in body.items() if value is not None}
        return JSONResponse(known, status_code=200 if reason is None else 503)

    return router


def create_centre(store: Store, settings: CentreSettings | None = None) -> FastAPI:
    """The app of a centre without screens: ``/health``, and ``/sync/v1`` for cabins."""
    app = FastAPI(title="aicoach centre", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health_router(store))
    app.mount("/", create_ingest(store, settings))
    return app


def _database_problem(store: Store) -> str | None:
    try:
        with store.reading() as connection:
            connection.execute(text("SELECT 1"))
    except StoreError as problem:
        return str(problem.reason.value)
    return None
