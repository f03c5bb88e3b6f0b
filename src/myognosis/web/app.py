"""The application: the guard, the files that pages need, and one router for each group of pages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from myognosis.knowledge import lightened, load_knowledge
from myognosis.store import FileShelf, Shelf
from myognosis.web import faults
from myognosis.web.api import create_api
from myognosis.web.beside import bring_beside
from myognosis.web.desk import Desk
from myognosis.web.guard import Guard
from myognosis.web.heap import keep_small
from myognosis.web.routes import bench, cases, claims, exchange, home, interview, keeping, phone, recordings, result, why
from myognosis.web.settings import Settings

__all__ = ["create_app"]

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings) -> FastAPI:
    """The application over the cases of a folder or of a database.

    Raises
    ------
    ValueError
        Several people would share one folder: only a database keeps apart who may see what.
    """
    app = FastAPI(title="Myognosis", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_while_open)
    app.state.desk = Desk(settings, lightened(load_knowledge()), _shelves(settings))
    if settings.own:
        bring_beside(app.state.desk, settings.own)
    for part in (home, cases, exchange, keeping, interview, recordings, phone, result, bench, why, claims):
        app.router.routes += part.router.routes  # as they are: to include a router builds each of its routes once more
    faults.install(app)
    app.mount("/api", create_api(app.state.desk))
    app.mount("/static", StaticFiles(directory=_STATIC))
    app.add_middleware(Guard, settings=settings)
    return app


_AT_ONCE = 4
"""So many requests are worked on at once; others wait in line, so that many people slow each other down less."""


@asynccontextmanager
async def _while_open(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = _AT_ONCE
    app.state.desk.children.is_serving = True
    small = asyncio.create_task(keep_small())
    yield
    small.cancel()
    app.state.desk.children.close()


def _shelves(settings: Settings) -> Callable[[str], Shelf]:
    if settings.store:
        from myognosis.store.database import Database

        return Database(settings.store).shelf
    if settings.user_header:
        raise ValueError("several people need a database")
    files = FileShelf(settings.folder, settings.own)
    return lambda _: files
