"""Where the suite runs: running deployments, each started when the first test needs it and kept until one of another.

A *place* is a deployment as users run it. A *hasty* one has short times and low limits, so that a test sees them pass.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from docs.generate_conformance import DAPHNE, SERVE, SERVE_TWICE
from tests import deployments
from tests.conformance.people import People, people_of
from tests.deployments import Deployment
from tests.processes import Process

HEALTH_SECONDS = 1
STALE_SECONDS = 6
PATIENT = {
    "WS_HEALTH_INTERVAL_SECONDS": str(HEALTH_SECONDS),
    "PUBLISH_STALE_SECONDS": str(STALE_SECONDS),
    "WS_MAXIMUM_CONNECTIONS_PER_USER": "100",
    "WS_MAXIMUM_CONNECTIONS_PER_ADDRESS": "500",
    "THROTTLE_TOKEN": "",
    "THROTTLE_REGISTER": "",
    "THROTTLE_REFRESH": "",
    "THROTTLE_TICKET": "",
    "THROTTLE_ALERTS": "",
    "THROTTLE_NOTIFICATIONS": "",
    "THROTTLE_WATCH_LISTS": "",
    "THROTTLE_CHART_LAYOUTS": "",
    "THROTTLE_DRAWINGS": "",
    "WS_COMMANDS_PER_SECOND_PER_USER": "1000",
    "WS_COMMANDS_PER_SECOND_PER_ADDRESS": "1000",
    "THROTTLE_PASSWORD": "",
    "THROTTLE_PASSWORD_RESET": "",
    "PAPER_ACCOUNTS_DEMO": "true",
    "EXCHANGE_FURTHER_SOURCES": "kraken",
}
"""Many tests log in from one address, and ask as few users; what limits that has tests of its own. They don't wait long
for health, or until what is old is said to be. What is simulated may drive their accounts. A further market is
named, so that there are combined symbols; nothing reads it."""
AUTHENTICATION_SECONDS = 0.7
HEARTBEAT_INTERVAL_SECONDS = 0.25
HEARTBEAT_TIMEOUT_SECONDS = 0.9
PING_SECONDS = 1
TICKET_SECONDS = 1
REFRESHES_PER_MINUTE = 3
CONNECTIONS_PER_USER = 3
CONNECTIONS_PER_ADDRESS = 8
ALLOWED_ORIGIN = "https://here.example"
ALLOWED_HOST = "here.example"
HASTY = {
    **PATIENT,
    "WS_AUTHENTICATION_SECONDS": str(AUTHENTICATION_SECONDS),
    "WS_HEARTBEAT_INTERVAL_SECONDS": str(HEARTBEAT_INTERVAL_SECONDS),
    "WS_HEARTBEAT_TIMEOUT_SECONDS": str(HEARTBEAT_TIMEOUT_SECONDS),
    "WS_CHECK_INTERVAL_SECONDS": "0.1",
    "WS_PING_INTERVAL_SECONDS": str(PING_SECONDS),
    "WS_PING_TIMEOUT_SECONDS": str(PING_SECONDS),
    "WS_RATE_LIMIT_CLOSE_SECONDS": "1",
    "WS_SYMBOLS_WAIT_SECONDS": "0.3",
    "TICKET_SECONDS": str(TICKET_SECONDS),
    "THROTTLE_REFRESH": f"{REFRESHES_PER_MINUTE}/min",
    "WS_MAXIMUM_CONNECTIONS_PER_USER": str(CONNECTIONS_PER_USER),
    "WS_MAXIMUM_CONNECTIONS_PER_ADDRESS": str(CONNECTIONS_PER_ADDRESS),
    "WS_ALLOWED_ORIGINS": ALLOWED_ORIGIN,
    "ALLOWED_HOSTS": f"127.0.0.1,{ALLOWED_HOST}",
}
_HASTY_DAPHNE = ("--ping-interval", str(PING_SECONDS), "--ping-timeout", str(PING_SECONDS))


@dataclass(frozen=True)
class Place:
    """A running deployment, its users, and on which server its gateways run."""

    name: str
    deployment: Deployment
    people: People

    @property
    def is_daphne(self) -> bool:
        """True where the differences of Daphne apply."""
        return self.name == DAPHNE

    @property
    def port(self) -> int:
        """The first gateway's port."""
        return int(self.http_url.rsplit(":", 1)[1])

    @property
    def http_url(self) -> str:
        """The first gateway's address."""
        return self.deployment.http_url

    def socket_url(self, path: str = "/ws", gateway: int = 0) -> str:
        """Return the address of a socket endpoint."""
        return self.deployment.gateways[gateway].replace("http", "ws", 1) + path

    @contextmanager
    def another_gateway(
        self, settings: Mapping[str, str], *, daphne_options: tuple[str, ...] = ()
    ) -> Iterator["Place"]:
        """Run one more gateway of the deployment, with settings of its own."""
        environment = {**self.deployment.environment, **settings}
        if self.is_daphne:
            process = deployments.daphne_command(*daphne_options)
            announced = r"Listening on TCP address ([\d.:]+)"
        else:
            process, announced = ("manage.py", "serve", "--port", "0"), r"Serving on (http://\S+)"
        with Process(*process, environment=environment) as gateway:
            address = gateway.wait_for(announced)[1]
            url = address if address.startswith("http") else f"http://{address}"
            running = Deployment([url], self.deployment.exchange, {"gateway": gateway}, environment)
            yield replace(self, deployment=running, people=self.people.at(url))

    @contextmanager
    def hasty_gateway(self) -> Iterator["Place"]:
        """Run one more gateway, with short times and low limits."""
        with self.another_gateway(HASTY, daphne_options=_HASTY_DAPHNE) as place:
            yield place


class Places:
    """All places of a run of the tests; leaving the `with` stops them."""

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._stack = ExitStack()
        self._running: Place | None = None
        self._hasty: Place | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    def __getitem__(self, name: str) -> Place:
        """Return a place, the only one that runs then; skip the test where a service that it needs is missing."""
        if self._running is None or self._running.name != name:
            self._stop()
            self._running = self._start(name)
        return self._running

    def hasty(self, name: str) -> Place:
        """Return the hasty gateway of a place."""
        place = self[name]
        if self._hasty is None:
            self._hasty = self._stack.enter_context(place.hasty_gateway())
        return self._hasty

    def count_gateways(self, place: Place) -> int:
        """Return how many gateways a deployment has now, the hasty one too."""
        return len(place.deployment.gateways) + (self._hasty is not None)

    def restart_bridge(self, place: Place) -> None:
        """Stop the bridge of a deployment of several processes, and run another."""
        processes = place.deployment.processes
        assert processes["bridge"].stop() == 0
        bridge = Process.command("run_bridge", environment=place.deployment.environment)
        processes["bridge"] = self._stack.enter_context(bridge)

    def _start(self, name: str) -> Place:
        start = {SERVE: deployments.demo, SERVE_TWICE: deployments.several_processes, DAPHNE: deployments.on_daphne}
        deployment = self._stack.enter_context(start[name](self._new_folder(), PATIENT))
        return Place(name, deployment, people_of(deployment))

    def _stop(self) -> None:
        self._stack.close()
        self._running = self._hasty = None
