"""The interview in a browser: pages that work without a script, on the person's own machine.

``create_app(settings)`` gives the application; every group of pages is a router of its own under ``routes/``.
"""

from typing import TYPE_CHECKING, Any

from myognosis.web.settings import Settings

if TYPE_CHECKING:
    from myognosis.web.app import create_app

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:  # the process that opens a file lives here too and needs no FastAPI
    if name != "create_app":
        raise AttributeError(name)
    from myognosis.web.app import create_app

    return create_app
