"""Every Python process of a test run, its children included, notes each address that it binds, connects or sends to.

``tests/conftest.py`` puts this folder on the path of all of them: there Python looks for a module of this name when it begins.
"""

import os
import sys

_EVENTS = frozenset(("socket.bind", "socket.connect", "socket.sendto"))  # looked up at every event of any kind


def _watch(event: str, given: tuple[object, ...]) -> None:
    """One line in the file of the run for each address of the internet, by whatever way it is used."""
    if event in _EVENTS and isinstance(given[-1], tuple):
        notes = os.open(os.environ["MYOGNOSIS_ADDRESSES"], os.O_WRONLY | os.O_APPEND)
        os.write(notes, f"{event} {given[-1][0]}\n".encode())
        os.close(notes)


if "MYOGNOSIS_ADDRESSES" in os.environ:
    sys.addaudithook(_watch)
