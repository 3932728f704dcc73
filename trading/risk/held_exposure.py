"""What an account has at stake at any moment: its sub-accounts in memory as they are there, all others by their rows.

So what one of them orders counts for the next one at once, though nothing of it is stored yet.
"""

from collections.abc import Collection, Iterable
from datetime import date

from streaming.events import Side
from trading.engine.amounts import amount_of
from trading.engine.instrument import Instrument
from trading.engine.orders.order import Order
from trading.engine.risk.sent_orders import SentOrders
from trading.live.rows.loaded import LoadedSubAccount
from trading.risk.account_exposure import AccountExposure, Purchase, SubAccountExposure, realised_before


class HeldExposure:
    """What a sub-account in memory has at stake; added up anew only where that has changed."""

    def __init__(self, loaded: LoadedSubAccount, today: date) -> None:
        self.loaded = loaded
        self._realised_before = 0
        self._changes = -1
        self._exposure = SubAccountExposure()
        self.begin_day(today)

    def begin_day(self, today: date) -> None:
        """Count as today's what was realised since this day (UTC) began."""
        realised = amount_of(realised_before(self.loaded.row, today))
        if realised != self._realised_before:
            self._realised_before, self._changes = realised, -1

    @property
    def has_changed(self) -> bool:
        """Whether it is another than when it was added up."""
        return self._changes != self.loaded.engine.changes

    @property
    def known(self) -> SubAccountExposure:
        """What it was when it was added up."""
        return self._exposure

    def add_up(self) -> SubAccountExposure:
        """Return what it is now."""
        engine = self.loaded.engine
        account, self._changes = engine.account, engine.changes
        exposure = self._exposure = SubAccountExposure(
            open_orders=engine.open_order_count, realised_today=account.realised - self._realised_before
        )
        for asset in account.assets:
            if asset != account.quote:
                exposure.held[asset] += account.total(asset)
        for symbol, order in engine.open_orders:
            if order.request.side is Side.BUY:
                instrument = self.loaded.instruments[symbol]
                exposure.add_purchase(instrument.base, _purchase(order, instrument))
        return exposure


class LiveExposure:
    """An account's, of any number of sub-accounts in memory; `sent` are its orders of the last second."""

    def __init__(self) -> None:
        self.sent = SentOrders()
        self._held: dict[int, HeldExposure] = {}
        self._others = SubAccountExposure()
        self._total: SubAccountExposure | None = None

    @property
    def ids(self) -> Collection[int]:
        """The sub-accounts that are in memory."""
        return self._held.keys()

    def read(self, by_rows: AccountExposure, held: Iterable[HeldExposure]) -> None:
        """Take what the rows say of others, and these as what is in memory; who is there already stays.

        What was sent by those that stay is as it is in memory, which may be ahead of the rows.
        """
        read = {one.loaded.row.pk: one for one in held}
        self.sent.replace(by_rows.sent, but=self._held.keys() - read.keys())
        self._held |= read
        self._others, self._total = by_rows.together(), None

    def forget(self, ids: Collection[int]) -> None:
        """Have these in memory no more; what they have is left out until the rows are read."""
        self._held = {pk: one for pk, one in self._held.items() if pk not in ids}
        self._total = None

    def together(self) -> SubAccountExposure:
        """Return what all of them have now."""
        if self._total is None:
            self._total = SubAccountExposure()
            for known in (self._others, *(held.known for held in self._held.values())):
                self._total.add(known)
        for held in self._held.values():
            if held.has_changed:
                self._total.add(held.known, times=-1)
                self._total.add(held.add_up())
        return self._total


def _purchase(order: Order, instrument: Instrument) -> Purchase:
    request = order.request
    if request.quote_amount:
        return request.quote_amount - order.filled_notional, 0
    price = request.price or request.stop_price
    if price:
        return instrument.notional(price, order.remaining), 0
    return 0, order.remaining * instrument.quantity_unit
