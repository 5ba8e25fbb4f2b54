"""The server as a process: uvicorn on one address, bounded in what it accepts."""

import sys

import uvicorn
from fastapi import FastAPI

from policy.errors import MendableError

WAITING = 128
"""Requests that are worked on or wait, at most; more get the answer 503 at once."""


class ServeError(MendableError):
    """The server cannot listen where it should."""


def server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """The server, not yet started; it writes no line for a request, since what a client sends would be in it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=WAITING,
            timeout_keep_alive=5,
            h11_max_incomplete_event_size=16_384,
        )
    )


def listen(app: FastAPI, host: str, port: int) -> None:
    """Serve until the process is ended.

    Raises
    ------
    ServeError
        When the address cannot be used.
    """
    found = server(app, host, port)
    try:
        sockets = [found.config.bind_socket()]
    except SystemExit as error:  # uvicorn's answer to an address in use
        message = f"wanted to listen on {host}, port {port}; it cannot be used (is another server there?)"
        raise ServeError(message) from error
    sockets[0].listen(WAITING)  # from now on a client waits, and is not refused
    place, number = sockets[0].getsockname()[:2]
    sys.stdout.write(f"listening on http://{place}:{number}\n")
    sys.stdout.flush()
    found.run(sockets=sockets)
