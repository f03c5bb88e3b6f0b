"""Runs the application at a door that is already bound."""

import ctypes
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from myognosis.web.protocol import PatientProtocol

__all__ = ["configured", "run"]


_M_ARENA_MAX = -8
"""By this number the C library of GNU knows what is limited here (mallopt(3)); others do not know it and do not need it."""


def _one_heap() -> None:
    """All threads take memory from one place: each with a heap of its own, fifty people at once left 60 MB more behind."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def configured(app: FastAPI) -> uvicorn.Config:
    """How the application is served. No access log: addresses name cases."""
    return uvicorn.Config(
        app, http=PatientProtocol, log_config=None, access_log=False, server_header=False, timeout_keep_alive=10, backlog=128
    )


def run(app: FastAPI, door: socket.socket) -> None:
    """Serve until interrupted."""
    _one_heap()
    uvicorn.Server(configured(app)).run(sockets=[door])
