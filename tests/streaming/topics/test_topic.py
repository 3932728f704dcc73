import re
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from alerts.events import Alert, AlertOperator, AlertState
from streaming.errors import RegistrationError
from streaming.events import Envelope, Interval, LogLevel, Overview, Source, UserEvent, encode, log_line
from streaming.installed import topic_registry
from streaming.topics.kinds import own_kind
from streaming.topics.registry import Destination, TopicRegistry
from streaming.topics.topic import DOTTED, MarketKind, Topic, UnknownChannelError, split_channel
from tests.topics_with import topics_with
from trading.events import Account, AccountMode
from wallets.events import TransactionState, WalletActivity, WalletChange
from wallets.lifecycle import TransactionStatus

REGISTRY = topic_registry()


@pytest.mark.parametrize(
    ("channel", "topic"),
    [
        ("price:BTCUSDT", Topic(MarketKind.PRICE, "BTCUSDT")),
        ("quotes:BTCUSDT", Topic(MarketKind.PRICE, "BTCUSDT")),
        ("price:BTC-USD", Topic(MarketKind.PRICE, "BTC-USD")),
        ("price:btc-usd", Topic(MarketKind.PRICE, "btc-usd")),
        ("price:BTC/USDT", Topic(MarketKind.PRICE, "BTC/USDT")),
        ("trades:BTCUSDT ", Topic(MarketKind.TRADE, "BTCUSDT ")),
        ("ticker:btcusdt", Topic(MarketKind.TICKER, "btcusdt")),
        ("klines:BTCUSDT:1m", Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)),
        ("kline:BTCUSDT:1M", Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MONTH_1)),
        ("trades:BTCUSDT", Topic(MarketKind.TRADE, "BTCUSDT")),
        ("trade:BTCUSDT", Topic(MarketKind.TRADE, "BTCUSDT")),
        ("depth:BTCUSDT", Topic(MarketKind.DEPTH, "BTCUSDT")),
        ("depth:BTCUSDT:100", Topic(MarketKind.DEPTH, "BTCUSDT", levels=100)),
        ("signals:BTCUSDT", Topic("signal", "BTCUSDT")),
        ("market:overview", Topic(MarketKind.OVERVIEW)),
        ("portfolio:user123", Topic("portfolio", owner="user123")),
        ("orders:me", Topic("orders", owner="me")),
        ("notifications", Topic("notifications", owner="me")),
        ("wallet:0xabc", Topic("wallet", name="0xabc")),
        ("grid.a1.order", Topic(DOTTED, name="grid.a1.order")),
        ("grid.*", Topic(DOTTED, name="grid.*")),
        ("strategy.*.signal", Topic(DOTTED, name="strategy.*.signal")),
        ("backtest.b.*", Topic(DOTTED, name="backtest.b.*")),
        ("system.health", Topic(DOTTED, name="system.health")),
        ("ops.gateways", Topic(DOTTED, name="ops.gateways")),
        ("system.*", Topic(DOTTED, name="system.*")),
        ("ops.*", Topic(DOTTED, name="ops.*")),
        ("grid.*.*", Topic(DOTTED, name="grid.*.*")),
        ("*", Topic(DOTTED, name="*")),
        ("*.health", Topic(DOTTED, name="*.health")),
        ("*.*.lifecycle", Topic(DOTTED, name="*.*.lifecycle")),
        ("wallet:0xABC", Topic("wallet", name="0xabc")),
        ("wallet:bc1QxY", Topic("wallet", name="bc1QxY")),
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
        "depth:BTCUSDT:20",
        "depth:BTCUSDT:0100",
        "depth::100",
        "price.BTCUSDT",
        "klines:BTCUSDT",
        "klines:BTCUSDT:2m",
        "klines:BTCUSDT:1m:1m",
        "klines::1m",
        "market:overviews",
        "blocks:",
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


def test_it_refuses_candles_of_an_interval_that_the_exchange_has_none_of(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE = "kraken"
    assert REGISTRY.parse("klines:BTC/USD:1m") == Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_1)
    with pytest.raises(UnknownChannelError):
        REGISTRY.parse("klines:BTC/USD:3m")


@pytest.mark.parametrize("source", ["kraken", "coinbase"])
def test_it_refuses_deep_books_of_an_exchange_that_they_are_not_kept_of(settings: Settings, source: str) -> None:
    settings.EXCHANGE_SOURCE = source
    assert REGISTRY.parse("depth:BTC-USD") == Topic(MarketKind.DEPTH, "BTC-USD")
    with pytest.raises(UnknownChannelError):
        REGISTRY.parse("depth:BTC-USD:100")


def test_it_knows_combined_symbols_by_the_settings(settings: Settings) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    of_several = Topic(MarketKind.COMBINED_PRICE, "BTC-USD", source=Source.COMBINED)
    assert [REGISTRY.parse(name) for name in ("price:BTC-USD", "quotes:BTC-USD")] == [of_several] * 2
    assert REGISTRY.parse("ticker:BTC-USD") == Topic(MarketKind.TICKER, "BTC-USD", source=Source.COMBINED)
    candles = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_1, source=Source.COMBINED)
    assert REGISTRY.parse("klines:BTC-USD:1m") == candles
    with pytest.raises(UnknownChannelError):
        REGISTRY.parse("klines:BTC-USD:5m")
    assert REGISTRY.parse("price:ETH-USD") == Topic(MarketKind.PRICE, "ETH-USD")


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
    key = Topic(MarketKind.CANDLE, symbol, Interval.MONTH_1).key
    assert re.fullmatch(r"[A-Za-z0-9._-]+", key)


def test_it_keeps_the_keys_of_different_topics_apart() -> None:
    topics = [
        Topic(MarketKind.PRICE, "BTCUSDT"),
        Topic(MarketKind.TICKER, "BTCUSDT"),
        Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1),
        Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MONTH_1),
        Topic(MarketKind.PRICE, "币安"),
        Topic(MarketKind.OVERVIEW),
        Topic(MarketKind.DEPTH, "BTCUSDT"),
        Topic(MarketKind.DEPTH, "BTCUSDT", levels=100),
        Topic("combined_price", "BTC-USD"),
        Topic(MarketKind.PRICE, "BTCUSDT", source=Source.KRAKEN),
        Topic(MarketKind.PRICE, "BTCUSDT", source=Source.BINANCE),
    ]
    assert len({topic.key for topic in topics}) == len(topics)


def test_it_knows_what_the_bridge_must_open() -> None:
    assert Topic(MarketKind.PRICE, "BTCUSDT").needs_exchange
    assert Topic(MarketKind.OVERVIEW).needs_exchange
    assert not Topic("signal", "BTCUSDT").needs_exchange
    assert not Topic("orders", owner="1").needs_exchange


def test_it_knows_who_may_read_and_what_counts() -> None:
    assert not REGISTRY.is_state(Topic(MarketKind.TRADE, "BTCUSDT"))
    assert REGISTRY.is_state(Topic(MarketKind.PRICE, "BTCUSDT"))
    assert REGISTRY.is_public(Topic(MarketKind.PRICE, "BTCUSDT"))
    assert not REGISTRY.is_public(Topic("alerts", owner="7"))
    assert not REGISTRY.is_public(Topic(DOTTED, name="system.health"))


def test_it_splits_a_channel_at_its_first_separator() -> None:
    assert split_channel("klines:BTCUSDT:1m") == ("klines:", ["BTCUSDT", "1m"])
    assert split_channel("grid.a.order") == ("grid.", ["a", "order"])
    assert split_channel("alerts") == ("alerts", [])


async def test_it_knows_blocks_of_the_chains_that_are_followed_only() -> None:
    registry = topics_with(chains=["ethereum"])
    topic = registry.parse("blocks:ethereum")
    assert (topic, topic.group) == (Topic("blocks", name="ethereum"), "x.blocks.ethereum")
    assert await registry.exists(topic)
    assert not await registry.exists(registry.parse("blocks:bitcoin"))
    assert await registry.exists(registry.parse("price:BTCUSDT")), "of others nothing is asked"


def test_it_gives_the_topics_of_a_user_one_group_and_different_keys() -> None:
    topics = [
        Topic("portfolio", owner="7"),
        Topic("orders", owner="7"),
        Topic("account", owner="7"),
        Topic("notifications", owner="7"),
        Topic("alerts", owner="7"),
        Topic("wallet", owner="7", name="0xabc"),
        Topic("wallet", owner="7", name="0xabd"),
        Topic("tx", owner="7", name="0xabc"),
    ]
    assert {topic.group for topic in topics} == {"u.7"}
    assert len({topic.key for topic in topics}) == len(topics)


@given(st.text(min_size=1, max_size=300))
def test_it_names_a_users_group_within_the_layers_bounds(owner: str) -> None:
    assert re.fullmatch(r"u\.[A-Za-z0-9_-]{1,90}", Topic("orders", owner=owner).group)


async def test_it_asks_the_app_that_knows_whose_something_is() -> None:
    async def owners(name: str) -> frozenset[str]:
        return frozenset({"7"}) if name == "a" else frozenset()

    registry = topics_with({"grid": owners, "wallet": owners})
    said = {channel: await registry.owners(registry.parse(channel)) for channel in OWNED}
    assert said == OWNED


OWNED = {
    "grid.a.order": frozenset({"7"}),
    "grid.b.*": frozenset(),
    "grid.*": None,
    "wallet:a": frozenset({"7"}),
    "wallet:b": frozenset(),
    "orders:7": None,
    "alerts": None,
    "price:BTCUSDT": None,
}


def test_it_sends_a_users_events_to_the_users_group() -> None:
    account = Account(time=1, account="acc_1", mode=AccountMode.PAPER, demo=True, balances=())
    assert REGISTRY.destination_of(account, "7") == Destination(
        (("u.7", "u.7.account"),), ("u.7.account",), "u.7.account"
    )


def test_it_sends_a_dotted_event_to_its_owners_group_and_to_that_of_staff() -> None:
    line = log_line(LogLevel.INFO, source="grid.a", message="filled", time=1, owner="7")
    groups = ("s.log.7", "s.log.all")
    histories = ("n.system.log.7", "n.system.log.all")
    feeds = tuple(zip(groups, groups, strict=True))
    assert REGISTRY.destination_of(line) == Destination(feeds, histories, "n.system.log")


def test_it_sends_what_anyone_may_read_to_a_group_of_its_own() -> None:
    overview = Overview(time=1, source=Source.SIMULATOR, rows=(), gainers=(), losers=(), volumes=())
    assert REGISTRY.destination_of(overview) == Destination(
        (("m.overview", "m.overview"),), ("m.overview",), "m.overview"
    )


def test_it_sends_no_users_event_to_nobody_and_nothing_else_to_a_user() -> None:
    account = Account(time=1, account="acc_1", mode=AccountMode.PAPER, demo=True, balances=())
    line = log_line(LogLevel.INFO, source="grid.a", message="filled", time=1, owner="7")
    with pytest.raises(ValueError, match="with its owner, and no other: Account"):
        REGISTRY.destination_of(account)
    with pytest.raises(ValueError, match="with its owner, and no other: LogLine"):
        REGISTRY.destination_of(line, "7")


def test_it_finds_the_topic_of_an_address_and_a_hash_however_they_are_spelled() -> None:
    activity = WalletActivity(
        time=1, chain="e", address="0xABC", label="", change_kind=WalletChange.BALANCE, asset="ETH", balance=Decimal(1)
    )
    state = TransactionState(time=1, chain="e", hash="0xDEF", status=TransactionStatus.SEEN, required=12)
    parsed = [REGISTRY.parse(channel) for channel in ("wallet:0xAbc", "tx:0xdeF")]
    assert [topic.name for topic in parsed] == ["0xabc", "0xdef"]
    keys = [REGISTRY.destination_of(event, "7").value_key for event in (activity, state)]
    assert keys == ["u.7.wallet.0xabc", "u.7.tx.0xdef"]


def test_it_lets_what_is_there_take_the_place_of_what_is_planned_whichever_is_declared_first() -> None:
    there, planned = own_kind("alerts", event=Alert), own_kind("alerts", event=Alert, is_planned=True)
    for kinds in ([there, planned], [planned, there]):
        assert list(TopicRegistry(kinds).kinds) == [there]
    assert not TopicRegistry([planned]).is_there(Topic("alerts", owner="me"))


def test_it_refuses_what_two_apps_declare_and_events_that_cannot_be_told_apart() -> None:
    kind = own_kind("alerts", event=Alert)
    with pytest.raises(RegistrationError, match="declared already: alerts"):
        TopicRegistry([kind, kind])
    with pytest.raises(RegistrationError, match="can't be told apart"):
        TopicRegistry([kind, own_kind("others", event=OtherAlert)]).decoder.decode(b"")


class OtherAlert(UserEvent, frozen=True, kw_only=True, tag="alert"):
    """An event that says it is another's."""


def test_it_reads_the_events_of_the_topics_that_are_there_alone() -> None:
    news = Alert(
        rule=1, name="", source="price", operator=AlertOperator.ABOVE, value=Decimal(1), state=AlertState.ARMED, time=1
    )
    envelope = Envelope(epoch=1, sequence=2, event=news)
    kind = own_kind("alerts", event=Alert)
    assert TopicRegistry([kind]).decoder.decode(encode(envelope)) == envelope
    for kinds in ([], [msgspec.structs.replace(kind, is_planned=True)]):
        with pytest.raises(msgspec.DecodeError):
            TopicRegistry(kinds).decoder.decode(encode(envelope))
