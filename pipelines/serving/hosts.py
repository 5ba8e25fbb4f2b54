"""The names that the server answers to: a page of another site, opened on this computer, sends the name of its own."""

import json
from collections.abc import Sequence

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from policy.printable import printable

ANY = "*"
"""Stands for every name."""


class KnownHosts:
    """An application that answers a request with a `Host` among `hosts`, and any other one with 400 and a sentence.

    The port that `Host` may name is not compared: whoever reached the port knows it.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app, self.hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] == "http" and ANY not in self.hosts:
            given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
            if host_of(given) not in self.hosts:
                sentence = (
                    f"wanted a header Host among {', '.join(sorted(self.hosts))}; got {printable(given)[:80] or 'none'}"
                )
                told = json.dumps({"error": sentence}, ensure_ascii=False)
                await Response(told, status_code=400, media_type="application/json")(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_of(given: str) -> str:
    """The name or address in a header `Host`, in lower case, without its port.

    >>> host_of("LocalHost:8000"), host_of("[::1]:8000"), host_of("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    text = given.strip().lower()
    return text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
