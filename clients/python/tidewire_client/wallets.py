"""Wallets, transactions and blocks: the commands with their parameters named, and values that are kept in step.

    wallets = Wallets(system)
    added = await wallets.add("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", label="Savings")
    followed = follow_wallets(system, [added["address"]])
    followed.on("change", show)

The commands raise what `TidewireClient.command` raises. What is followed is subscribed here, and loaded anew where
events were lost: an `Entity` of the system's state sync.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from tidewire_client.errors import CommandRefusedError
from tidewire_client.events import Block, Event, TransactionState, WalletActivity
from tidewire_client.reading.times import milliseconds
from tidewire_client.synced_state.entity import Entity
from tidewire_client.synced_state.state_sync import StateSync
from tidewire_client.trading import Commanding
from tidewire_client.wallet_state import (
    MOST_KEPT,
    FollowedBlocks,
    FollowedTransactions,
    FollowedWallet,
    FollowedWallets,
    Holding,
    wallet_key,
    with_block,
    with_transaction,
    with_wallet_activity,
)

Data = dict[str, Any]
T = TypeVar("T")
E = TypeVar("E", bound=Event)
_NOT_THERE = frozenset({"NOT_FOUND", "PERMISSION_DENIED"})
"""What isn't watched, or isn't one's own to see, is left out of a snapshot."""
_MOST_LISTED = 500


class FollowingSystem(Commanding, Protocol):
    """What values are followed by: a `WebSocketSystem`."""

    @property
    def state_sync(self) -> StateSync:
        """The values of its connection."""
        ...


class Wallets:
    """The commands of wallets and transactions, on a client."""

    def __init__(self, client: Commanding) -> None:
        """Send commands by `client`."""
        self._client = client

    async def add(self, chain: str, address: str, *, label: str = "") -> Data:
        """Watch an address, in any spelling; return the wallet with its id. Its balances come on `wallet:<address>`."""
        return await self._ask("wallet.add", chain=chain, address=address, label=label)

    async def remove(self, id: str) -> Data:  # noqa: A002
        """Watch a wallet no longer."""
        return await self._ask("wallet.remove", id=id)

    async def rename(self, id: str, label: str) -> Data:  # noqa: A002
        """Give a wallet another label; an empty one takes it away."""
        return await self._ask("wallet.rename", id=id, label=label)

    async def list(self, **filters: Any) -> Sequence[Data]:
        """Return wallets with their balances, the oldest first: of a `chain`, of an `address`; `limit` is up to 500."""
        return list((await self._ask("wallet.list", **filters))["items"])

    async def get(self, id: str) -> Data:  # noqa: A002
        """Return one wallet with its balances."""
        return await self._ask("wallet.get", id=id)

    async def history(self, id: str, **page: Any) -> Sequence[Data]:  # noqa: A002
        """Return what came to and went from a wallet, the newest first."""
        return list((await self._ask("wallet.history", id=id, **page))["items"])

    async def chains(self) -> Sequence[Data]:
        """Return the chains that are followed."""
        return list((await self._ask("wallet.chains"))["items"])

    async def blocks(self, chain: str, **page: Any) -> Sequence[Block]:
        """Return the newest blocks of a chain, the newest first."""
        items = (await self._ask("wallet.blocks", chain=chain, **page))["items"]
        return [_told(Block, f"blocks:{chain}", {**item, "chain": chain}) for item in items]

    async def watch_transaction(self, chain: str, hash: str) -> TransactionState:  # noqa: A002
        """Watch a transaction; return it as it is."""
        return _transaction(await self._ask("tx.watch", chain=chain, hash=hash))

    async def unwatch_transaction(self, chain: str, hash: str) -> TransactionState:  # noqa: A002
        """Watch a transaction no longer; return it as it is then."""
        return _transaction(await self._ask("tx.unwatch", chain=chain, hash=hash))

    async def transaction(self, chain: str, hash: str) -> TransactionState:  # noqa: A002
        """Return a transaction as it is now."""
        return _transaction(await self._ask("tx.status", chain=chain, hash=hash))

    async def transactions(self, **filters: Any) -> Sequence[TransactionState]:
        """Return transactions, the newest first: of a `chain`, a `wallet`, a `status`; `limit` is up to 500."""
        return [_transaction(item) for item in (await self._ask("tx.list", **filters))["items"]]

    async def _ask(self, command: str, /, **params: Any) -> Data:
        return await self._client.command(command, params)


def follow_wallets(
    system: FollowingSystem, addresses: Iterable[str], *, name: str = "wallets"
) -> Entity[FollowedWallets]:
    """Keep one's wallets at these addresses, in any spelling, in step, on whichever chains they are."""
    wanted, wallets = tuple(addresses), Wallets(system)

    async def load() -> FollowedWallets:
        return {
            wallet_key(wallet["chain"], wallet["address"]): await _snapshot_of(wallet, wallets)
            for address in wanted
            for wallet in await wallets.list(address=address, limit=_MOST_LISTED)
        }

    channels = [f"wallet:{address.strip()}" for address in wanted]
    apply = _of_kind(WalletActivity, with_wallet_activity)
    return system.state_sync.define(name, load=load, channels=channels, apply=apply)


def follow_transactions(
    system: FollowingSystem, transactions: Iterable[tuple[str, str]], *, name: str = "transactions"
) -> Entity[FollowedTransactions]:
    """Keep transactions that one watches in step; each is named by its chain and its hash."""
    wanted, wallets = tuple(transactions), Wallets(system)

    async def load() -> FollowedTransactions:
        found: FollowedTransactions = {}
        for chain, transaction_hash in wanted:
            try:
                found = with_transaction(found, await wallets.transaction(chain, transaction_hash))
            except CommandRefusedError as refused:
                if refused.code not in _NOT_THERE:
                    raise
        return found

    channels = [f"tx:{transaction_hash.strip()}" for _, transaction_hash in wanted]
    apply = _of_kind(TransactionState, with_transaction)
    return system.state_sync.define(name, load=load, channels=channels, apply=apply)


def follow_blocks(system: FollowingSystem, chains: Iterable[str], *, name: str = "blocks") -> Entity[FollowedBlocks]:
    """Keep the newest blocks of chains in step; without a login they begin with the newest."""
    wanted, wallets = tuple(chains), Wallets(system)

    async def load() -> FollowedBlocks:
        return {chain: await _newest_blocks(wallets, chain) for chain in wanted}

    channels = [f"blocks:{chain}" for chain in wanted]
    return system.state_sync.define(name, load=load, channels=channels, apply=_of_kind(Block, with_block))


async def _newest_blocks(wallets: Wallets, chain: str) -> tuple[Block, ...]:
    try:
        return tuple(await wallets.blocks(chain, limit=MOST_KEPT))
    except CommandRefusedError as refused:
        if refused.code not in _NOT_THERE:
            raise
        return ()


async def _snapshot_of(wallet: Mapping[str, Any], wallets: Wallets) -> FollowedWallet:
    holdings = [msgspec.convert(one, Holding) for one in wallet["balances"]]
    history = await wallets.history(wallet["id"], limit=MOST_KEPT)
    named = {name: wallet[name] for name in ("chain", "address", "label")}
    movements = [
        _told(WalletActivity, f"wallet:{wallet['address']}", {**one, **named, "event": "transaction"})
        for one in history
        if not one["retracted"]
    ]
    return FollowedWallet(**named, holdings={one.key: one for one in holdings}, movements=tuple(movements))


def _of_kind(kind: type[E], fold: Callable[[T, E], T]) -> Callable[[T, Event], T]:
    """Return what changes a value by events of a kind; by others, which this client can't read, it stays as it is."""
    return lambda value, event: fold(value, event) if isinstance(event, kind) else value


def _transaction(data: Mapping[str, Any]) -> TransactionState:
    return _told(TransactionState, f"tx:{data['hash']}", data)


def _told(kind: type[E], channel: str, data: Mapping[str, Any]) -> E:
    """Return what an answer holds as the event that tells the same."""
    return msgspec.convert({**data, "@channel": channel, "@time": milliseconds(data["timestamp"])}, kind)
