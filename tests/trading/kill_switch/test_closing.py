"""Which symbols sell what is held by hand, and what is ordered on them, as each exchange names its symbols."""

from decimal import Decimal

import pytest

from streaming.market.models import UNLISTED
from tests.trading.live.rows import NOW, account_of, hand_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.amounts import ONE
from trading.engine.live.state import LotState, TransferredHoldings
from trading.kill_switch.closing import positions_close, symbols_to_close
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import SubAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand() -> SubAccount:
    """Hold one BTC by hand, which cost 1000 USDT."""
    row = hand_of(account_of())
    loaded = load(row)
    loaded.engine.transfer_in(TransferredHoldings(lots={"BTC": (LotState(0, ONE, 1000 * ONE),)}))
    store(loaded)
    return row


def _market(symbol: str) -> TradedMarket:
    last = Decimal(95000)
    quote = MarketQuote(symbol=symbol, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    return TradedMarket(instrument=traded_instrument("symbol", symbol), quote=quote)


@pytest.mark.parametrize("name", ["BTCUSDT", "BTC/USDT", "BTC-USDT"])
def test_what_is_held_is_sold_by_the_name_that_the_exchange_gives_it(hand: SubAccount, name: str) -> None:
    symbol_listed(name, base="BTC")
    assert symbols_to_close([hand]) == {name}
    loaded = load(hand)
    positions_close([loaded], {name: _market(name)}, now=NOW)
    [(symbol, sale)] = loaded.engine.open_orders
    assert (symbol, sale.request.quantity) == (name, 1000)


@pytest.mark.parametrize(("least", "sales"), [("1", 1), ("1.001", 0)])
def test_what_is_less_than_the_least_quantity_stays(hand: SubAccount, least: str, sales: int) -> None:
    symbol_listed("BTCUSDT", minimum_quantity=Decimal(least))
    loaded = load(hand)
    positions_close([loaded], {"BTCUSDT": _market("BTCUSDT")}, now=NOW)
    assert len(loaded.engine.open_orders) == sales


@pytest.mark.parametrize(("listed", "unlisted"), [("BTC/USDT", "BTCUSDT"), ("BTCUSDT", "BTC/USDT")])
def test_the_name_of_an_exchange_that_was_followed_before_sells_nothing(
    hand: SubAccount, listed: str, unlisted: str
) -> None:
    symbol_listed(unlisted, base="BTC", status=UNLISTED)
    symbol_listed(listed, base="BTC")
    assert symbols_to_close([hand]) == {listed}
