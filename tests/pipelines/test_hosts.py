"""Which names the server answers to."""

import asyncio
import json
from typing import Any

import pytest

from pipelines.serving.hosts import ANY, KnownHosts


def status(hosts: tuple[str, ...], given: str | None) -> tuple[int, str]:
    """Status of a request with the header Host `given`, and the sentence of a refusal."""
    sent: list[Any] = []

    async def beyond(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if given is None else [(b"host", given.encode("latin-1"))]
    asyncio.run(KnownHosts(beyond, hosts)({"type": "http", "headers": headers}, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"]).get("error", "")


@pytest.mark.parametrize("given", ["localhost", "LOCALHOST:8000", "[::1]:8000", "127.0.0.1"])
def test_a_known_name_is_answered_with_any_port(given: str) -> None:
    assert status(("127.0.0.1", "localhost", "::1"), given) == (200, "")


@pytest.mark.parametrize(
    "given", ["bank.example", "localhost.bank.example", "me@localhost", "[::1", "", None, "\x1b[2J"]
)
def test_any_other_name_is_refused_with_a_sentence(given: str | None) -> None:
    code, error = status(("127.0.0.1", "localhost"), given)
    assert code == 400
    assert error.startswith("wanted a header Host among 127.0.0.1, localhost; got ")
    assert "\x1b" not in error


def test_where_every_name_is_asked_for_every_name_is_answered() -> None:
    assert status((ANY,), "bank.example") == (200, "")
