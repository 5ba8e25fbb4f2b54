"""A real PostgreSQL server for tests: started on a free port, stopped at the end; skipped where it is not installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def server() -> Iterator[str]:
    """URL of a new server of its own; the test is skipped where PostgreSQL is not installed."""
    folder = binaries()
    if folder is None:
        pytest.skip("PostgreSQL is not installed: no folder holds initdb, pg_ctl and postgres")
    with tempfile.TemporaryDirectory(prefix="techcredit-postgres-") as base:
        secret = Path(base) / "secret"
        secret.write_text("s3cret-of-the-test")
        if os.geteuid() == 0:
            shutil.chown(base, "nobody", "nogroup")
            shutil.chown(secret, "nobody", "nogroup")
        with running(folder, Path(base) / "data", secret) as address:
            yield address


def binaries() -> Path | None:
    """Folder of initdb, pg_ctl and postgres; None where the server is not installed."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if all((f / n).exists() for n in ("initdb", "pg_ctl", "postgres"))), None)


def as_server_user(command: list[str]) -> None:
    """Run a command; as `nobody` when this is root, because the server refuses to run as root."""
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")


@contextmanager
def running(folder: Path, data: Path, secret: Path) -> Iterator[str]:
    """URL of a new server on a free loopback port, its clock in Shanghai; stopped at the end."""
    login = ["-U", "clerk", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
    as_server_user([str(folder / "initdb"), "-D", str(data), *login])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    options += " -c timezone=Asia/Shanghai"
    control = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-t", "30"]
    as_server_user([*control, "-l", str(data / "log"), "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://clerk:{secret.read_text()}@127.0.0.1:{port}/postgres"
    finally:
        as_server_user([*control, "-m", "immediate", "stop"])
