"""Quiet channels that begin while the connection is lost, over real sockets: with a snapshot, and many at once."""

import json
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from tests.python_client.hostile_server import WELCOME, Peer, server_that
from tests.waiting import until
from tidewire_client import ClientOptions, create_websocket_system

ORDERS = "orders:me"
MANY = [f"trades:S{number}" for number in range(150)]
_OPTIONS = ClientOptions(close_timeout=0.2, uniform=lambda: 0.0)


def _acknowledged(channel: str, seq: int = 0, **said: bool) -> str:
    standing = {"epoch": "a", "seq": seq} if seq else {}
    return json.dumps({"type": "subscribed", "channel": channel, **standing, **said})


def _told(type_: str, channel: str, seq: int = 0, **data: object) -> str:
    numbers = {"epoch": "a", "seq": seq} if seq else {}
    return json.dumps({"type": type_, "channel": channel, "data": data, "timestamp": 1, **numbers})


async def test_of_a_channel_with_a_snapshot_each_event_comes_once() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.expect("subscribe")
        if peer.number == 0:
            await peer.say(_acknowledged(ORDERS))
            await until(lambda: types)
            peer.connection.transport.abort()
            return
        snapshot, lost = _told("order", ORDERS, filled=4), {"from": 1, "to": 2, "complete": False}
        await peer.say(_acknowledged(ORDERS, 2), snapshot, _told("resync", ORDERS, **lost))
        await peer.expect("unsubscribe")
        assert (await peer.expect("subscribe"))["since"] == {ORDERS: {"epoch": "a", "seq": 0}}
        await peer.say(_acknowledged(ORDERS, 2, recovered=True))
        await peer.say(*(_told("order", ORDERS, seq, filled=filled) for seq, filled in [(1, 0), (2, 4), (3, 9)]))
        await peer.answer_pings()

    async with server_that(talk) as listening:
        system = create_websocket_system(listening.url, options=_OPTIONS)
        heard: list[int] = []
        types: list[str] = []
        system.on_message("order", lambda frame: heard.append(frame["data"]["filled"]))
        system.on_message("subscribed", lambda frame: types.append(frame["type"]))
        system.on_message("resync", lambda frame: types.append(frame["type"]))
        system.subscribe(ORDERS)
        async with system:
            await until(lambda: 9 in heard)
    assert (heard, types) == ([0, 4, 9], ["subscribed", "subscribed", "resync", "subscribed"])


async def test_many_are_asked_for_in_fewer_messages_than_the_server_takes_in_a_second() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        for _ in range(2):
            for channel in (await peer.expect("subscribe"))["channels"]:
                await peer.say(_acknowledged(channel, peer.number))
        if peer.number == 0:
            await until(lambda: len(acknowledged) == len(MANY))
            peer.connection.transport.abort()
            return
        with suppress(ConnectionClosed):
            while True:
                for channel in (await peer.expect("subscribe"))["since"]:
                    await peer.say(_acknowledged(channel, 1, recovered=True), _told("trade", channel, 1))

    async with server_that(talk) as listening:
        system = create_websocket_system(listening.url, options=_OPTIONS)
        heard: list[str] = []
        acknowledged: list[object] = []
        system.on_message("trade", lambda frame: heard.append(frame["channel"]))
        system.on_message("subscribed", acknowledged.append)
        system.subscribe(MANY)
        async with system:
            await until(lambda: len(heard) >= len(MANY))
        assert sorted(heard) == sorted(MANY)
        assert len(listening.peers[1].messages) < 100
