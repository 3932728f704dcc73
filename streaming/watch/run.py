"""The watch itself: connect, subscribe, print until the time is over; a lost connection is the client's to mend."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any

from streaming.clock import Clock
from streaming.watch.advice import sentence_of
from streaming.watch.connection import client_of
from streaming.watch.credentials import Credential, Secrets
from streaming.watch.errors import LoginRefusedError, WatchError
from streaming.watch.formatting import Line, line_of
from streaming.watch.groups import GroupWriters
from streaming.watch.interruption import Back, Lost
from streaming.watch.market_groups import Direction, price_in
from streaming.watch.options import WatchOptions
from streaming.watch.printable import printable
from streaming.watch.reading import Told, read
from streaming.watch.screen import Screen
from streaming.watch.summary import Tally
from tidewire_client import TidewireClient
from tidewire_client.address import shown
from tidewire_client.errors import TidewireError, TokenUnavailableError, UnreadableFrameError
from tidewire_client.events import Resync
from tidewire_client.events.connection import Connected, Disconnected, NotRecovered, Reconnecting
from tidewire_client.reading.messages import News, Pong, Refusal

Heard = dict[str, Any] | Connected | Reconnecting | Disconnected | NotRecovered | TidewireError
"""A frame, what became of the connection, what is lost with it, or what went wrong."""


async def watch(
    options: WatchOptions, credential: Credential | None, screen: Screen, clock: Clock, *, writers: GroupWriters
) -> None:
    """Watch for the time asked for, and print a summary, also when cancelled.

    `writers` say what is printed of the apps' channels.
    Raise `WatchError` where it could not connect, was refused, or lost the connection for good.
    """
    secrets = Secrets()
    client = client_of(options, credential, secrets)
    ears = _Ears(client)
    connecting = asyncio.create_task(_connect(client))
    try:
        client.subscribe(options.channels, throttle_ms=options.throttle_ms)
        first = await ears.first(options)
        screen.show(_banner(options))
        await _Watch(options, secrets, screen, clock, writers).run(ears, first)
    finally:
        connecting.cancel()
        await client.disconnect()


async def _connect(client: TidewireClient) -> None:
    with suppress(TidewireError):  # the events tell it too
        await client.connect()


def _banner(options: WatchOptions) -> str:
    how_long = "for ever" if options.seconds is None else f"for {options.seconds:g} s"
    where = printable(shown(options.endpoint.url))
    return f"Connected to {where} ({options.endpoint.dialect}), watching {how_long}; Ctrl-C ends it."


class _Ears:
    """All that the client tells, in order; what is done with it happens outside of its handlers."""

    def __init__(self, client: TidewireClient) -> None:
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        for name in ("connected", "reconnecting", "disconnected", "error"):
            client.on(name, self._heard.put_nowait)
        client.on("resync", self._hear_loss)
        client.on_message("*", self._heard.put_nowait)

    def _hear_loss(self, loss: Resync) -> None:
        if isinstance(loss, NotRecovered):  # what the server says itself is a frame
            self._heard.put_nowait(loss)

    async def next(self) -> Heard:
        """Return what was heard next."""
        return await self._heard.get()

    async def first(self, options: WatchOptions) -> Heard:
        """Return the first sign of a connection; raise `WatchError` where the first attempt failed."""
        while True:
            match heard := await self.next():
                case Reconnecting(error=error) | Disconnected(error=TidewireError() as error):
                    raise WatchError(sentence_of(error, options.endpoint))
                case TidewireError() if not isinstance(heard, UnreadableFrameError):
                    continue  # what follows tells what it led to
                case _:
                    return heard


class _Watch:
    """From the first sign of a connection to the summary."""

    def __init__(
        self, options: WatchOptions, secrets: Secrets, screen: Screen, clock: Clock, writers: GroupWriters
    ) -> None:
        self._options = options
        self._secrets = secrets
        self._screen = screen
        self._clock = clock
        self._writers = writers
        self._begin = clock.monotonic()
        self._lost_at: float | None = None
        self._tally = Tally(options.channels)
        self._prices: dict[str, Decimal] = {}
        self._width = max(len(printable(channel)) for channel in options.channels)

    async def run(self, ears: _Ears, first: Heard) -> None:
        """Print until the time is over."""
        try:
            with suppress(TimeoutError):  # the time that was asked for
                async with asyncio.timeout(self._options.seconds):
                    self._take(first)
                    while not self._tally.is_hopeless:
                        self._take(await ears.next())
                    raise WatchError("Nothing to watch: every channel was refused.")
        finally:
            self._screen.show(*self._tally.lines(self._passed()))

    def _take(self, heard: Heard) -> None:
        match heard:
            case dict():
                self._print(read(self._secrets.hidden_in(heard), self._options.endpoint.dialect))
            case UnreadableFrameError():
                self._print(heard)
            case NotRecovered():
                self._show(heard)
            case Connected() if self._lost_at is not None:
                self._show(Back(self._passed() - self._lost_at))
                self._lost_at = None
            case Reconnecting():
                self._lose(heard)
            case Disconnected(error=TidewireError() as error):
                raise WatchError(sentence_of(error, self._options.endpoint))

    def _lose(self, heard: Reconnecting) -> None:
        """Tell that the connection was lost; raise `WatchError` where the login will be refused again."""
        if isinstance(heard.error, TokenUnavailableError) and isinstance(heard.error.cause, LoginRefusedError):
            raise heard.error.cause
        self._lost_at = self._passed() if self._lost_at is None else self._lost_at
        self._show(Lost(sentence_of(heard.error, self._options.endpoint), heard.delay))

    def _print(self, told: Told | UnreadableFrameError) -> None:
        """Print and count; raise `WatchError` for what leaves nothing to wait for."""
        if isinstance(told, Pong):
            return  # the answer to the client's own ping
        self._tally.add(told)
        self._show(told, self._direction(told))
        match told:
            case Refusal(_, "authentication_required", None):
                raise WatchError("This needs a login: give --token-file, --login or TIDEWIRE_TOKEN.")

    def _show(self, told: Line, direction: Direction = Direction.FIRST) -> None:
        self._screen.show(line_of(told, self._writers, seconds=self._passed(), width=self._width, direction=direction))

    def _direction(self, told: Told | UnreadableFrameError) -> Direction:
        if not isinstance(told, News):
            return Direction.FIRST
        price = price_in(told.kind, told.data)
        before = self._prices.get(told.channel)
        if price is not None:
            self._prices[told.channel] = price
        return Direction.between(before, price)

    def _passed(self) -> float:
        return self._clock.monotonic() - self._begin
