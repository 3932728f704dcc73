"""The demo's chain: the simulated one, followed from shortly before its head, with wallets for the user `demo`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from accounts.models import User
from wallets.chain_state import ChainState
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, OutboxEvent, Token, Wallet

DEMO_CHAIN = "simulated"
_OWNER = "demo"
_LABELS = ("Savings", "Everyday")
DEMO_WALLETS = len(_LABELS)
_BLOCKS_BEFORE_THE_HEAD = 60
"""They are followed at once, and count as watched: there is a history from the first moment on."""


class DemoToken(msgspec.Struct, frozen=True):
    """A token of the demo's chain."""

    address: str
    symbol: str
    name: str
    decimals: int


class DemoChain(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo's node is: its address, the number of its chain and its newest block, seconds between blocks."""

    url: str
    chain_id: int
    head: int
    block_time: float
    accounts: Sequence[str]
    tokens: Sequence[DemoToken]


@transaction.atomic
def demo_chain_ensure(node: DemoChain, *, now: datetime) -> None:
    """Make the chain `simulated`, with tokens and wallets; what is stored of one of another run is forgotten."""
    chain, _ = Chain.objects.update_or_create(
        name=DEMO_CHAIN,
        defaults={
            "chain_id": node.chain_id,
            "symbol": "ETH",
            "nodes": [node.url],
            "block_time_seconds": node.block_time,
            "is_enabled": True,
            "is_simulated": True,
            "followed_from": max(node.head - _BLOCKS_BEFORE_THE_HEAD, 0),
            "state": ChainState.CONNECTING.value,
            "reason": "",
        },
    )
    for model in (Balance, ChainTransaction, KnownBlock, Movement):
        model.objects.filter(chain=chain).delete()
    OutboxEvent.objects.filter(chain_id=DEMO_CHAIN).delete()
    Wallet.objects.filter(chain=chain).update(known_block=None)
    for token in node.tokens:
        told = {"symbol": token.symbol, "name": token.name, "decimals": token.decimals, "is_listed": True}
        Token.objects.update_or_create(chain=chain, address=token.address, defaults=told)
    owner = User.objects.get(username=_OWNER)
    since = now - timedelta(seconds=_BLOCKS_BEFORE_THE_HEAD * node.block_time)
    for place, (address, label) in enumerate(zip(node.accounts, _LABELS, strict=False)):
        known = {"label": label, "created_at": since + timedelta(milliseconds=place)}
        Wallet.objects.get_or_create(owner=owner, chain=chain, address=address, defaults=known)
