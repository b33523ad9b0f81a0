"""A Jupyter server in a course folder, for tests of formgrader: what an instructor starts there to mark written answers."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "secret"
SHUTDOWN = 20  # seconds that the server may take to end


@contextmanager
def jupyter(course: Path) -> Iterator[str]:
    """The address of a server that runs in the folder; it ends with the `with` statement."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    with subprocess.Popen(command, cwd=course, stderr=subprocess.DEVNULL) as server:
        try:
            while not _listens(port):
                assert server.poll() is None, "the Jupyter server did not start"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=SHUTDOWN)
            except subprocess.TimeoutExpired:
                server.kill()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
