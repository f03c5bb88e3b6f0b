"""The application: the guard, the files that pages need, and one router for each group of pages."""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from myognosis.knowledge import load_knowledge
from myognosis.store import FileShelf, Shelf
from myognosis.web import faults
from myognosis.web.api import create_api
from myognosis.web.desk import Desk
from myognosis.web.guard import Guard
from myognosis.web.routes import cases, home, interview, result
from myognosis.web.settings import Settings

__all__ = ["create_app"]

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, shelf: Shelf | None = None) -> FastAPI:
    """The application over a shelf of cases; a folder of files by default."""
    app = FastAPI(title="Myognosis", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(settings, load_knowledge(), shelf or FileShelf(settings.folder))
    for part in (home, cases, interview, result):
        app.include_router(part.router, include_in_schema=False)
    faults.install(app)
    app.mount("/api", create_api(app.state.desk))
    app.mount("/static", StaticFiles(directory=_STATIC))
    app.add_middleware(Guard, settings=settings)
    return app
