"""The servers that the gateway runs on, each a real process on SQLite and the memory layer.

`serve` keeps all of RFC 6455. What Daphne's library does otherwise is said by the properties of `Server`, and nowhere
else in these tests; none of it harms a client that keeps to the rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.databases.prepared_databases import prepare_database
from tests.deployments import daphne_command, fetch_json
from tests.processes import Process

_NORMAL, _BAD_GATEWAY = 1000, 1014
_SERVERS = {
    "serve": (("manage.py", "serve", "--port", "0"), r"Serving on http://\S+?:(\d+)"),
    "daphne": (daphne_command(), r"Listening on TCP address \S+?:(\d+)"),
}


@dataclass
class Server:
    """A server that runs."""

    name: str
    port: int
    process: Process

    @property
    def url(self) -> str:
        """Its HTTP address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_daphne(self) -> bool:
        """Whether it is Daphne."""
        return self.name == "daphne"

    @property
    def speaks_drafts(self) -> bool:
        """Whether it takes version 8 (a draft of the RFC with the same frames), and answers 400 to others, not 426."""
        return self.is_daphne

    @property
    def takes_http_1_0(self) -> bool:
        """Whether it takes a handshake by HTTP/1.0."""
        return self.is_daphne

    @property
    def takes_two_hosts(self) -> bool:
        """Whether it takes a handshake with two Host headers."""
        return self.is_daphne

    @property
    def takes_a_close_within_a_message(self) -> bool:
        """Whether a close before a message's last fragment is a usual one; `serve` answers it with 1002."""
        return self.is_daphne

    def code_in_answer_to(self, code: int) -> int | None:
        """Return the code that answers a close: the same; Daphne answers 1000, and doesn't know 1014 and none."""
        if not self.is_daphne:
            return code
        return None if code == _BAD_GATEWAY else _NORMAL

    def code_after(self, code: int) -> int | None:
        """Return the code with which it ends a connection whose peer broke the rules: Daphne sends no close frame."""
        return None if self.is_daphne else code

    def connections(self) -> int:
        """Return how many connections it serves."""
        count: int = fetch_json(f"{self.url}/api/v1/ws/stats")["data"]["connectedClients"]
        return count


@pytest.fixture(scope="package", params=list(_SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run `serve`, then Daphne with the options of the specification."""
    arguments, announced = _SERVERS[request.param]
    environment = {"VAR_DIR": str(tmp_path_factory.mktemp("var"))}
    prepare_database(environment)
    with Process(*arguments, environment=environment) as process:
        port = int(process.wait_for(announced)[1])
        yield Server(request.param, port, process)
        assert "Traceback" not in process.output
