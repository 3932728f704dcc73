"""The topics whose apps aren't there yet: each is refused as unavailable, once it is known that one may read it."""

import re
from collections.abc import Collection, Sequence

from streaming.planned.events.engine import (
    GridLifecycle,
    GridOrder,
    GridProfit,
    GridRisk,
    GridStatus,
    GridTrade,
    StrategyLifecycle,
    StrategySignal,
    StrategyStatus,
)
from streaming.planned.events.kill_switch import KillSwitch
from streaming.planned.events.market import Block, CombinedPrice, Signal
from streaming.planned.events.user import Account, Order, Portfolio, TransactionState, WalletActivity
from streaming.topics.dotted_names import InstanceKind, SystemKind
from streaming.topics.kinds import owned_kind, symbol_kind, user_kind
from streaming.topics.topic import Access, Names, Topic, TopicKind

COMBINED_PRICE = "combined_price"
_COMBINED_SYMBOL = re.compile(r"[A-Z0-9]{1,20}-USD")


def _parse_combined_price(head: str, arguments: Sequence[str]) -> Topic | None:
    matched = len(arguments) == 1 and _COMBINED_SYMBOL.fullmatch(arguments[0])
    return Topic(COMBINED_PRICE, arguments[0]) if matched else None


def blocks_kind(chains: Collection[str]) -> TopicKind:
    """Return the kind of topics that tell the blocks of these chains: `blocks:ethereum`."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        is_known = len(arguments) == 1 and arguments[0] in chains
        return Topic("blocks", name=arguments[0]) if is_known else None

    return TopicKind(
        name="blocks",
        heads=("blocks:",),
        access=Access.ANYONE,
        event=Block,
        parse=parse,
        topic_of=lambda block, _: Topic("blocks", name=block.chain),
        is_planned=True,
    )


PLANNED_TOPICS = (
    TopicKind(
        name=COMBINED_PRICE,
        heads=("price:", "quotes:"),
        access=Access.ANYONE,
        event=CombinedPrice,
        parse=_parse_combined_price,
        topic_of=lambda price, _: Topic(COMBINED_PRICE, price.symbol),
        names=Names.BASE_ASSET,
        is_planned=True,
    ),
    symbol_kind("signal", "signals:", event=Signal, is_planned=True),
    user_kind("portfolio", event=Portfolio, is_planned=True),
    user_kind("orders", event=Order, is_planned=True),
    user_kind("account", event=Account, is_planned=True),
    owned_kind("wallet", event=WalletActivity, owners=None, name_of=lambda activity: activity.address, is_planned=True),
    owned_kind("tx", event=TransactionState, owners=None, name_of=lambda state: state.hash, is_planned=True),
    blocks_kind(()),
    InstanceKind(
        category="grid",
        events={
            "status": GridStatus,
            "order": GridOrder,
            "trade": GridTrade,
            "pnl": GridProfit,
            "risk": GridRisk,
            "lifecycle": GridLifecycle,
        },
        is_planned=True,
    ),
    InstanceKind(
        category="strategy",
        events={"status": StrategyStatus, "signal": StrategySignal, "lifecycle": StrategyLifecycle},
        is_planned=True,
    ),
    SystemKind(name="system.kill_switch", event=KillSwitch, is_planned=True),
)
