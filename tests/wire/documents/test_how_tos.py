"""docs/how-to, rest.md, deliveries.md, simulator.md: who does what one says, from top to end, sees what it says."""

import json
import secrets
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.databases.prepared_databases import begin_demo_database
from tests.deployments import Deployment
from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_node, need_node_module, need_program
from tests.wire.documents.reader import Reader

_DOCUMENTS = ROOT / "docs"
_PASSWORD = "a-tide-comes-in"


class _Service(BaseHTTPRequestHandler):
    """A service that takes whatever it is sent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def _service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _follow(
    name: str,
    folder: Path,
    demo: Deployment,
    *,
    spelled: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> list[str]:
    address = demo.http_url.removeprefix("http://")
    words = {"127.0.0.1:8000": address, **(spelled or {})}
    with Reader(folder, spelled=words, running={}, variables=variables or {}) as reader:
        return reader.follow((_DOCUMENTS / name).read_text(encoding="utf-8"))


def _token_of_a_new_user(demo: Deployment) -> str:
    """Return the token of a user whom no other test knows."""
    name = f"reader-{secrets.token_hex(4)}"
    login = {"username": name, "password": _PASSWORD}
    _post(demo, "/api/v1/auth/register/", login | {"email": f"{name}@example.com"})
    return str(_post(demo, "/api/v1/auth/token/", login)["access"])


def _post(demo: Deployment, path: str, body: Mapping[str, str]) -> dict[str, object]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(demo.http_url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        read: dict[str, object] = json.load(answer)
    return read


def test_alerts_reach_a_messenger(demo: Deployment, tmp_path: Path) -> None:
    with _service() as here:
        hosts = ("ntfy.sh", "hooks.slack.com", "discord.com", "api.telegram.org")
        spelled = {f"https://{host}": here for host in hosts}
        variables = {"TOKEN": _token_of_a_new_user(demo)}
        run = _follow("how-to/send-alerts-to-a-messenger.md", tmp_path, demo, spelled=spelled, variables=variables)
    assert run == ["ntfy", "others", "test", "result", "choose"]


def test_a_client_of_ones_own_goes_on_after_a_loss(demo: Deployment, tmp_path: Path) -> None:
    assert _follow("how-to/resume-after-a-loss.md", tmp_path, demo) == ["resume"]


def test_a_backup_is_made_and_restored(demo: Deployment, tmp_path: Path) -> None:
    variables = {"VAR_DIR": demo.environment["VAR_DIR"]}
    (tmp_path / "var").mkdir()
    assert _follow("how-to/back-up-and-restore.md", tmp_path, demo, variables=variables) == ["backup", "restore"]


def test_an_app_plugs_in(demo: Deployment, tmp_path: Path) -> None:
    need_node()
    need_node_module("wscat")
    begin_demo_database(tmp_path / "var" / "greeter" / "data")
    spelled = {"8001": str(free_port())}
    variables = {"COMBINED_SYMBOLS": "", "LEARNING_SYMBOLS": ""}
    assert _follow("how-to/write-an-app.md", tmp_path, demo, spelled=spelled, variables=variables) == ["ask"]


@pytest.mark.usefixtures("_programs")
def test_prometheus_reads_it(demo: Deployment, tmp_path: Path) -> None:
    assert _follow("how-to/watch-it-with-prometheus-and-grafana.md", tmp_path, demo) == ["metrics", "rules"]


def test_topics_are_spread_over_several_redis_hosts(demo: Deployment, tmp_path: Path) -> None:
    need_program("redis-server")
    variables = {
        "VAR_DIR": demo.environment["VAR_DIR"],
        "EXCHANGE_SOURCE": "simulator",
        "EXCHANGE_REST_URL": demo.exchange,
        "EXCHANGE_STREAM_URLS": demo.exchange_socket_url,
    }
    spelled = {port: str(free_port()) for port in ("6391", "6392")}
    assert _follow("how-to/use-several-redis-hosts.md", tmp_path, demo, spelled=spelled, variables=variables) == [
        "doctor"
    ]


@pytest.mark.parametrize(("document", "examples"), [("rest.md", ["refused"]), ("deliveries.md", ["webhook"])])
def test_a_request_is_answered_as_its_document_says(
    demo: Deployment, tmp_path: Path, document: str, examples: list[str]
) -> None:
    variables = {"TOKEN": _token_of_a_new_user(demo)}
    assert _follow(document, tmp_path, demo, variables=variables) == examples


def test_the_simulated_exchange_fails_as_its_document_says(demo: Deployment, tmp_path: Path) -> None:
    port = str(free_port())
    spelled = {"simulate_exchange": f"simulate_exchange --port {port}", "9876": port}
    assert _follow("simulator.md", tmp_path, demo, spelled=spelled) == ["faults"]


@pytest.fixture
def _programs() -> None:
    need_program("promtool")
