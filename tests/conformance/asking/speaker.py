"""A client that speaks one dialect to a place, and reads its frames as docs/protocol tells them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.conformance.asking.described import described_at
from tests.conformance.asking.spelling import ACKNOWLEDGEMENTS, Dialect, Refusal, Seen
from tests.conformance.people import NOBODY, OWNER
from tests.conformance.places import Place
from tests.waiting import LIMIT_SECONDS
from tests.wire.client import Client, Frame
from tests.wire.described_frames import DescribedFrames


class Speaker(Client):
    """One connection that speaks a dialect. Every frame is checked for its time, and against the dialect's document."""

    def __init__(self, connection: ClientConnection, dialect: Dialect, described: DescribedFrames | None) -> None:
        super().__init__(connection)
        self.dialect = dialect
        self._described = described
        self._actions: dict[str, Any] = {}

    async def send(self, message: Any) -> None:
        """Send JSON, or text and bytes as they are."""
        self._note_command(message)
        await super().send(message)

    async def receive(self) -> Frame:
        """Return the next frame."""
        frame = await super().receive()
        self.dialect.assert_is_now(frame["timestamp"])
        if self._described is not None:
            self._described.check(frame, str(self._actions.get(frame.get("id", ""))))
        return frame

    def _note_command(self, message: Any) -> None:
        """Remember which action an answer will be of; what is no command has none."""
        if isinstance(message, str):
            with suppress(ValueError, RecursionError):
                message = json.loads(message)
        if isinstance(message, dict) and isinstance(message.get("id"), str):
            self._actions[message["id"]] = message.get("action")

    async def ask(self, *channels: str) -> dict[str, Refusal | None]:
        """Subscribe to channels; return what was said to each: None where it was acknowledged."""
        return await self._ask("subscribe", channels)

    async def give_up(self, *channels: str) -> dict[str, Refusal | None]:
        """Unsubscribe from channels, as `ask` does."""
        return await self._ask("unsubscribe", channels)

    async def refusal(self) -> Refusal:
        """Return the next refusal."""
        return self.dialect.read_refusal(await self.next_of("error"))

    async def event(self, *channels: str) -> Seen:
        """Return the next event, of one of the channels where any are given; answer pings that come before it."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                frame = await self.receive()
                if frame["type"] == "ping":
                    await self.send({"type": "pong"})
                seen = self.dialect.read_event(frame)
                if seen is not None and (not channels or seen.channel in channels):
                    return seen

    def events(self, begin: int = 0) -> list[Seen]:
        """Return all events that have been read, from a frame on."""
        return [seen for frame in self.frames[begin:] if (seen := self.dialect.read_event(frame))]

    async def log_in(self, token: Any) -> Frame:
        """Send a token in a frame, and return the answer."""
        await self.send({"type": "auth", "token": token})
        return await self.next_of("auth_result")

    async def command(self, action: str, params: Any = None, command_id: str = "cmd_001") -> Frame:
        """Send a command, and return the response."""
        message = {"type": "command", "id": command_id, "action": action, "params": {} if params is None else params}
        await self.send(message)
        return await self.next(lambda frame: frame["type"] == "response" and frame["id"] == command_id)

    async def still_answers(self) -> None:
        """Check that the connection lives."""
        await self.send({"type": "ping"})
        await self.next_of("pong")

    async def end(self) -> tuple[int | None, str]:
        """Read until the connection ends; return code and reason of the server's close frame, (None, "") without."""
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                while True:
                    await self.receive()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, "")

    async def _ask(self, message_type: str, channels: Iterable[str]) -> dict[str, Refusal | None]:
        asked = list(channels)
        await self.send({"type": message_type, "channels": asked})
        said: dict[str, Refusal | None] = {}
        acknowledged = False
        while len(said) < len(set(asked)) or not (acknowledged or self.dialect.acknowledges_each):
            frame = await self.receive()
            if frame["type"] in ACKNOWLEDGEMENTS:
                assert frame["type"] == f"{message_type}d", frame
                said |= dict.fromkeys(self.dialect.read_acknowledged(frame))
                acknowledged = True
            elif frame["type"] == "error":
                refusal = self.dialect.read_refusal(frame)
                assert refusal.channel is not None, frame
                said[refusal.channel] = refusal
        return {channel: said[channel] for channel in asked}


@asynccontextmanager
async def speak(
    place: Place,
    dialect: Dialect,
    who: str | None = None,
    *,
    gateway: int = 0,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    takes_welcome: bool = True,
    is_described: bool = True,
    **options: Any,
) -> AsyncIterator[Speaker]:
    """Connect as `who` (by default as anybody where the dialect needs no login, else as the owner).

    With `query` or `headers` the connection shows those instead of the user's token. Frames are held against the
    dialect's document, but where it is known why they differ, and `is_described` is false.
    """
    subprotocols = [Subprotocol(dialect.subprotocol)] if dialect.subprotocol else None
    who = (OWNER if dialect.needs_login else NOBODY) if who is None else who
    if query is None:
        query = {"token": place.people.token(who)} if who and not headers else {}
    given = {"subprotocols": subprotocols, "max_queue": None, **options}  # what isn't read must not hold up the close
    described = await described_at(place, dialect) if is_described else None
    async with connect(
        address(place, dialect, query, gateway=gateway), additional_headers=headers, **given
    ) as connection:
        speaker = Speaker(connection, dialect, described)
        if dialect.has_welcome and takes_welcome:
            assert (await speaker.receive())["type"] == "connected"
        yield speaker


def address(place: Place, dialect: Dialect, query: dict[str, str], *, gateway: int = 0) -> str:
    """Return the address of the dialect's endpoint."""
    url = place.socket_url(dialect.path, gateway)
    return f"{url}?{urlencode(query)}" if query else url


async def refused(
    place: Place, dialect: Dialect, query: dict[str, str], *, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Return status and body of a handshake that must be refused; Daphne's body, which is its own, as empty."""
    try:
        async with speak(place, dialect, query=query, headers=headers):
            pass
    except InvalidStatus as refusal:
        body = "" if place.is_daphne else (refusal.response.body or b"").decode()
        return refusal.response.status_code, body
    raise AssertionError("the handshake was accepted")
