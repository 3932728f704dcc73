"""The servers that are measured side by side: how each is started, spoken to, and given what it is to tell.

Ours is `manage.py serve` on Redis and PostgreSQL. The peers are in `peers` beside it: a stock consumer of Channels on
Daphne, with either of the Redis layers; `broadcast` of the `websockets` library; Node's `ws`; Socket.IO; nginx with
nchan. Each is one process (nginx: a master and one worker), uncompressed, on the same Redis.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
import redis

from benchmarks.load.load_client import Speech
from benchmarks.load.publishing import CHANNEL, SYMBOL, Target, Way
from benchmarks.processor_time import family
from tests.alerts.firing.stage import stage
from tests.deployments import DAPHNE_OPTIONS
from tests.processes import ROOT, START_SECONDS, Process
from tests.services import REDIS_URL, is_listening
from tests.waiting import until_now

OURS = "tidewire"
_HOST = "127.0.0.1"
_PEERS = Path(__file__).with_name("peers")
_NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
_OTHER_PROGRAM = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
"""Python becomes another program, which keeps its process id and is stopped like all processes of the bench."""
_LISTENS = "Listening on"
_SUBSCRIBE = json.dumps({"type": "subscribe", "channels": [CHANNEL]})


class Place(msgspec.Struct, frozen=True):
    """What servers need of the run: a folder, the environment in which ours runs, and a prefix in Redis."""

    folder: Path
    environment: Mapping[str, str]
    channel: str

    @property
    def redis_url(self) -> str:
        """Where Redis is."""
        return self.environment["REDIS_URL"]


class Started(NamedTuple):
    """A server's process, its address (`http://…`), and where to publish."""

    process: Process
    address: str
    target: Target


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One of those that are compared; `missing` says why it can't be started here."""

    name: str
    start: Callable[[Place], Started]
    speech: Speech = Speech()
    missing: str = ""


class Running:
    """A server that runs, and may be started anew; use it as a context."""

    def __init__(self, server: Server, place: Place) -> None:
        self.server = server
        self._place = place
        self._started = server.start(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._started.process.stop()

    @property
    def process_id(self) -> int:
        """The number of its first process."""
        return self._started.process.id

    @property
    def address(self) -> str:
        """Where it listens."""
        return self._started.address

    @property
    def target(self) -> Target:
        """Where to publish what it is to tell."""
        return self._started.target

    def restart(self) -> None:
        """Drop it with all that it still has to do, and start it anew."""
        for member in family(self.process_id):
            os.kill(member, signal.SIGKILL)
        self._started.process.stop()
        self._started = self.server.start(self._place)


@contextmanager
def place(symbols: Iterable[str] = (SYMBOL,)) -> Iterator[Place]:
    """Make a database in which symbols are known, and a folder."""
    with tempfile.TemporaryDirectory(prefix="servers-") as name, stage(Path(name), LOG_LEVEL="WARNING") as prepared:
        prepared.list_symbols(symbols)
        yield Place(Path(name), prepared.environment, f"tidewire-bench-{secrets.token_hex(4)}")


def servers(names: Collection[str] = ()) -> list[Server]:
    """Return those of the names, or all, ours first; which of them can't run here is printed, with the reason."""
    known = [
        Server(name=OURS, start=_start_ours, speech=OUR_SPEECH),
        Server(name="Channels on Daphne", start=partial(_start_channels, "core.RedisChannelLayer", Way.GROUP)),
        Server(
            name="Channels on Daphne, pub/sub",
            start=partial(_start_channels, "pubsub.RedisPubSubChannelLayer", Way.GROUP_PUB_SUB),
        ),
        Server(name="websockets broadcast", start=_start_websockets),
        Server(name="Node ws", start=partial(_start_node, "node_ws.js"), missing=_missing_module("ws")),
        Server(
            name="Socket.IO",
            start=partial(_start_node, "socket_io.js"),
            speech=_SOCKET_IO_SPEECH,
            missing=_missing_module("socket.io"),
        ),
        Server(name="nchan", start=_start_nchan, missing="" if _NCHAN.exists() else f"{_NCHAN} is not installed"),
    ]
    unknown = set(names) - {server.name for server in known}
    if unknown:
        raise SystemExit(f"There is no server {', '.join(unknown)}; there are {', '.join(each.name for each in known)}")
    chosen = [server for server in known if not names or server.name in names]
    for server in chosen:
        if server.missing:
            print(f"{server.name} is left out: {server.missing}", flush=True)
    return [server for server in chosen if not server.missing]


def versions() -> dict[str, str]:
    """Return the versions of what the servers are made of."""
    packages = {name: version(name) for name in ("channels", "channels_redis", "daphne", "redis")}
    modules = {name: _module_version(name) for name in ("ws", "socket.io", "@redis/client")}
    programs = {
        "Redis": _redis(),
        "Node": told("node", "--version"),
        "nginx": told("nginx", "-v").split()[-1],
        "nchan": _nchan(),
    }
    return {**packages, **modules, **programs}


OUR_SPEECH = Speech(
    path="/ws", welcome=b'"type":"connected"', subscribe=(_SUBSCRIBE,), subscribed=b'"type":"subscribed"'
)
_SOCKET_IO_SPEECH = Speech(
    path="/socket.io/?EIO=4&transport=websocket",
    welcome=b'0{"sid"',
    subscribe=("40",),
    subscribed=b'40{"sid"',
    answers={b"2": "3"},
)
"""Version 5 over Engine.IO's 4: `0` opens, `40` joins the main namespace, `2` is a ping and `3` its pong."""


def _start_ours(place: Place) -> Started:
    environment = {
        **place.environment,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # with signals
    process = Process.command("serve", "--port", "0", environment=environment)
    with ended_on_failure(process):
        address = process.wait_for(r"Serving on (http://\S+)")[1]
    return Started(process, address, Target(way=Way.HUB, url=place.redis_url, name=place.environment["REDIS_PREFIX"]))


def _start_channels(layer: str, way: Way, place: Place) -> Started:
    port = _free_port()
    target = Target(way=way, url=place.redis_url, name=f"{place.channel}-{way.name}")
    application = "benchmarks.servers.peers.stock_channels:application"
    environment = {
        "PEER_LAYER": f"channels_redis.{layer}",
        "PEER_REDIS_URL": target.url,
        "PEER_CHANNEL": target.name,
    }
    arguments = ("-m", "daphne", "-b", _HOST, "-p", str(port), *DAPHNE_OPTIONS, application)
    return _started(Process(*arguments, environment=environment), port, target)


def _start_websockets(place: Place) -> Started:
    port = _free_port()
    target = _published_text(place, "websockets")
    arguments = ("-m", "benchmarks.servers.peers.websockets_broadcast", str(port), target.url, target.name)
    return _started(Process(*arguments, environment={}), port, target)


def _start_node(script: str, place: Place) -> Started:
    port = _free_port()
    target = _published_text(place, script)
    arguments = ("node", str(_PEERS / script), str(port), target.url, target.name)
    return _started(Process("-c", _OTHER_PROGRAM, *arguments, environment={}), port, target)


def _start_nchan(place: Place) -> Started:
    port, folder = _free_port(), place.folder / "nginx"
    folder.mkdir(exist_ok=True)
    configuration = folder / "nginx.conf"
    text = (_PEERS / "nginx.conf").read_text(encoding="utf-8")
    configuration.write_text(text.replace("{port}", str(port)), encoding="utf-8")
    arguments = ("nginx", "-p", str(folder), "-c", str(configuration))
    process, address = Process("-c", _OTHER_PROGRAM, *arguments, environment={}), f"http://{_HOST}:{port}"
    with ended_on_failure(process):
        until_now(lambda: is_listening(address), seconds=START_SECONDS, explain=lambda: process.output)
    return Started(process, address, Target(way=Way.HTTP, url=f"{address}/publish"))


def _started(process: Process, port: int, target: Target) -> Started:
    with ended_on_failure(process):
        process.wait_for(_LISTENS)
    return Started(process, f"http://{_HOST}:{port}", target)


@contextmanager
def ended_on_failure(process: Process) -> Iterator[None]:
    """End a process that doesn't come up, or for which nobody waits any more."""
    try:
        yield
    except BaseException:
        process.stop()
        raise


def _published_text(place: Place, name: str) -> Target:
    """Return a channel of Redis of the server's own, so that nobody else wakes up for it."""
    return Target(way=Way.PUB_SUB, url=place.redis_url, name=f"{place.channel}-{name}")


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _missing_module(name: str) -> str:
    is_there = shutil.which("node") and (ROOT / "node_modules" / name).is_dir()
    return "" if is_there else f"Node, or its module {name}, is not installed"


def _module_version(name: str) -> str:
    package = ROOT / "node_modules" / name / "package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"]) if package.exists() else "none"


def _nchan() -> str:
    return told("dpkg-query", "--show", "--showformat=${Version}", "libnginx-mod-nchan") if _NCHAN.exists() else "none"


def _redis() -> str:
    """Return the version of the server, which may run on another machine."""
    if not is_listening(REDIS_URL):
        return "none"
    with redis.Redis.from_url(REDIS_URL) as server:
        return str(server.info("server")["redis_version"])


def told(*command: str) -> str:
    """Return what a program of the system says, or that there is none."""
    if shutil.which(command[0]) is None:
        return "none"
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - the system's own programs
    return done.stdout.strip() or done.stderr.strip()  # nginx tells its version as an error; others only complain there
