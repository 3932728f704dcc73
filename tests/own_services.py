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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psycopg
import redis

from tests.services import need
from tests.waiting import until_now

_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 2


class OwnService:
    """A server's process: `url` is its address, which it keeps when it is started again.

    `answers` returns whether it is the process of this number that answers there.
    """

    def __init__(self, url: str, command: Sequence[str], answers: Callable[[int], bool]) -> None:
        self.url = url
        self._command = command
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers; fail where it ends instead."""
        process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._process = process

        def is_up() -> bool:
            assert process.poll() is None, f"it ended with exit code {process.returncode}: {self._command}"
            return self._answers(process.pid)

        until_now(is_up)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has gone; harmless where it has. One that doesn't end is killed, and told."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

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
            with suppress(ProcessLookupError):  # a child that has ended meanwhile
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
def own_redis(port: int | None = None) -> Iterator[OwnService]:
    """Run a Redis, which keeps nothing when it ends, on this or a free port. Skip where there is no such program."""
    program = shutil.which("redis-server")
    need("the program redis-server", is_there=program is not None)
    port = port or _free_port()
    url = f"redis://127.0.0.1:{port}/0"
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running(OwnService(url, [str(program), *options], lambda process: _is_redis(url, process))) as service:
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
        with _running(OwnPostgres(url, _as_postgres(command), lambda _: _keeps(url, data))) as service:
            yield service


@contextmanager
def _running(service: Service) -> Iterator[Service]:
    try:
        service.start()
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


def _is_redis(url: str, process: int) -> bool:
    """Return whether it is the Redis of this process that answers."""
    try:
        with redis.Redis.from_url(url, socket_timeout=_ANSWER_SECONDS) as connection:
            return bool(connection.info("server")["process_id"] == process)
    except redis.RedisError:
        return False


def _keeps(url: str, data: Path) -> bool:
    """Return whether it is a PostgreSQL that answers, and the one that keeps its data there."""
    try:
        with psycopg.connect(url, connect_timeout=_ANSWER_SECONDS) as connection:
            return connection.execute("SHOW data_directory").fetchone() == (str(data),)
    except psycopg.OperationalError:
        return False
