"""Which trades of a product have come, by their ids, which rise by one, and whether one was lost. Pure."""


class TradeNumbers:
    """The ids of one product's trades on one connection. A heartbeat names the last that was made."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._awaited: int | None = None

    def take(self, trade_id: int) -> bool:
        """Note a trade; return whether one before it is missing."""
        is_jump = self._highest is not None and trade_id > self._highest + 1
        self._highest = max(trade_id, self._highest or 0)
        return is_jump

    def told(self, last_trade_id: int) -> bool:
        """Note what a heartbeat names; return whether what the one before it named hasn't come: then it won't.

        It is said once. A heartbeat may be ahead of the trade by less than the second to the next one.
        """
        if self._highest is None:
            self._highest = last_trade_id
        is_lost = self._awaited is not None and self._awaited > self._highest
        if is_lost:
            self._highest = last_trade_id
        self._awaited = last_trade_id
        return is_lost
