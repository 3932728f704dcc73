import pytest
from pytest_django import Settings

from streaming.events import Source
from streaming.gateway.errors import ErrorCode, RefusedError
from streaming.gateway.subscriptions import access
from streaming.identity.identity import Identity
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import DOTTED, MarketKind, Topic
from tests.topics_with import topics_with


async def nobodys(name: str) -> frozenset[str]:
    return frozenset()


REGISTRY = topics_with(dict.fromkeys(("grid", "wallet", "tx"), nobodys))
OWNER = Identity(user_id="7", username="owner", is_staff=False, expires_at=0)
STRANGER = Identity(user_id="8", username="stranger", is_staff=False, expires_at=0)
STAFF = Identity(user_id="9", username="staff", is_staff=True, expires_at=0)

REQUIRED, FORBIDDEN, NOT_FOUND = ErrorCode.AUTHENTICATION_REQUIRED, ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND


async def refusal(channel: str, identity: Identity | None, registry: TopicRegistry = REGISTRY) -> ErrorCode | None:
    try:
        await access.permitted(registry.parse(channel), identity, registry)
    except RefusedError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("channel", "nobody", "owner", "stranger", "staff"),
    [
        ("price:BTCUSDT", None, None, None, None),
        ("klines:BTCUSDT:1m", None, None, None, None),
        ("signals:BTCUSDT", None, None, None, None),
        ("market:overview", None, None, None, None),
        ("price:BTC-USD", None, None, None, None),
        ("portfolio:7", REQUIRED, None, FORBIDDEN, None),
        ("orders:7", REQUIRED, None, FORBIDDEN, None),
        ("account:7", REQUIRED, None, FORBIDDEN, None),
        ("account:me", REQUIRED, None, None, None),
        ("notifications", REQUIRED, None, None, None),
        ("alerts", REQUIRED, None, None, None),
        ("wallet:0xabc", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("tx:0xabc", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("grid.unknown.order", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("grid.unknown.*", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("grid.*", REQUIRED, None, None, None),
        ("grid.*.order", REQUIRED, None, None, None),
        ("system.health", REQUIRED, None, None, None),
        ("system.*", REQUIRED, None, None, None),
        ("ops.gateways", REQUIRED, FORBIDDEN, FORBIDDEN, None),
        ("ops.*", REQUIRED, FORBIDDEN, FORBIDDEN, None),
        ("*", REQUIRED, FORBIDDEN, FORBIDDEN, None),
        ("*.*", REQUIRED, FORBIDDEN, FORBIDDEN, None),
        ("*.gateways", REQUIRED, FORBIDDEN, FORBIDDEN, None),
        ("*.*.order", REQUIRED, None, None, None),
        ("*.health", REQUIRED, None, None, None),
    ],
)
async def test_it_lets_in_whom_the_topic_is_for(
    channel: str,
    nobody: ErrorCode | None,
    owner: ErrorCode | None,
    stranger: ErrorCode | None,
    staff: ErrorCode | None,
) -> None:
    readers = (None, OWNER, STRANGER, STAFF)
    assert [await refusal(channel, reader) for reader in readers] == [nobody, owner, stranger, staff]


@pytest.fixture
def registry() -> TopicRegistry:
    """Return a registry that knows who owns what."""
    return topics_with(dict.fromkeys(("grid", "strategy", "backtest", "wallet", "tx"), owners_of))


async def owners_of(name: str) -> frozenset[str]:
    return {"a1": frozenset({"7"}), "0xabc": frozenset({"7", "70"})}.get(name, frozenset())


@pytest.mark.parametrize(
    ("channel", "nobody", "owner", "stranger", "staff"),
    [
        ("grid.a1.order", REQUIRED, None, FORBIDDEN, None),
        ("grid.a1.*", REQUIRED, None, FORBIDDEN, None),
        ("backtest.a1.progress", REQUIRED, None, FORBIDDEN, None),
        ("grid.a2.order", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("strategy.a1.signal", REQUIRED, None, FORBIDDEN, None),
        ("wallet:0xAbC", REQUIRED, None, FORBIDDEN, None),
        ("wallet:0xabd", REQUIRED, FORBIDDEN, FORBIDDEN, NOT_FOUND),
        ("tx:0xabc", REQUIRED, None, FORBIDDEN, None),
    ],
)
async def test_it_asks_whose_an_instance_is(
    registry: TopicRegistry,
    *,
    channel: str,
    nobody: ErrorCode | None,
    owner: ErrorCode | None,
    stranger: ErrorCode | None,
    staff: ErrorCode | None,
) -> None:
    readers = (None, OWNER, STRANGER, STAFF)
    assert [await refusal(channel, reader, registry) for reader in readers] == [nobody, owner, stranger, staff]


@pytest.mark.parametrize(
    ("channel", "reader", "owner"),
    [
        ("orders:me", OWNER, "7"),
        ("orders:7", OWNER, "7"),
        ("orders:7", STAFF, "7"),
        ("notifications", STAFF, "9"),
        ("grid.a1.order", STAFF, "7"),
        ("wallet:0xabc", OWNER, "7"),
        ("wallet:0xabc", STAFF, "7"),
        ("grid.*", OWNER, ""),
        ("system.health", OWNER, ""),
    ],
)
async def test_it_says_as_whose_a_topic_is_read(
    registry: TopicRegistry, channel: str, reader: Identity, owner: str
) -> None:
    assert (await access.permitted(registry.parse(channel), reader, registry)).owner == owner


def test_it_knows_what_may_be_read_no_longer() -> None:
    topics = [
        Topic("orders", owner="7"),
        Topic("orders", owner="8"),
        Topic(DOTTED, owner="8", name="grid.a.order"),
        Topic(DOTTED, name="grid.*"),
        Topic(DOTTED, name="ops.gateways"),
        Topic(DOTTED, name="*"),
        Topic(MarketKind.PRICE, "BTCUSDT"),
    ]
    assert [access.may_read(topic, OWNER, REGISTRY) for topic in topics] == [
        True,
        False,
        False,
        True,
        False,
        False,
        True,
    ]
    assert all(access.may_read(topic, STAFF, REGISTRY) for topic in topics)


class Listing:
    """What an exchange lists."""

    bases = frozenset({"BTC", "LUNA"})

    def is_trading(self, symbol: str) -> bool:
        return symbol == "BTCUSDT"


@pytest.mark.parametrize("symbol", ["INVALID", "LUNAUSDT", "btcusdt"])
def test_it_refuses_symbols_that_are_not_traded(symbol: str) -> None:
    with pytest.raises(RefusedError, match=f"^Failed to fetch quote for {symbol}$") as refused:
        access.check_symbol(Topic(MarketKind.PRICE, symbol), Listing(), REGISTRY)
    assert refused.value.code is ErrorCode.UNKNOWN_SYMBOL


def test_it_takes_a_combined_symbol_though_no_exchange_lists_it_and_none_that_is_not_combined(
    settings: Settings,
) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    access.check_symbol(REGISTRY.parse("price:BTC-USD"), Listing(), REGISTRY)
    with pytest.raises(RefusedError, match=r"^Failed to fetch quote for XYZ-USD$"):
        access.check_symbol(REGISTRY.parse("price:XYZ-USD"), Listing(), REGISTRY)


def test_it_asks_for_symbols_only_where_a_topic_names_one() -> None:
    assert access.names_symbol(Topic(MarketKind.TRADE, "BTCUSDT"), REGISTRY)
    assert not access.names_symbol(Topic("combined_price", "BTC-USD", source=Source.COMBINED), REGISTRY)
    assert not access.names_symbol(Topic(MarketKind.OVERVIEW), REGISTRY)
    access.check_symbol(Topic(MarketKind.TRADE, "BTCUSDT"), Listing(), REGISTRY)
    access.check_symbol(Topic(MarketKind.OVERVIEW), Listing(), REGISTRY)
