"""Serve what `make course` made, on this machine only: the website, the student notebooks, the graded class."""

from __future__ import annotations

import http.server
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import CourseError

NOWHERE = "/dev/null/no-such-file"  # asked for it, the server answers 404


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the first folder whose prefix fits; the gradebook and the submissions are not for the browser."""

    folders: tuple[tuple[str, Path], ...] = ()
    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        try:
            path = unquote(urlsplit(path).path)
            prefix, folder = next((prefix, folder) for prefix, folder in self.folders if path.startswith(prefix))
            file = (folder / path.removeprefix(prefix)).resolve()
        except (ValueError, StopIteration):  # no address, or a byte that no file name has; or a path without its slash
            return NOWHERE
        return str(file) if file.is_relative_to(folder.resolve()) else NOWHERE

    def list_directory(self, path):
        self.send_error(404, "No such page")

    def log_message(self, *arguments):
        """Say nothing: the terminal is for what was made, and where."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser that goes away before its answer has come is no error of ours; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(checkout: Path, port: int) -> None:
    """Serve until interrupted. Listens on the loopback address only."""
    build = checkout / "_build"
    if not (build / "html/index.html").exists():
        raise CourseError(f"there is no website in {build / 'html'} to serve: run `make course`, which builds it first")
    folders = (
        ("/grading/feedback/", build / "course/feedback"),
        ("/grading/reports/", build / "course/reports"),
        ("/exercises/", build / "exercises"),
        ("/", build / "html"),
    )
    handler = type("Handler", (_Handler,), {"folders": folders})
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError as error:
        raise CourseError(f"port {port} cannot be served on ({error.strerror}): choose another, e.g. PORT={port + 1} make course") from None
    with server:
        address = f"http://localhost:{server.server_address[1]}"
        print(f"website            {address}/")
        print(f"student notebook   {address}/exercises/adagrad/adagrad.ipynb")
        print(f"graded class       {address}/grading/reports/adagrad/index.html")
        print("Stop with Ctrl-C.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
