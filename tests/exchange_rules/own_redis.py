"""A Redis server of a test's own, which may be paused, on a free port, without files."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services import is_listening, need
from tests.waiting import until_now


@contextmanager
def own_redis() -> Iterator[str]:
    """Run a Redis server until the end of the `with`; give its address. Skip where there is no such program."""
    program = shutil.which("redis-server")
    need("the program redis-server", is_there=program is not None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen([str(program), *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            url = f"redis://127.0.0.1:{port}/0"
            until_now(lambda: is_listening(url))
            yield url
        finally:
            server.terminate()
