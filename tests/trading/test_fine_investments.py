"""What is invested is an amount: one of more decimals is refused by its name, before anything is reckoned with it."""

from decimal import Decimal

import pytest

from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from trading.grids.parameters import NewGrid
from trading.strategies.parameters import NewStrategy

_GRID = {"pair": "BTC-USDT", "lower_price": "90000", "upper_price": "100000", "grid_count": 10}
_STRATEGY = {"strategy": "ma_cross", "symbol": "BTCUSDT", "interval": "1m"}
_KINDS = [(NewGrid, _GRID), (NewStrategy, _STRATEGY)]


@pytest.mark.parametrize(("kind", "given"), _KINDS)
def test_an_investment_finer_than_amounts_are_is_refused(kind: type[NewGrid | NewStrategy], given: object) -> None:
    assert isinstance(given, dict)
    with pytest.raises(WrongParametersError) as refused:
        reader_of(kind)({**given, "investment": "1000.0000000000000000000000001"})
    assert refused.value.fields == {"investment": "investment must have at most 24 decimals"}
    assert reader_of(kind)({**given, "investment": "1000.5"}).investment == Decimal("1000.5")
