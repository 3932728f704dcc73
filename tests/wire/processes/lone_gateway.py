"""A gateway process with settings of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.asking.http import get, post
from tests.processes import Process


class Serve:
    """A gateway in a process of its own."""

    def __init__(self, port: int, process: Process) -> None:
        self.port = port
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    def connections(self) -> int:
        """Return how many connections it serves."""
        count: int = get(f"{self.url}/api/v1/ws/stats").json["data"]["connectedClients"]
        return count

    def token(self) -> str:
        """Return an access token of `demo`."""
        pair = post(f"{self.url}/api/v1/auth/token/", {"username": "demo", "password": "demo"}).json
        token: str = pair["access"]
        return token


@contextmanager
def serve(var_dir: Path, environment: dict[str, str] | None = None) -> Iterator[Serve]:
    """Run a gateway on SQLite and memory."""
    settings = {"VAR_DIR": str(var_dir), **(environment or {})}
    with Process.command("serve", "--port", "0", environment=settings) as process:
        yield Serve(int(process.wait_for(r"Serving on http://\S+?:(\d+)")[1]), process)
    assert "Traceback" not in process.output
