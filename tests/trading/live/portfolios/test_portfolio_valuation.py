"""What a user holds at present prices."""

from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from trading.live.portfolios.portfolio_valuation import Held, UserHoldings, portfolio_event

D = Decimal
AMOUNTS = st.decimals(min_value="0.00000001", max_value=10**9, places=12)


def test_it_values_what_is_held_at_the_prices_that_are_known() -> None:
    held = (
        Held(symbol="BTCUSDT", quote="USDT", quantity=D("0.002"), cost=D(190)),
        Held(symbol="ETHUSDT", quote="USDT", quantity=D(3), cost=D(9000)),
    )
    told = portfolio_event(UserHoldings(balance=D(1000), realised=D("2.5"), held=held), {"BTCUSDT": D(100_000)}, time=5)
    bitcoin, ether = told.positions
    assert (bitcoin.average_price, bitcoin.price, bitcoin.unrealized_pnl) == (D(95000), D(100_000), D(10))
    assert (ether.average_price, ether.price, ether.unrealized_pnl) == (D(3000), None, None)
    assert (told.balance, told.realized_pnl, told.unrealized_pnl, told.equity) == (D(1000), D("2.5"), D(10), D(10_200))
    assert told.value_of("unrealized_pnl", "BTCUSDT") == D(10)
    assert told.value_of("unrealized_pnl", "ETHUSDT") is None


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), max_size=5), AMOUNTS)
def test_it_is_worth_what_is_free_and_what_is_held(rows: list[tuple[Decimal, Decimal, Decimal]], free: Decimal) -> None:
    held = tuple(Held(symbol=str(at), quote="USDT", quantity=row[0], cost=row[1]) for at, row in enumerate(rows))
    told = portfolio_event(
        UserHoldings(balance=free, held=held), {str(at): row[2] for at, row in enumerate(rows)}, time=1
    )
    with localcontext(prec=100):
        assert told.equity == free + sum(quantity * price for quantity, _, price in rows)
