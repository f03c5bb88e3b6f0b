"""The interface for other programs: one call from a case to its assessment, the next question, FHIR, CDS Hooks.

Nothing is kept between two calls. Every fault has the same shape: ``{"error": {"code": ..., "issues": [...]}}``.
"""

from fastapi import FastAPI

from myognosis import __version__
from myognosis.web.api import cases, cds, fhir
from myognosis.web.api.errors import install
from myognosis.web.desk import Desk

__all__ = ["create_api"]

_ABOUT = (
    "Works out why a muscle twitches. For research and education: it measures, explains and advises whom to see; it does not "
    "diagnose. Stateless: a case comes in, its assessment goes out, nothing is kept."
)


def create_api(desk: Desk) -> FastAPI:
    """The application that the pages' application mounts at ``/api``; its description is at ``/api/openapi.json``."""
    api = FastAPI(
        title="Myognosis", version=__version__, description=_ABOUT, openapi_url="/openapi.json", docs_url=None, redoc_url=None
    )
    api.state.desk = desk
    for part in (cases, fhir, cds):
        api.router.routes += part.router.routes
    install(api)
    return api
