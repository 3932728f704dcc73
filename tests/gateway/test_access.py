import pytest

from streaming.gateway import access
from streaming.gateway.errors import ErrorCode, RefusedError
from streaming.gateway.identity import Identity
from streaming.topic_kinds import default_registry
from streaming.topics import Kind, Topic

REGISTRY = default_registry()
OWNER = Identity(user_id="7", username="owner", is_staff=False, expires_at=0)
STRANGER = Identity(user_id="8", username="stranger", is_staff=False, expires_at=0)
STAFF = Identity(user_id="9", username="staff", is_staff=True, expires_at=0)

REQUIRED, FORBIDDEN = ErrorCode.AUTHENTICATION_REQUIRED, ErrorCode.FORBIDDEN


def refusal(channel: str, identity: Identity | None) -> ErrorCode | None:
    try:
        access.check(REGISTRY.parse(channel), identity, REGISTRY)
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
    ],
)
def test_it_lets_in_whom_the_topic_is_for(
    channel: str,
    nobody: ErrorCode | None,
    owner: ErrorCode | None,
    stranger: ErrorCode | None,
    staff: ErrorCode | None,
) -> None:
    readers = (None, OWNER, STRANGER, STAFF)
    assert [refusal(channel, reader) for reader in readers] == [nobody, owner, stranger, staff]


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
