"""What one running application is told at its start."""

from dataclasses import dataclass
from pathlib import Path

from myognosis.language import Language

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Where cases lie, under which names the pages may be asked for, and what opens the door.

    Attributes
    ----------
    folder, store
        Cases are kept in the folder, one file each; or in the database that the store names.
    own
        A case in a file of its own: the first page is this case, and what is told goes into that file.
    hosts
        The names, with port, that a browser may ask for; any other ``Host`` is refused.
    key
        The first address carries it, once; from then on a cookie does.
    emergency_number
        The number that the pages tell to call; without one those of the countries where the language is spoken.
    user_header
        With it this is a server behind a proxy that knows who asks: the proxy names the person in this header and shows ``key``
        in ``X-Myognosis-Proxy``, so that nobody else can. Each person then sees the own cases and those shared with them.
    api_key
        Other programs on this machine show it as ``Authorization: Bearer``; without one only a browser is let in.
    body_limit, api_limit, upload_limit
        Bytes that a form, the body of a call, and a file may have.
    patience_s
        A request that sends nothing for so long is given up.
    longest_s
        A request that has not arrived whole after so long is given up, however steadily it drips.
    look_s
        Who brings a recording waits so long for its traces; then the page says that it is still being read.
    """

    folder: Path
    hosts: tuple[str, ...]
    key: str
    language: Language = "en"
    emergency_number: str | None = None
    store: str | None = None
    own: Path | None = None
    user_header: str | None = None
    api_key: str | None = None
    body_limit: int = 256_000
    api_limit: int = 8_000_000
    upload_limit: int = 500_000_000
    patience_s: float = 15.0
    longest_s: float = 600.0
    look_s: float = 5.0
