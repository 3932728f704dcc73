"""A client that never reads, and the events that pile up for it."""

import asyncio
import socket
from decimal import Decimal
from typing import Self

from streaming.events import Candle, Envelope, Event, Interval, Price, Side, Source, Trade, Trades, encode
from streaming.gateway.session.session import Session
from streaming.topics.topic import MarketKind, Topic
from tests.serving import Serving
from tests.waiting import until

TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")


def trades(first: int, count: int) -> Trades:
    made = [
        Trade(trade_id=number, price=Decimal("95000.01"), quantity=Decimal("0.5"), side=Side.BUY, time=number)
        for number in range(first, first + count)
    ]
    return Trades(symbol="BTCUSDT", time=first, source=Source.SIMULATOR, trades=tuple(made))


def price(number: int) -> Price:
    amount = Decimal(number)
    return Price(
        symbol="BTCUSDT",
        time=number,
        source=Source.SIMULATOR,
        price=amount,
        change=amount,
        change_percent=amount,
        high=amount,
        low=amount,
        volume=amount,
    )


def candle(number: int, *, is_final: bool) -> Candle:
    amount = Decimal(number)
    return Candle(
        symbol="BTCUSDT",
        time=number,
        source=Source.SIMULATOR,
        interval=Interval.SECOND_1,
        open_time=number * 1000,
        close_time=number * 1000 + 999,
        open=amount,
        high=amount,
        low=amount,
        close=amount,
        volume=amount,
        quote_volume=amount,
        trades=1,
        is_final=is_final,
    )


class StalledClient:
    """A client that subscribes and then never reads; its window is as small as the kernel allows."""

    def __init__(self, gateway: Serving, channel: str) -> None:
        self._gateway = gateway
        self._channel = channel
        self.socket = socket.socket()

    async def __aenter__(self) -> Self:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", self._gateway.port))
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        handshake = (
            f"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await loop.sock_sendall(self.socket, handshake.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += await loop.sock_recv(self.socket, 4096)
        await self.subscribe(self._channel)
        return self

    async def subscribe(self, channel: str) -> None:
        message = f'{{"type":"subscribe","channel":"{channel}"}}'.encode()
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.socket, bytes((0x81, 0x80 | len(message), 0, 0, 0, 0)) + message)
        await until(lambda: channel in self.session.subscriptions.channels if self.sessions else False)

    async def __aexit__(self, *exception: object) -> None:
        self.socket.close()

    @property
    def sessions(self) -> list[Session]:
        return [one for one in self._gateway.runtime.sessions if self._channel in one.subscriptions.channels]

    @property
    def session(self) -> Session:
        return self.sessions[0]


async def publish(gateway: Serving, topic: Topic, event: Event) -> None:
    await gateway.runtime.hub.publish_encoded(topic.key, encode(Envelope(epoch=1, sequence=1, event=event)))
