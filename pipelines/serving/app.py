"""The HTTP endpoints: POST /decisions, GET /health, GET /version."""

import json
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipelines.serving.hosts import KnownHosts
from pipelines.serving.served import RunChangedError, Served
from policy.errors import MendableError
from policy.printable import printable

MOST_BYTES = 8_000_000
"""Bytes of a request, at most: an enterprise with thousands of rows has one million."""


class TooLargeError(MendableError):
    """A request has more bytes than the server reads."""


def application(served: Served, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> FastAPI:
    """The server of a run, which answers to the names `hosts` alone: a page of another site cannot reach it.

    It has no pages of documentation of its own, since those of FastAPI load scripts from the network.
    """
    made = FastAPI(title="TechCredit", docs_url=None, redoc_url=None, openapi_url=None)
    made.add_middleware(KnownHosts, hosts=hosts)

    @made.exception_handler(HTTPException)
    async def elsewhere(request: Request, error: HTTPException) -> Response:
        asked = f"{request.method} {printable(request.url.path)[:80]}"
        sentence = f"wanted POST /decisions, GET /health or GET /version; got {asked}"
        answer = _answer(error.status_code, {"error": sentence})
        answer.headers.update(error.headers or {})  # of 405: which methods are allowed
        return answer

    @made.get("/health")
    async def health() -> Response:
        return await _told(lambda: {"ready": bool(served.versions())})

    @made.get("/version")
    async def version() -> Response:
        return await _told(served.versions)

    @made.post("/decisions")
    async def decisions(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            sentence = f"wanted Content-Type application/json; got {printable(kind)[:80] or 'none'}"
            return _answer(415, {"error": sentence})
        try:
            body = await _body(request)
        except TooLargeError as error:
            return _answer(413, {"error": str(error)})
        return await _told(lambda: served.answer(body))

    return made


async def _body(request: Request) -> bytes:
    """The body, read no further than MOST_BYTES.

    Raises
    ------
    TooLargeError
        When it is longer.
    """
    pieces, total = list[bytes](), 0
    async for piece in request.stream():
        total += len(piece)
        if total > MOST_BYTES:
            message = f"wanted a request of at most {MOST_BYTES:,} bytes; it has more"
            raise TooLargeError(message)
        pieces.append(piece)
    return b"".join(pieces)


async def _told(made: Any) -> Response:
    """What `made` gives as JSON; an error that a person can mend as its sentence, any other without its words.

    What a fault says may quote what it worked on; it goes to the log of the server alone.
    """
    try:
        return _answer(200, await run_in_threadpool(made))
    except RunChangedError as error:
        return _answer(503, {"error": printable(str(error))})
    except MendableError as error:
        return _answer(422, {"error": printable(str(error))[:4000]})
    except Exception as error:
        sys.stderr.write(traceback.format_exc())
        return _answer(500, {"error": f"this is a fault of the program ({type(error).__name__}); please report it"})


def _answer(status: int, content: Any) -> Response:
    told = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(told, status_code=status, media_type="application/json")
