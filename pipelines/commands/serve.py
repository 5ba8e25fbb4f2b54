"""`techcredit serve`: decisions on one enterprise at a time over HTTP."""

from pathlib import Path

from pipelines.serving.app import application
from pipelines.serving.served import Served
from pipelines.serving.server import listen
from schemas.checks import Checks

LOCAL = ("127.0.0.1", "localhost", "::1")


def serve_run(model: Path, host: str, port: int, wanted: Checks, ledger: str | None, strict: bool) -> None:
    """Serve the run in the folder `model` until the process is ended.

    Raises
    ------
    MendableError
        When the run, its alarm or the ledger cannot be used, or the address.
    """
    served = Served(model, wanted, ledger, strict)
    served.bundle()
    hosts = LOCAL if host in LOCAL else (*LOCAL, host) if host not in ("0.0.0.0", "::") else ("*",)
    listen(application(served, hosts), host, port)
