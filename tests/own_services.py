"""A Redis and a PostgreSQL of a test's own, on free ports, which it may stop, start again, and pause.

The services that all tests share stay as they are. PostgreSQL refuses to run as root: then it runs as `postgres`.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg

from tests.services import is_listening, need
from tests.waiting import until_now

_STOP_SECONDS = 20.0


class OwnService:
    """A server's process: `url` is its address, which it keeps when it is started again."""

    def __init__(self, url: str, command: Sequence[str], answers: Callable[[], bool]) -> None:
        self.url = url
        self._command = command
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_now(self._answers)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has gone; harmless where it has."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            self._process.wait(_STOP_SECONDS)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and start it again on the same port, with the same data where it keeps any."""
        self.stop(how)
        self.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let it answer nobody until the end of the `with`, and cut nobody off either."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            os.kill(process, number)

    def _processes(self) -> list[int]:
        assert self._process is not None, "it doesn't run"
        return [self._process.pid]


class OwnPostgres(OwnService):
    """PostgreSQL, with a process for each connection; SIGINT lets it cut off its clients, SIGTERM wait for them."""

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, and wait until it has gone; with SIGQUIT as after a power cut."""
        super().stop(how)

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, and start it again on the same port, with the same data."""
        super().restart(how)

    def _processes(self) -> list[int]:
        """Return the server's process and those that serve its connections."""
        (server,) = super()._processes()
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
        return [server, *map(int, children.split())]


Service = TypeVar("Service", bound=OwnService)


@contextmanager
def own_redis() -> Iterator[OwnService]:
    """Run a Redis, which keeps nothing when it ends. Skip where there is no such program."""
    program = shutil.which("redis-server")
    need("the program redis-server", is_there=program is not None)
    port = _free_port()
    url = f"redis://127.0.0.1:{port}/0"
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running(OwnService(url, [str(program), *options], lambda: is_listening(url))) as service:
        yield service


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Run a PostgreSQL with an empty database, which keeps what is stored. Skip where its programs are missing."""
    programs = _postgres_programs()
    need("PostgreSQL's programs (initdb, postgres)", is_there=programs is not None)
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="tidewire-postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, port = Path(folder) / "data", _free_port()
        initialise = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(_as_postgres(initialise), check=True, stdout=subprocess.DEVNULL, cwd=folder)
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "max_connections": 100,
        }
        command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
        with _running(OwnPostgres(url, _as_postgres(command), lambda: _takes_questions(url))) as service:
            yield service


@contextmanager
def _running(service: Service) -> Iterator[Service]:
    service.start()
    try:
        yield service
    finally:
        service.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _postgres_programs() -> Path | None:
    """Return the folder of the newest version's programs: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _as_postgres(command: Sequence[object]) -> list[str]:
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]


def _takes_questions(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
