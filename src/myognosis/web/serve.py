"""Runs the application at a door that is already bound."""

import socket

import uvicorn
from fastapi import FastAPI

from myognosis.web.heap import one_heap
from myognosis.web.protocol import PatientProtocol

__all__ = ["configured", "run"]


def configured(app: FastAPI) -> uvicorn.Config:
    """How the application is served. No access log: addresses name cases."""
    return uvicorn.Config(
        app, http=PatientProtocol, log_config=None, access_log=False, server_header=False, timeout_keep_alive=10, backlog=128
    )


def run(app: FastAPI, door: socket.socket) -> None:
    """Serve until interrupted."""
    one_heap()
    uvicorn.Server(configured(app)).run(sockets=[door])
