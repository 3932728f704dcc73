"""docs/protocol/topics.md, "Who may read what": every kind of channel, as nobody, its owner, another user and staff."""

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import MARKET, Dialect, Refusal
from tests.conformance.people import NOBODY, OTHER, OWNER, READERS, STAFF
from tests.conformance.places import Place
from tests.conformance.rows import row

YES, LOGIN, NO, UNKNOWN, NOT_FOUND = "yes", "login", "no", "unknown_channel", "not_found"
ANYONE, WITH_LOGIN, OWNERS, STAFFS, NOBODYS = (
    (YES, YES, YES, YES),
    (LOGIN, YES, YES, YES),
    (LOGIN, YES, NO, YES),
    (LOGIN, NO, NO, YES),
    (LOGIN, NO, NO, NOT_FOUND),
)
"""What nobody, the owner, another user and staff are told."""
TABLE = {
    "TP-01": (("price:BTCUSDT", "quotes:BTCUSDT"), ANYONE),
    "TP-02": (("ticker:BTCUSDT",), ANYONE),
    "TP-03": (("klines:BTCUSDT:1m", "kline:BTCUSDT:1m"), ANYONE),
    "TP-04": (("trades:BTCUSDT", "trade:BTCUSDT"), ANYONE),
    "TP-05": (("depth:BTCUSDT",), ANYONE),
    "TP-06": (("signals:BTCUSDT",), ANYONE),
    "TP-07": (("market:overview",), ANYONE),
    "TP-08": (("price:BTC-USD", "quotes:ETH-USD"), ANYONE),
    "TP-10": (("portfolio:{owner}",), OWNERS),
    "TP-11": (("orders:{owner}",), OWNERS),
    "TP-12": (("account:{owner}",), OWNERS),
    "TP-13": (("portfolio:me", "orders:me", "account:me"), WITH_LOGIN),
    "TP-14": (("notifications",), WITH_LOGIN),
    "TP-15": (("alerts",), WITH_LOGIN),
    "TP-16": (("wallet:0x00000000219ab540356cBB839Cbe05303d7705Fa", "wallet:me"), NOBODYS),
    "TP-17": (("tx:0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",), NOBODYS),
    "TP-20": (("grid.a.order", "grid.a.status", "grid.a.lifecycle", "grid.a.*"), NOBODYS),
    "TP-21": (("backtest.a.progress", "backtest.a.*"), NOBODYS),
    "TP-22": (("strategy.a.signal", "strategy.a.*"), NOBODYS),
    "TP-23": (("grid.*", "grid.*.order", "backtest.*", "strategy.*", "strategy.*.signal", "account.*"), WITH_LOGIN),
    "TP-24": (("account.a.risk", "account.a.*"), NOBODYS),
    "TP-30": (("system.health",), WITH_LOGIN),
    "TP-31": (("system.exchange",), WITH_LOGIN),
    "TP-32": (("system.kill_switch",), WITH_LOGIN),
    "TP-33": (("system.log",), WITH_LOGIN),
    "TP-34": (("system.*",), WITH_LOGIN),
    "TP-35": (("ops.gateways", "ops.*"), STAFFS),
    "TP-36": (("*",), STAFFS),
    "TP-37": (("blocks:ethereum",), (UNKNOWN,) * 4),
    "TP-38": (("nonsense", "nonsense.*", "grid.a.nonsense", "price.*", "system.nonsense"), (UNKNOWN,) * 4),
}


@row(*TABLE, "GW-59", "ZQ-33", "ZQ-35")
@in_every_dialect
async def test_it_lets_everybody_read_what_they_may_and_nothing_else(place: Place, dialect: Dialect) -> None:
    for who in READERS[dialect.needs_login :]:  # nobody, the first, gets nowhere where a login is needed
        expected = {
            channel.format(owner=place.people.ids[OWNER]): answers[READERS.index(who)]
            for channels, answers in TABLE.values()
            for channel in channels
        }
        async with speak(place, dialect, who) as client:
            said = await client.ask(*expected)
        assert {channel: word_of(refusal, channel) for channel, refusal in said.items()} == expected, who


def word_of(refusal: Refusal | None, channel: str) -> str:
    if refusal is None:
        return YES
    known = {
        Refusal("authentication_required", "Authentication required for this channel", channel): LOGIN,
        Refusal("forbidden", "Access denied for this channel", channel): NO,
        Refusal("unknown_channel", f"Unknown channel: {channel}", channel): UNKNOWN,
        Refusal("not_found", "There is nothing of this name", channel): NOT_FOUND,
    }
    return known.get(refusal, str(refusal))


@row("ZQ-33", "TP-36")
async def test_it_lets_nobody_in_by_a_wildcard_over_what_is_not_theirs(place: Place) -> None:
    """Other spellings of "everything" are no way round."""
    over_staffs = ("ops.*", "*.gateways", "*.*", "*")
    async with speak(place, MARKET, OTHER) as client:
        said = await client.ask(*over_staffs)
    assert {channel for channel, refusal in said.items() if refusal is None} == set()
    async with speak(place, MARKET, STAFF) as client:
        assert await client.ask(*over_staffs) == dict.fromkeys(over_staffs)
    async with speak(place, MARKET, NOBODY) as client:
        assert {refusal.code for refusal in (await client.ask(*over_staffs)).values() if refusal} == {
            "authentication_required"
        }
