"""The address of this computer on the home network."""

import ipaddress
import socket

__all__ = ["home_address"]

_HOME = tuple(ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_NOWHERE = ("192.0.2.1", 9)
"""An address that belongs to nobody (RFC 5737). Asking for the way there sends nothing."""


def home_address() -> str | None:
    """The address on a private network (RFC 1918); None where this computer has none, so that no door opens to the internet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_NOWHERE)
        except OSError:
            return None
        found = ipaddress.ip_address(asked.getsockname()[0])
    return str(found) if any(found in net for net in _HOME) else None
