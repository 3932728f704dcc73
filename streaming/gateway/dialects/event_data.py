"""The data objects of a dialect: what is in the frames that tell an event."""

import msgspec

from streaming.events import Event, Trade, Trades
from streaming.events.fields import DataField, DataWriter, declared_fields, mark
from streaming.gateway.dialects.market_data import MARKET_NAMES, Data, Names
from streaming.times import WriteTime


class EventData:
    """Writes events with the times of one dialect, and with the names that it has for itself."""

    def __init__(self, time: WriteTime, names: Names | None = None) -> None:
        self.time = time
        self._names = {**MARKET_NAMES, **(names or {})}
        self._writers: dict[type[msgspec.Struct], DataWriter] = {}

    def of(self, event: Event) -> list[Data]:
        """Return the data objects that tell `event`: one, but for trades, which come one by one."""
        return self._of_trades(event) if isinstance(event, Trades) else [self._writer(type(event)).write(event)]

    def _of_trades(self, event: Trades) -> list[Data]:
        write = self._writer(Trade).write
        told = [{"symbol": event.symbol, **write(trade)} for trade in event.trades]
        for data in told:
            mark(data, event)
        return told

    def fields_of(self, kind: type[msgspec.Struct]) -> tuple[DataField, ...]:
        """Return the fields of the data of such an event, or of a trade."""
        return self._names.get(kind) or declared_fields(kind)

    def _writer(self, kind: type[msgspec.Struct]) -> DataWriter:
        writer = self._writers.get(kind)
        if writer is None:
            writer = self._writers[kind] = DataWriter(kind, self.fields_of(kind), self.time)
        return writer
