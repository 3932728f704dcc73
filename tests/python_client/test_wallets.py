"""Wallets, transactions and blocks that are followed, over a real socket: what is loaded, what events make of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from tests.python_client.hostile_server import PONG, WELCOME, Peer, server_that
from tests.waiting import until
from tidewire_client import ClientOptions, create_websocket_system
from tidewire_client.errors import StateLoadError
from tidewire_client.events import Block, TransactionState, TransactionStatus
from tidewire_client.system import WebSocketSystem
from tidewire_client.wallets import Wallets, follow_blocks, follow_transactions, follow_wallets

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TIME = "2026-01-01T00:00:00.000Z"
COIN = {"asset": "ETH", "token": None, "balance": 1.5, "block": 100, "outdated": False}
MOVED = {
    "asset": "ETH",
    "token": None,
    "direction": "incoming",
    "counterparty": None,
    "change": 1.5,
    "balance": None,
    "tx": "0x12",
    "logIndex": None,
    "block": 100,
    "retracted": False,
    "timestamp": TIME,
}
LISTED = {"id": "wal_1", "chain": "ethereum", "address": ADDRESS, "label": "Savings", "balances": [COIN]}
STATE = {
    "chain": "ethereum",
    "hash": "0x12",
    "status": "pending",
    "confirmations": 0,
    "required": 12,
    "timestamp": TIME,
}


class WalletServer:
    """Answers commands by their action, or refuses by a code, and tells events."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self._peer: Peer | None = None

    async def talk(self, peer: Peer) -> None:
        """Answer until the client leaves."""
        self._peer = peer
        await peer.say(WELCOME)
        with suppress(ConnectionClosed):
            while True:
                message = await peer.next()
                if message["type"] == "ping":
                    await peer.say(PONG)
                elif message["type"] == "command":
                    await peer.say(self._answer(message))

    async def tell(self, kind: str, channel: str, data: dict[str, Any]) -> None:
        """Tell an event."""
        assert self._peer is not None
        frame = {"type": kind, "channel": channel, "data": {"timestamp": TIME, **data}}
        await self._peer.say(msgspec.json.encode(frame).decode())

    def _answer(self, message: dict[str, Any]) -> str:
        given = self._answers[message["action"]]
        outcome: dict[str, Any] = {"success": True, "data": given}
        if isinstance(given, str):
            outcome = {"success": False, "error": {"code": given, "message": "no"}}
        return msgspec.json.encode({"type": "response", "id": message["id"], **outcome}).decode()


@asynccontextmanager
async def _following(answers: dict[str, Any]) -> AsyncIterator[tuple[WalletServer, WebSocketSystem]]:
    wallets = WalletServer(answers)
    options = ClientOptions(close_timeout=0.2)
    async with server_that(wallets.talk) as server, create_websocket_system(server.url, options=options) as system:
        yield wallets, system


async def test_it_begins_with_what_the_server_lists_without_what_was_taken_back() -> None:
    elsewhere = {**LISTED, "id": "wal_2", "chain": "base", "balances": [{**COIN, "outdated": True}]}
    history = [{**MOVED, "retracted": True, "block": 101}, MOVED]
    answers = {"wallet.list": {"items": [LISTED, elsewhere]}, "wallet.history": {"items": history}}
    async with _following(answers) as (_, system):
        followed = await follow_wallets(system, [ADDRESS.lower()]).loaded()
        assert system.client.channels == (f"wallet:{ADDRESS.lower()}",)
    first, second = followed[f"ethereum:{ADDRESS}"], followed[f"base:{ADDRESS}"]
    assert (first.label, first.holdings["native"].balance) == ("Savings", Decimal("1.5"))
    assert [(one.block, one.change) for one in first.movements] == [(100, Decimal("1.5"))]
    assert second.holdings["native"].outdated


async def test_it_takes_a_movement_that_the_snapshot_holds_already_once_and_back_for_good() -> None:
    answers = {"wallet.list": {"items": [LISTED]}, "wallet.history": {"items": [MOVED]}}
    async with _following(answers) as (wallets, system):
        entity = follow_wallets(system, [ADDRESS])
        await entity.loaded()
        named = {**MOVED, "chain": "ethereum", "address": ADDRESS, "label": "Cold", "event": "transaction"}
        for change in ({}, {"change": -1.5}, {"retracted": True}, {"block": 101}):
            await wallets.tell("wallet", f"wallet:{ADDRESS}", {**named, **change})
        await until(lambda: _moved(entity.value) == [(101, Decimal("1.5")), (100, Decimal("-1.5"))])


def _moved(wallets: Any) -> list[tuple[int, Decimal]]:
    return [(one.block, one.change) for one in wallets[f"ethereum:{ADDRESS}"].movements]


async def test_it_leaves_out_what_is_not_watched_and_begins_with_no_blocks_where_nobody_is_logged_in() -> None:
    async with _following({"tx.status": "NOT_FOUND", "wallet.blocks": "PERMISSION_DENIED"}) as (wallets, system):
        transactions = follow_transactions(system, [("ethereum", "0x12")])
        blocks = follow_blocks(system, ["ethereum"])
        assert (await transactions.loaded(), await blocks.loaded()) == ({}, {"ethereum": ()})
        await wallets.tell("transaction", "tx:0x12", STATE)
        await until(lambda: transactions.value and transactions.value["ethereum:0x12"].status == "pending")


async def test_it_fails_to_load_where_the_server_refuses_for_another_reason() -> None:
    async with _following({"tx.status": "VALIDATION_ERROR"}) as (_, system):
        with pytest.raises(StateLoadError):
            await follow_transactions(system, [("ethereum", "0x1")]).loaded()


async def test_it_keeps_the_blocks_below_one_that_takes_others_place() -> None:
    listed = [_block(number) for number in (102, 101, 100)]
    async with _following({"wallet.blocks": {"items": listed}}) as (wallets, system):
        entity = follow_blocks(system, ["ethereum"])
        await entity.loaded()
        await wallets.tell("block", "blocks:ethereum", {**_block(101), "chain": "ethereum", "hash": "0xother"})
        await until(lambda: [block.hash for block in (entity.value or {})["ethereum"]] == ["0xother", "0x100"])


def _block(number: int) -> dict[str, Any]:
    hashes = {"hash": f"0x{number}", "parentHash": f"0x{number - 1}"}
    return {"number": number, **hashes, "transactions": 3, "baseFee": 7, "timestamp": TIME}


class Server:
    """Notes what it is asked, and answers all alike."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answer = answer

    async def command(self, action: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        self.asked.append((action, params or {}))
        return self._answer


@pytest.mark.parametrize(
    ("call", "action", "params"),
    [
        (lambda my: my.add("e", ADDRESS), "wallet.add", {"chain": "e", "address": ADDRESS, "label": ""}),
        (lambda my: my.rename("wal_1", "Cold"), "wallet.rename", {"id": "wal_1", "label": "Cold"}),
        (lambda my: my.remove("wal_1"), "wallet.remove", {"id": "wal_1"}),
        (lambda my: my.get("wal_1"), "wallet.get", {"id": "wal_1"}),
        (lambda my: my.list(chain="e"), "wallet.list", {"chain": "e"}),
        (lambda my: my.history("wal_1", limit=1), "wallet.history", {"id": "wal_1", "limit": 1}),
        (lambda my: my.chains(), "wallet.chains", {}),
        (lambda my: my.watch_transaction("e", "0x12"), "tx.watch", {"chain": "e", "hash": "0x12"}),
        (lambda my: my.unwatch_transaction("e", "0x12"), "tx.unwatch", {"chain": "e", "hash": "0x12"}),
    ],
)
async def test_it_sends_what_was_given(
    call: Callable[[Wallets], Awaitable[object]], action: str, params: dict[str, Any]
) -> None:
    server = Server({**STATE, "items": []})
    await call(Wallets(server))
    assert server.asked == [(action, params)]


async def test_it_returns_typed_transactions_and_blocks() -> None:
    [state] = await Wallets(Server({"items": [STATE]})).transactions(status="pending")
    assert isinstance(state, TransactionState)
    assert (state.status, state.channel, state.time) == (TransactionStatus.PENDING, "tx:0x12", 1_767_225_600_000)
    [block] = await Wallets(Server({"items": [_block(100)]})).blocks("ethereum", limit=1)
    assert isinstance(block, Block)
    assert (block.chain, block.number, block.parent_hash) == ("ethereum", 100, "0x99")
