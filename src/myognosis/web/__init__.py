"""The interview in a browser: pages that work without a script, on the person's own machine.

``create_app(settings)`` gives the application; every group of pages is a router of its own under ``routes/``.
"""

from myognosis.web.app import create_app
from myognosis.web.settings import Settings

__all__ = ["Settings", "create_app"]
