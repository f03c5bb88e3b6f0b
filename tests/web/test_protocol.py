"""The server lets go who holds a connection and never finishes a request, on a real socket; and nobody else."""

import _socket
import asyncio
import select
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from myognosis.web.protocol import PatientProtocol
from myognosis.web.serve import configured

HEAD_S = 0.1
app = FastAPI()


@app.get("/slow")
async def slow() -> str:
    """An answer that takes longer than a head may."""
    await asyncio.sleep(2 * HEAD_S)
    return "done"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, threading.Thread]]:
    """A connection that stands in line, and a server that does not run yet: what is sent before is there when it begins."""
    monkeypatch.setattr(PatientProtocol, "head_s", HEAD_S)
    monkeypatch.setattr(socket.socket, "connect", _socket.socket.connect)  # to this machine alone, which the whole run watches
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as here:
        here.settimeout(60)
        server = uvicorn.Server(configured(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        yield here, thread
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def drip(here: socket.socket) -> bytes:
    """Send byte after byte until the server closes; what it said before."""
    said = b""
    for _ in range(5000):
        try:
            if not select.select([here], [], [], 0.01)[0]:
                here.send(b"a")
            elif piece := here.recv(4096):
                said += piece
            else:
                return said
        except ConnectionError:
            return said
    raise AssertionError("the connection was held")


def test_a_head_that_drips_is_given_up(client: tuple[socket.socket, threading.Thread]):
    here, thread = client
    here.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ")
    thread.start()
    assert drip(here) == b""


def test_who_says_nothing_is_let_go(client: tuple[socket.socket, threading.Thread]):
    here, thread = client
    thread.start()
    assert here.recv(1) == b""


def test_a_body_that_drips_on_after_the_answer_is_given_up(client: tuple[socket.socket, threading.Thread]):
    here, thread = client
    here.sendall(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    thread.start()
    assert drip(here).startswith(b"HTTP/1.1 404")


@pytest.mark.whole
def test_who_waits_for_a_slow_answer_is_not_cut_off(client: tuple[socket.socket, threading.Thread]):
    here, thread = client
    here.sendall(2 * b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    thread.start()
    said = b""
    while said.count(b'"done"') < 2:
        piece = here.recv(4096)
        assert piece
        said += piece
