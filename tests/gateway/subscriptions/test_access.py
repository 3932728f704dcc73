import pytest

from streaming.gateway.errors import ErrorCode, RefusedError
from streaming.gateway.subscriptions import access
from streaming.identity.identity import Identity
from streaming.topic_kinds import default_registry
from streaming.topics import Kind, Topic, TopicRegistry

REGISTRY = default_registry()
OWNER = Identity(user_id="7", username="owner", is_staff=False, expires_at=0)
STRANGER = Identity(user_id="8", username="stranger", is_staff=False, expires_at=0)
STAFF = Identity(user_id="9", username="staff", is_staff=True, expires_at=0)

REQUIRED, FORBIDDEN = ErrorCode.AUTHENTICATION_REQUIRED, ErrorCode.FORBIDDEN


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
        ("wallet:0xabc", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
        ("tx:0xabc", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
        ("grid.unknown.order", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
        ("grid.unknown.*", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
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
    """Return a registry to which the later parts have said who owns what."""
    registry = default_registry()
    for category in ("grid", "backtest", "wallet", "tx"):
        registry.register_owner_lookup(category, owners_of)
    return registry


async def owners_of(name: str) -> frozenset[str]:
    return {"a1": frozenset({"7"}), "0xabc": frozenset({"7", "70"})}.get(name, frozenset())


@pytest.mark.parametrize(
    ("channel", "nobody", "owner", "stranger", "staff"),
    [
        ("grid.a1.order", REQUIRED, None, FORBIDDEN, None),
        ("grid.a1.*", REQUIRED, None, FORBIDDEN, None),
        ("backtest.a1.progress", REQUIRED, None, FORBIDDEN, None),
        ("grid.a2.order", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
        ("strategy.a1.signal", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
        ("wallet:0xAbC", REQUIRED, None, FORBIDDEN, None),
        ("wallet:0xabd", REQUIRED, FORBIDDEN, FORBIDDEN, FORBIDDEN),
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
        Topic(Kind.ORDERS, owner="7"),
        Topic(Kind.ORDERS, owner="8"),
        Topic(Kind.INSTANCE, owner="8", name="grid.a.order"),
        Topic(Kind.INSTANCE, name="grid.*"),
        Topic(Kind.OPERATIONS, name="ops.gateways"),
        Topic(Kind.EVERYTHING, name="*"),
        Topic(Kind.PRICE, "BTCUSDT"),
    ]
    assert [access.may_read(topic, OWNER) for topic in topics] == [True, False, False, True, False, False, True]
    assert all(access.may_read(topic, STAFF) for topic in topics)


class Listing:
    """What an exchange lists."""

    bases = frozenset({"BTC", "LUNA"})

    def is_trading(self, symbol: str) -> bool:
        return symbol == "BTCUSDT"


@pytest.mark.parametrize("symbol", ["INVALID", "LUNAUSDT", "btcusdt"])
def test_it_refuses_symbols_that_are_not_traded(symbol: str) -> None:
    with pytest.raises(RefusedError, match=f"^Failed to fetch quote for {symbol}$") as refused:
        access.check_symbol(Topic(Kind.PRICE, symbol), Listing())
    assert refused.value.code is ErrorCode.UNKNOWN_SYMBOL


def test_it_refuses_combined_prices_of_unknown_assets() -> None:
    access.check_symbol(Topic(Kind.COMBINED_PRICE, "BTC-USD"), Listing())
    with pytest.raises(RefusedError, match=r"^Failed to fetch quote for XYZ-USD$"):
        access.check_symbol(Topic(Kind.COMBINED_PRICE, "XYZ-USD"), Listing())


def test_it_asks_for_symbols_only_where_a_topic_names_one() -> None:
    assert access.names_symbol(Topic(Kind.TRADE, "BTCUSDT"))
    assert access.names_symbol(Topic(Kind.COMBINED_PRICE, "BTC-USD"))
    assert not access.names_symbol(Topic(Kind.OVERVIEW))
    access.check_symbol(Topic(Kind.TRADE, "BTCUSDT"), Listing())
    access.check_symbol(Topic(Kind.OVERVIEW), Listing())
