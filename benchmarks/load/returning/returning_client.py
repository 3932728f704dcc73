"""One client that resumes: it comes back whenever its connection ends, by the Python client library's own back-off."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from benchmarks.load.returning.number_ledger import NumberLedger
from benchmarks.load.web_socket_client import WebSocketClient
from benchmarks.servers.server_frames import CLOSE, client_frame
from streaming.event_history.history import Position
from tidewire_client.back_off import BackOff, Next, after_close

_OPEN_SECONDS = 10.0
_ASK_AGAIN_SECONDS = 3.0
"""As the client libraries do for a channel that is refused as it can't be served now."""
_SUBSCRIBED = b'{"type":"subscribed"'
_ERROR = b'{"type":"error"'
_CHANNEL = b'"channel":"'
_SEQ = b'"seq":'
_EPOCH = b'"epoch":"'
_TRADE_ID = b'"tradeId":'


class Watch(Protocol):
    """Who is told what clients see."""

    def came_back(self) -> None:
        """Take that a client has all that it missed."""
        ...

    def lost(self, code: int) -> None:
        """Take that a client's connection has ended."""
        ...

    def was_refused(self, reason: str) -> None:
        """Take that an attempt to connect failed."""
        ...

    def meant(self, channel: bytes, epoch: str, seq: int, trade_id: int) -> None:
        """Take which trade a number stood for."""
        ...


class Address(msgspec.Struct, frozen=True):
    """Where a gateway is."""

    host: str
    port: int


class ReturningClient:
    """One client with its channels; `local_host` is the address from which it connects.

    It tries the gateways by turns, beginning with the one of the number `first`.
    """

    def __init__(
        self, gateways: Sequence[Address], channels: Sequence[str], watch: Watch, *, first: int, local_host: str
    ) -> None:
        self.ledgers = {channel.encode(): NumberLedger() for channel in channels}
        self._heard_at = time.monotonic()
        self._longest_quiet = 0.0
        self._gateways = gateways
        self._channels = list(channels)
        self._watch = watch
        self._gateway = first
        self._local_host = local_host
        self._connection: _Connection | None = None
        self._is_away = True

    @property
    def is_up_to_date(self) -> bool:
        """True while it is connected and has all that it was owed when it came."""
        return not self._is_away

    def begin_listening(self, now: float) -> None:
        """Count from now on (monotonic seconds) for how long no data comes."""
        self._heard_at, self._longest_quiet = now, 0.0

    def longest_quiet(self, now: float) -> float:
        """Return the longest time until now (monotonic seconds) in which no data came, in seconds."""
        return max(self._longest_quiet, now - self._heard_at)

    async def stay(self, room: asyncio.Semaphore) -> None:
        """Connect once there is room, and come back for ever, until cancelled."""
        back_off = BackOff()
        async with room:
            then = await self._connect()
        while True:
            if then is None and self._connection is not None:
                back_off.opened()
                await self._connection.gone
                then = self._leave(self._connection)
            delay = back_off.next_delay(then or Next.RETRY, time.monotonic())
            assert delay is not None, "the gateway refused a client for good"
            await asyncio.sleep(delay)
            self._gateway = (self._gateway + 1) % len(self._gateways)
            then = await self._connect()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def subscription(self, channels: Sequence[str] = ()) -> str:
        """Return what asks for channels (none: all), from where the client stands on each."""
        names = list(channels) or self._channels
        stands = {name: self.ledgers[name.encode()].since for name in names}
        since = {name: msgspec.structs.asdict(stand) for name, stand in stands.items() if stand is not None}
        return json.dumps({"type": "subscribe", "channels": names, "since": since})

    def take_refusal(self, refusal: dict[str, Any]) -> None:
        """Take that a channel was refused; ask for it again in a while."""
        self._watch.was_refused(f"{refusal['data']['code']} {refusal.get('channel', '')}")
        if "channel" in refusal:
            asyncio.get_running_loop().call_later(_ASK_AGAIN_SECONDS, self._ask_again, refusal["channel"])

    def take_answer(self, answer: dict[str, Any]) -> None:
        """Take what a subscription is answered."""
        end = Position(answer["epoch"], answer["seq"]) if "epoch" in answer else None
        self.ledgers[answer["channel"].encode()].answer(end, recovered=answer.get("recovered"))
        self._look_whether_back()

    def take(self, channel: bytes, epoch: str, seq: int) -> None:
        """Take a numbered frame."""
        self.ledgers[channel].take(epoch, seq)
        if self._is_away:
            self._look_whether_back()

    def hear(self, now: float) -> None:
        """Note that data came at `now` (monotonic seconds)."""
        self._longest_quiet = max(self._longest_quiet, now - self._heard_at)
        self._heard_at = now

    def meant(self, channel: bytes, epoch: str, seq: int, trade_id: int) -> None:
        """Take which trade a number stood for."""
        self._watch.meant(channel, epoch, seq, trade_id)

    def _ask_again(self, channel: str) -> None:
        if self._connection is not None and not self._connection.ended:
            self._connection.say(self.subscription([channel]))

    async def _connect(self) -> Next | None:
        """Connect, and ask for the channels; return what a failure asks for."""
        gateway = self._gateways[self._gateway]
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                transport, connection = await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(self, f"{gateway.host}:{gateway.port}"),
                    gateway.host,
                    gateway.port,
                    local_addr=(self._local_host, 0),
                )
                try:
                    await connection.welcomed
                except BaseException:
                    transport.abort()
                    raise
        except (OSError, TimeoutError) as error:
            self._watch.was_refused(str(error) or repr(error))
            return Next.RETRY
        self._connection = connection
        return None

    def _leave(self, connection: "_Connection") -> Next:
        self._connection, self._is_away = None, True
        for ledger in self.ledgers.values():
            ledger.leave()
        self._watch.lost(connection.close_code)
        return after_close(connection.close_code, connection.close_reason)

    def _look_whether_back(self) -> None:
        if self._is_away and all(ledger.is_up_to_date for ledger in self.ledgers.values()):
            self._is_away = False
            self._watch.came_back()


class _Connection(WebSocketClient):
    """One connection of a client: its first frame is answered by what subscribes."""

    def __init__(self, client: ReturningClient, host: str) -> None:
        super().__init__("/ws", host)
        self._client = client
        loop = asyncio.get_running_loop()
        self.welcomed: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            rest = self._read_head(data)
            if rest is None:
                return
            data = rest
        has_data = False
        for first, payload in self._frames.read(data):
            if first >= CLOSE:
                self._control(first, payload)
            else:
                has_data = self._hear(payload) or has_data
        if has_data:
            self._client.hear(time.monotonic())

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self.gone.done():
            self.gone.set_result(None)

    def _control(self, first: int, payload: bytes) -> None:
        super()._control(first, payload)
        if first == CLOSE:
            with suppress(OSError):
                self._transport.write(client_frame(CLOSE, payload[:2]))
            self._transport.close()

    def _hear(self, payload: bytes) -> bool:
        """Take a text; return whether it tells data of a channel."""
        if not self.welcomed.done():
            self.welcomed.set_result(None)
            self.say(self._client.subscription())
        elif payload.startswith(_SUBSCRIBED):
            self._client.take_answer(json.loads(payload))
        elif payload.startswith(_ERROR):
            self._client.take_refusal(json.loads(payload))
        else:
            return self._take(payload)
        return False

    def _take(self, payload: bytes) -> bool:
        """Take a frame of a channel, or another; return whether it tells data of a channel."""
        at = payload.find(_CHANNEL)
        if at < 0:
            return False
        channel = _text_behind(payload, at + len(_CHANNEL))
        number = payload.rfind(_SEQ)
        if number >= 0:
            seq = _number_behind(payload, number + len(_SEQ))
            epoch = _text_behind(payload, payload.rindex(_EPOCH) + len(_EPOCH)).decode()
            self._client.take(channel, epoch, seq)
            trade = payload.find(_TRADE_ID)
            if trade >= 0:
                self._client.meant(channel, epoch, seq, _number_behind(payload, trade + len(_TRADE_ID)))
        return True

    def _end(self, how: str) -> None:
        super()._end(how)
        if not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError(how))
            self.welcomed.exception()


def _text_behind(payload: bytes, begin: int) -> bytes:
    return payload[begin : payload.index(b'"', begin)]


def _number_behind(payload: bytes, begin: int) -> int:
    return int(payload[begin : payload.index(b",", begin)])
