"""Runs the application at a door that is already bound."""

import socket

import uvicorn
from fastapi import FastAPI

__all__ = ["run"]


def run(app: FastAPI, door: socket.socket) -> None:
    """Serve until interrupted. No access log: addresses name cases."""
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_keep_alive=10, backlog=128)
    uvicorn.Server(config).run(sockets=[door])
