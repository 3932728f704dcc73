import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.topic_kinds import default_registry
from streaming.topics import Access, Delivery, Kind, Topic, UnknownChannelError, split_channel

REGISTRY = default_registry()


@pytest.mark.parametrize(
    ("channel", "topic"),
    [
        ("price:BTCUSDT", Topic(Kind.PRICE, "BTCUSDT")),
        ("quotes:BTCUSDT", Topic(Kind.PRICE, "BTCUSDT")),
        ("price:BTC-USD", Topic(Kind.COMBINED_PRICE, "BTC-USD")),
        ("price:btc-usd", Topic(Kind.PRICE, "btc-usd")),
        ("price:BTC/USDT", Topic(Kind.PRICE, "BTC/USDT")),
        ("trades:BTCUSDT ", Topic(Kind.TRADE, "BTCUSDT ")),
        ("ticker:btcusdt", Topic(Kind.TICKER, "btcusdt")),
        ("klines:BTCUSDT:1m", Topic(Kind.CANDLE, "BTCUSDT", Interval.MINUTE_1)),
        ("kline:BTCUSDT:1M", Topic(Kind.CANDLE, "BTCUSDT", Interval.MONTH_1)),
        ("trades:BTCUSDT", Topic(Kind.TRADE, "BTCUSDT")),
        ("trade:BTCUSDT", Topic(Kind.TRADE, "BTCUSDT")),
        ("depth:BTCUSDT", Topic(Kind.DEPTH, "BTCUSDT")),
        ("signals:BTCUSDT", Topic(Kind.SIGNAL, "BTCUSDT")),
        ("market:overview", Topic(Kind.OVERVIEW)),
        ("portfolio:user123", Topic(Kind.PORTFOLIO, owner="user123")),
        ("orders:me", Topic(Kind.ORDERS, owner="me")),
        ("notifications", Topic(Kind.NOTIFICATIONS, owner="me")),
        ("wallet:0xabc", Topic(Kind.WALLET, name="0xabc")),
        ("grid.a1.order", Topic(Kind.INSTANCE, name="grid.a1.order")),
        ("grid.*", Topic(Kind.INSTANCE, name="grid.*")),
        ("strategy.*.signal", Topic(Kind.INSTANCE, name="strategy.*.signal")),
        ("backtest.b.*", Topic(Kind.INSTANCE, name="backtest.b.*")),
        ("system.health", Topic(Kind.SYSTEM, name="system.health")),
        ("ops.gateways", Topic(Kind.OPERATIONS, name="ops.gateways")),
        ("system.*", Topic(Kind.SYSTEM, name="system.*")),
        ("ops.*", Topic(Kind.OPERATIONS, name="ops.*")),
        ("grid.*.*", Topic(Kind.INSTANCE, name="grid.*.*")),
        ("*", Topic(Kind.EVERYTHING, name="*")),
        ("*.health", Topic(Kind.EVERYTHING, name="*.health")),
        ("*.*.lifecycle", Topic(Kind.EVERYTHING, name="*.*.lifecycle")),
        ("wallet:0xABC", Topic(Kind.WALLET, name="0xabc")),
        ("wallet:bc1QxY", Topic(Kind.WALLET, name="bc1QxY")),
    ],
)
def test_it_reads_every_spelling(channel: str, topic: Topic) -> None:
    assert REGISTRY.parse(channel) == topic


@pytest.mark.parametrize(
    "channel",
    [
        "",
        ":",
        ".",
        "price",
        "price:",
        "price:BTCUSDT:1m",
        "price.BTCUSDT",
        "klines:BTCUSDT",
        "klines:BTCUSDT:2m",
        "klines:BTCUSDT:1m:1m",
        "klines::1m",
        "market:overviews",
        "blocks:ethereum",
        "notifications:me",
        "grid",
        "grid.",
        "grid.a",
        "grid.a.progress",
        "grid.a.order.b",
        "system.password",
        "**",
        "*.a1.order",
        "*.nothing",
        "grid.*.progress",
        "system.*.*",
        "grid.ä.order",
        "Price:BTCUSDT",
    ],
)
def test_it_refuses_what_names_no_topic(channel: str) -> None:
    with pytest.raises(UnknownChannelError, match=re.escape(f"Unknown channel: {channel}")):
        REGISTRY.parse(channel)


@given(st.text(max_size=80))
def test_it_reads_or_refuses_any_text(channel: str) -> None:
    try:
        topic = REGISTRY.parse(channel)
    except UnknownChannelError as error:
        assert error.channel == channel
    else:
        assert re.fullmatch(r"[A-Za-z0-9._-]+", topic.key)


@given(st.from_regex(r"[^\s:.*@/-]{1,20}", fullmatch=True))
def test_it_names_groups_of_market_topics_within_the_layers_alphabet(symbol: str) -> None:
    key = Topic(Kind.CANDLE, symbol, Interval.MONTH_1).key
    assert re.fullmatch(r"[A-Za-z0-9._-]+", key)


def test_it_keeps_the_keys_of_different_topics_apart() -> None:
    topics = [
        Topic(Kind.PRICE, "BTCUSDT"),
        Topic(Kind.TICKER, "BTCUSDT"),
        Topic(Kind.CANDLE, "BTCUSDT", Interval.MINUTE_1),
        Topic(Kind.CANDLE, "BTCUSDT", Interval.MONTH_1),
        Topic(Kind.PRICE, "币安"),
        Topic(Kind.OVERVIEW),
        Topic(Kind.COMBINED_PRICE, "BTC-USD"),
    ]
    assert len({topic.key for topic in topics}) == len(topics)


def test_it_knows_what_the_bridge_must_open() -> None:
    assert Topic(Kind.PRICE, "BTCUSDT").needs_exchange
    assert Topic(Kind.OVERVIEW).needs_exchange
    assert Topic(Kind.SIGNAL, "BTCUSDT").is_market
    assert not Topic(Kind.SIGNAL, "BTCUSDT").needs_exchange
    assert not Topic(Kind.ORDERS, owner="1").is_market


def test_it_registers_who_may_read_and_what_counts() -> None:
    assert REGISTRY[Kind.TRADE].delivery is Delivery.SEQUENCE
    assert REGISTRY[Kind.PRICE].delivery is Delivery.STATE
    assert REGISTRY[Kind.PRICE].access is Access.ANYONE
    assert REGISTRY[Kind.OPERATIONS].access is Access.STAFF
    assert {kind.kind for kind in REGISTRY} == set(Kind)


def test_it_splits_a_channel_at_its_first_separator() -> None:
    assert split_channel("klines:BTCUSDT:1m") == ("klines:", ["BTCUSDT", "1m"])
    assert split_channel("grid.a.order") == ("grid.", ["a", "order"])
    assert split_channel("alerts") == ("alerts", [])


def test_it_knows_blocks_of_the_configured_chains_only() -> None:
    registry = default_registry()
    registry.chains.add("ethereum")
    topic = registry.parse("blocks:ethereum")
    assert (topic, topic.group) == (Topic(Kind.BLOCKS, name="ethereum"), "x.blocks.ethereum")
    with pytest.raises(UnknownChannelError):
        registry.parse("blocks:bitcoin")


def test_it_gives_the_topics_of_a_user_one_group_and_different_keys() -> None:
    topics = [
        Topic(Kind.PORTFOLIO, owner="7"),
        Topic(Kind.ORDERS, owner="7"),
        Topic(Kind.ACCOUNT, owner="7"),
        Topic(Kind.NOTIFICATIONS, owner="7"),
        Topic(Kind.ALERTS, owner="7"),
        Topic(Kind.WALLET, owner="7", name="0xabc"),
        Topic(Kind.WALLET, owner="7", name="0xabd"),
        Topic(Kind.TRANSACTION, owner="7", name="0xabc"),
    ]
    assert {topic.group for topic in topics} == {"u.7"}
    assert len({topic.key for topic in topics}) == len(topics)


@given(st.text(min_size=1, max_size=300))
def test_it_names_a_users_group_within_the_layers_bounds(owner: str) -> None:
    assert re.fullmatch(r"u\.[A-Za-z0-9_-]{1,90}", Topic(Kind.ORDERS, owner=owner).group)


async def test_it_asks_the_part_that_knows_whose_something_is() -> None:
    registry = default_registry()

    async def owners(name: str) -> frozenset[str]:
        return frozenset({"7"}) if name == "a" else frozenset()

    registry.register_owner_lookup("grid", owners)
    assert await registry.owners("grid", "a") == {"7"}
    assert await registry.owners("grid", "b") == frozenset()
    assert await registry.owners("wallet", "a") == frozenset()
