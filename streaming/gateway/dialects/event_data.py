"""The data objects of a dialect: what is in the frames that tell an event."""

from collections.abc import Mapping

from streaming.events import Event, MarketUpdate, Trades
from streaming.events.fields import GenericEvent, data_fields, market_marks
from streaming.gateway.dialects.market_data import WRITERS, Data, TradeWriter, Writer, trade_data
from streaming.times import WriteTime


class EventData:
    """Writes events with the times of one dialect.

    `writers` and `write_trade` write those of the market that the dialect has in its own way.
    """

    def __init__(
        self,
        time: WriteTime,
        writers: Mapping[type[Event], Writer] | None = None,
        write_trade: TradeWriter = trade_data,
    ) -> None:
        self.time = time
        self._writers = {**WRITERS, **(writers or {})}
        self._write_trade = write_trade

    def of(self, event: Event) -> list[Data]:
        """Return the data objects that tell `event`: one, but for trades, which come one by one."""
        if isinstance(event, Trades):
            return [_marked(self._write_trade(event.symbol, trade, self.time), event) for trade in event.trades]
        if isinstance(event, MarketUpdate):
            return [_marked(self._writers[type(event)](event, self.time), event)]
        return [self._generic(event)]

    def _generic(self, event: GenericEvent) -> Data:
        """Return the fields of an event that are the contract's."""
        return {name: self.time(value) if is_time else value for name, value, is_time in data_fields(event)}


def _marked(data: Data, event: MarketUpdate) -> Data:
    """Add who made the event, and what it must not be mistaken for."""
    for name, value, _ in market_marks(event):
        data[name] = value
    return data
