"""The data objects of a dialect: which frames tell an event, and what is in them."""

from collections.abc import Mapping

from streaming.events import Event, MarketEvent, Trades
from streaming.gateway.dialects.market_data import WRITERS, Data, TradeWriter, Writer, trade_data, with_marks
from streaming.gateway.dialects.times import WriteTime


class EventData:
    """Writes events with the times of one dialect; `writers` and `write_trade` are those that it has of its own."""

    def __init__(
        self,
        time: WriteTime,
        writers: Mapping[type[MarketEvent], tuple[str, Writer]] | None = None,
        write_trade: TradeWriter = trade_data,
    ) -> None:
        self.time = time
        self._writers = {**WRITERS, **(writers or {})}
        self._write_trade = write_trade

    def of(self, event: Event) -> list[tuple[str, Data]]:
        """Return the types and data objects that tell `event`: one each, but for trades, which come one by one."""
        if isinstance(event, Trades):
            return [
                ("trade", with_marks(self._write_trade(event.symbol, trade, self.time), event))
                for trade in event.trades
            ]
        name, write = self._writers[type(event)]
        return [(name, with_marks(write(event, self.time), event))]
