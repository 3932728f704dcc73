"""Ours on both of its servers, for what is measured of ours alone: `manage.py serve`, and Daphne."""

from benchmarks.load.publishing import Target, Way
from benchmarks.servers.servers import OUR_SPEECH, Place, Running, Server, Started, ended_on_failure
from tests.deployments import daphne_command, fetch_json
from tests.processes import Process

SERVE, DAPHNE = "serve", "Daphne"
_LOG_LEVEL = {"LOG_LEVEL": "INFO"}
"""Daphne says where it listens at no other level."""


def our_servers() -> list[Server]:
    """Return both; `serve` is the first."""
    return [
        Server(name=SERVE, start=_start_serve, speech=OUR_SPEECH),
        Server(name=DAPHNE, start=_start_daphne, speech=OUR_SPEECH),
    ]


def statistics(running: Running) -> tuple[int, int]:
    """Return how many connections it serves, and how many market channels they have."""
    data = fetch_json(f"{running.address}/api/v1/ws/stats")["data"]
    return data["connectedClients"], len(data["activeChannels"])


def _start_serve(place: Place) -> Started:
    process = Process.command("serve", "--port", "0", environment={**place.environment, **_LOG_LEVEL})
    with ended_on_failure(process):
        address = process.wait_for(r"Serving on (http://\S+)")[1]
    return Started(process, address, _target(place))


def _start_daphne(place: Place) -> Started:
    process = Process(*daphne_command(), environment={**place.environment, **_LOG_LEVEL})
    with ended_on_failure(process):
        address = process.wait_for(r"Listening on TCP address ([\d.:]+)")[1]
    return Started(process, f"http://{address}", _target(place))


def _target(place: Place) -> Target:
    return Target(way=Way.HUB, url=place.redis_url, name=place.environment["REDIS_PREFIX"])
