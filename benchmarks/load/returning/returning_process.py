"""Clients by the thousand that come back and resume, in a process of their own."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from urllib.parse import urlsplit

import msgspec

from benchmarks import lag_report
from benchmarks.load.child_process import ChildProcess, Commands
from benchmarks.load.returning.number_ledger import NumberCounts
from benchmarks.load.returning.number_meanings import NumberMeanings
from benchmarks.load.returning.returning_client import Address, ReturningClient
from streaming.event_history.history import Position

_CLIENTS_AT_AN_ADDRESS = 2000
"""Less than a gateway takes of one; the crowd comes from 127.0.0.2 and those behind it."""
_AT_ONCE = 100
_LOOK_SECONDS = 0.1
QUIET_SECONDS = 3.0
"""For longer nobody is to be without data."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What clients have seen since the last `Mark`; of numbers and trades, since they came. Times in seconds."""

    clients: int
    up_to_date: int
    cut: dict[str, int]
    """How many connections have ended, by close code."""
    refused: dict[str, int]
    """How many attempts failed, by how."""
    returns: int
    first: float
    median: float
    last: float
    """When the first came back, half of them, and the last, since `Mark`."""
    longest_quiet: float
    """The longest for which any client had no data."""
    quiet_clients: int
    """How many had none for over QUIET_SECONDS."""
    counts: NumberCounts
    differing: int
    """Frames that told another trade under a number than an earlier frame had."""
    repeated: int
    """Trades that were told under two numbers."""
    never_told: int
    """Trades that nobody was told."""
    cpu: float
    lag_maximum_ms: float

    @property
    def lost(self) -> int:
        """Numbers that a client was not told, and trades that nobody was."""
        return self.counts.lost + self.never_told

    @property
    def doubled(self) -> int:
        """Numbers that a client was told twice, and trades that were told under two."""
        return self.counts.doubled + self.repeated

    @property
    def otherwise_wrong(self) -> int:
        """Epochs of which a client wasn't told, and numbers that stood for two trades."""
        return self.counts.untold_epochs + self.differing


class Crowd:
    """All clients of one process."""

    def __init__(self) -> None:
        self._clients: list[ReturningClient] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._lag = StringIO()
        self._meanings = NumberMeanings()
        self.mark()

    async def watch_lag(self) -> None:
        """See how late this event loop is, until cancelled."""
        await lag_report.write(self._lag)

    def open(self, gateways: Sequence[str], channels: Sequence[str], clients: int, *, spread: bool) -> None:
        """Let clients come: all to the first gateway, or to all of them by turns."""
        addresses = [Address(parts.hostname or "", parts.port or 0) for parts in map(urlsplit, gateways)]
        room = asyncio.Semaphore(_AT_ONCE)
        for number in range(clients):
            client = ReturningClient(
                addresses,
                channels,
                self,
                first=number % len(addresses) if spread else 0,
                local_host=f"127.0.0.{2 + number // _CLIENTS_AT_AN_ADDRESS}",
            )
            self._clients.append(client)
            self._tasks.append(asyncio.get_running_loop().create_task(client.stay(room)))

    def mark(self) -> None:
        """Forget what was seen until now, but for the numbers."""
        self._marked_at = time.monotonic()
        self._cut: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._returns: list[float] = []
        self._marked_cpu = time.process_time()
        self._lag.seek(0)
        self._lag.truncate()
        for client in self._clients:
            client.begin_listening(self._marked_at)

    async def wait_until_up_to_date(self, seconds: float) -> bool:
        """Wait until all clients have what they missed; return whether that came about in time."""
        return await self._wait(lambda: all(client.is_up_to_date for client in self._clients), seconds)

    async def wait_for_returns(self, seconds: float) -> bool:
        """Wait until as many returned as there are clients; return whether that came about in time."""
        return await self._wait(lambda: len(self._returns) >= len(self._clients), seconds)

    async def finish(self, last: Mapping[str, Position], seconds: float) -> None:
        """Wait until all have been told up to where the channels have ended; what hasn't come in time is lost."""
        ends = [(channel.encode(), position) for channel, position in last.items()]
        await self._wait(
            lambda: all(client.ledgers[name].since == end for client in self._clients for name, end in ends), seconds
        )
        for client in self._clients:
            for name, end in ends:
                client.ledgers[name].end(end)

    def seen(self) -> Seen:
        """Tell what has been seen."""
        now = time.monotonic()
        quiet = [client.longest_quiet(now) for client in self._clients] or [0.0]
        counts = NumberCounts()
        for client in self._clients:
            for ledger in client.ledgers.values():
                counts.add(ledger.counts)
        lags = lag_report.parse(self._lag.getvalue())
        returns = [at - self._marked_at for at in self._returns] or [0.0]
        return Seen(
            clients=len(self._clients),
            up_to_date=sum(client.is_up_to_date for client in self._clients),
            cut=dict(self._cut),
            refused=dict(self._refused),
            returns=len(self._returns),
            first=round(returns[0], 3),
            median=round(statistics.median(returns), 3),
            last=round(returns[-1], 3),
            longest_quiet=round(max(quiet), 3),
            quiet_clients=sum(one > QUIET_SECONDS for one in quiet),
            counts=counts,
            differing=self._meanings.differing,
            repeated=self._meanings.repeated,
            never_told=self._meanings.never_told,
            cpu=time.process_time() - self._marked_cpu,
            lag_maximum_ms=lag_report.percentile_ms(lags, 1.0) if lags else 0.0,
        )

    async def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not (is_so := condition()) and time.monotonic() < deadline:  # noqa: ASYNC110 - a look costs as much as many frames
            await asyncio.sleep(_LOOK_SECONDS)
        return is_so

    def close(self) -> None:
        """Let all clients go, and forget them."""
        for task in self._tasks:
            task.cancel()
        for client in self._clients:
            client.close()
        self._tasks.clear()
        self._clients.clear()
        self._meanings = NumberMeanings()

    def came_back(self) -> None:
        """Take that a client has all that it missed."""
        self._returns.append(time.monotonic())

    def lost(self, code: int) -> None:
        """Take that a client's connection has ended."""
        self._cut[str(code)] += 1

    def was_refused(self, reason: str) -> None:
        """Take that an attempt to connect failed."""
        self._refused[reason] += 1

    def meant(self, channel: bytes, epoch: str, seq: int, trade_id: int) -> None:
        """Take which trade a number stood for."""
        self._meanings.take(channel, epoch, seq, trade_id)


class _Open(msgspec.Struct, frozen=True, kw_only=True):
    gateways: Sequence[str]
    channels: Sequence[str]
    clients: int
    spread: bool


class _Mark(msgspec.Struct, frozen=True):
    pass


class _Look(msgspec.Struct, frozen=True):
    pass


class _WaitUntilUpToDate(msgspec.Struct, frozen=True):
    seconds: float


class _WaitForReturns(msgspec.Struct, frozen=True):
    seconds: float


class _Finish(msgspec.Struct, frozen=True):
    last: Mapping[str, Position]
    seconds: float


class _Close(msgspec.Struct, frozen=True):
    pass


class ReturningProcess(ChildProcess):
    """The process, seen from the one that measures; use it as a context."""

    def __init__(self) -> None:
        super().__init__(_obey)

    def open(self, gateways: Sequence[str], channels: Sequence[str], clients: int, *, spread: bool = True) -> None:
        """Let so many clients come to `http://…`: to all gateways by turns, or to the first.

        Which of them are there, `look` tells.
        """
        self.ask(_Open(gateways=gateways, channels=channels, clients=clients, spread=spread))

    def mark(self) -> None:
        """Forget what was seen until now, but for the numbers."""
        self.ask(_Mark())

    def look(self) -> Seen:
        """Return what was seen."""
        answer = self.ask(_Look())
        assert isinstance(answer, Seen)
        return answer

    def wait_until_up_to_date(self, seconds: float) -> None:
        """Wait until all clients have what they missed; raise `AssertionError` where that takes longer."""
        assert self.ask(_WaitUntilUpToDate(seconds)), f"not all were up to date within {seconds:g} s: {self.look()}"

    def wait_for_returns(self, seconds: float) -> None:
        """Wait until as many returned as there are clients; raise `AssertionError` where that takes longer."""
        assert self.ask(_WaitForReturns(seconds)), f"not all were back within {seconds:g} s: {self.look()}"

    def finish(self, last: Mapping[str, Position], seconds: float) -> Seen:
        """Wait until all have been told up to where the channels have ended; return what was seen.

        What hasn't come after `seconds` is lost.
        """
        self.ask(_Finish(last, seconds))
        return self.look()

    def close(self) -> None:
        """Close all connections; then others may be opened."""
        self.ask(_Close())


async def _obey(commands: Commands) -> None:
    crowd = Crowd()
    watching = asyncio.create_task(crowd.watch_lag())
    async for command in commands:
        commands.answer(await _done(command, crowd))
    crowd.close()
    watching.cancel()


async def _done(command: object, crowd: Crowd) -> object:
    match command:
        case _Open():
            crowd.open(command.gateways, command.channels, command.clients, spread=command.spread)
        case _Mark():
            crowd.mark()
        case _Look():
            return crowd.seen()
        case _WaitUntilUpToDate():
            return await crowd.wait_until_up_to_date(command.seconds)
        case _WaitForReturns():
            return await crowd.wait_for_returns(command.seconds)
        case _Finish():
            await crowd.finish(command.last, command.seconds)
        case _Close():
            crowd.close()
    return None
