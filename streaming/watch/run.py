"""The watch itself: connect, log in, subscribe, print until the time is over."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode

from streaming.clock import Clock
from streaming.watch.address import Dialect, shown
from streaming.watch.advice import closed_connection
from streaming.watch.connection import connected, handshake_of
from streaming.watch.credentials import Credential, Secret, access_token
from streaming.watch.errors import WatchError
from streaming.watch.formatting import line_of
from streaming.watch.market_groups import Direction, price_in
from streaming.watch.options import LoginBy, WatchOptions
from streaming.watch.printable import printable
from streaming.watch.reading import Heartbeat, LoggedIn, LoginRefused, Message, Refusal, Update, read
from streaming.watch.screen import Screen
from streaming.watch.summary import Tally

_encode = msgspec.json.Encoder().encode


async def watch(options: WatchOptions, credential: Credential | None, screen: Screen, clock: Clock) -> None:
    """Watch for the time asked for, and print a summary, also when cancelled.

    Raise `WatchError` where it could not connect, was refused, or was closed.
    """
    token = await access_token(credential, options.endpoint.url) if credential else None
    handshake = await handshake_of(options, token)
    async with connected(options.endpoint, handshake) as connection:
        screen.show(_banner(options))
        await _Watch(options, token, connection, screen, clock).run()


def _banner(options: WatchOptions) -> str:
    how_long = "for ever" if options.seconds is None else f"for {options.seconds:g} s"
    where = printable(shown(options.endpoint.url))
    return f"Connected to {where} ({options.endpoint.dialect}), watching {how_long}; Ctrl-C ends it."


def _subscription(options: WatchOptions) -> dict[str, Any]:
    throttle = {} if options.throttle_ms is None else {"throttle_ms": options.throttle_ms}
    return {"type": "subscribe", "channels": options.channels, **throttle}


class _Watch:
    """One connection, from the welcome to the summary."""

    def __init__(
        self, options: WatchOptions, token: Secret | None, connection: ClientConnection, screen: Screen, clock: Clock
    ) -> None:
        self._options = options
        self._token = token
        self._connection = connection
        self._screen = screen
        self._clock = clock
        self._begin = clock.monotonic()
        self._tally = Tally(options.channels)
        self._prices: dict[str, Decimal] = {}
        self._width = max(len(printable(channel)) for channel in options.channels)

    async def run(self) -> None:
        """Print until the time is over."""
        try:
            with suppress(TimeoutError):  # the time that was asked for
                async with asyncio.timeout(self._options.seconds):
                    await self._follow()
        except ConnectionClosed as closed:
            frame = closed.rcvd or closed.sent or Close(CloseCode.ABNORMAL_CLOSURE, "")
            raise WatchError(closed_connection(frame.code, frame.reason)) from None
        finally:
            self._screen.show(*self._tally.lines(self._passed()))

    async def _follow(self) -> None:
        if self._token and self._options.login_by is LoginBy.FIRST_FRAME:
            await self._log_in(self._token)
        await self._send(_subscription(self._options))
        while not self._tally.is_hopeless:
            self._checked(await self._next())
        raise WatchError("Nothing to watch: every channel was refused.")

    async def _log_in(self, token: Secret) -> None:
        """Send the token, and wait for its answer."""
        await self._send({"type": "auth", "token": token.value})
        answer: Message | None = None
        while not isinstance(answer, LoggedIn | Refusal):
            answer = self._checked(await self._next())

    async def _next(self) -> Message:
        """Return the next message, printed and counted; a ping is answered."""
        text = await self._connection.recv()
        message = read(self._without_secret(text))
        self._tally.add(message)
        self._screen.show(
            line_of(message, seconds=self._passed(), width=self._width, direction=self._direction(message))
        )
        if message == Heartbeat("ping"):
            await self._send({"type": "pong"})
        return message

    def _checked(self, message: Message) -> Message:
        """Return `message`, or raise `WatchError` where it leaves nothing to wait for."""
        match message:
            case LoginRefused():
                raise WatchError("The token was refused: get a new one.")
            case Refusal(_, "authentication_required", None):
                raise WatchError("This needs a login: give --token-file, --login or TIDEWIRE_TOKEN.")
        return message

    def _direction(self, message: Message) -> Direction:
        if not isinstance(message, Update):
            return Direction.FIRST
        price = price_in(message.name, message.data)
        before = self._prices.get(message.channel)
        if price is not None:
            self._prices[message.channel] = price
        return Direction.between(before, price)

    async def _send(self, message: dict[str, Any]) -> None:
        if self._options.endpoint.dialect is not Dialect.MARKET:
            message = {**message, "timestamp": self._clock.now_ms()}
        await self._connection.send(_encode(message).decode())

    def _without_secret(self, text: str | bytes) -> str | bytes:
        """Return a frame without the token, should the server ever send it back."""
        if self._token is None or isinstance(text, bytes):
            return text
        return text.replace(self._token.value, "[token]")

    def _passed(self) -> float:
        return self._clock.monotonic() - self._begin
