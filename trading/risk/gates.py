"""The gates that orders pass: the engine's, with the limits of their accounts, the kill switch, and what is at stake.

    gates = Gates(now)
    loaded = sub_accounts_load(ids, lock=True, gate_of=gates.gate_of)
    gates.read(loaded.values())

What those sub-accounts of an account have at stake that were read together is as it is in memory, at any moment; what
others have, as it was when it was read.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from streaming.events import Side
from trading.engine.accounts.account import value_of
from trading.engine.instrument import Instrument
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import Exposure, OrderGate, RiskGate, RiskLimits, RiskRefusal
from trading.engine.risk.levels import TradingLevel
from trading.kill_switch.selectors import levels_for
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import RiskLimits as RiskLimitsRow
from trading.models import SubAccount
from trading.risk.account_exposure import ExposureReader
from trading.risk.held_exposure import HeldExposure, LiveExposure
from trading.risk.limits import engine_limits
from trading.risk.symbol_orders import orders_counted, orders_counted_of_rows, orders_kept

_NO_LIMITS = RiskLimits()


class SubAccountGate:
    """Asked before each order of a sub-account; it lets nothing pass before it was `set`."""

    def __init__(self) -> None:
        self._level = TradingLevel.HALTED
        self._gate = RiskGate(_NO_LIMITS)
        self._loaded: LoadedSubAccount | None = None
        self._account: LiveExposure | None = None
        self._orders_of_others: Callable[[str], int] = _none_of

    def set(
        self,
        loaded: LoadedSubAccount,
        *,
        level: TradingLevel,
        limits: RiskLimits,
        account: LiveExposure | None,
        orders_of_others: Callable[[str], int],
    ) -> None:
        """Let orders pass by this level and these limits from now on; `account` is None where there are no limits.

        `orders_of_others` returns with how many orders of a symbol the account's other sub-accounts count.
        """
        self._loaded, self._level, self._account = loaded, level, account
        self._orders_of_others = orders_of_others
        self._gate = RiskGate(limits, sent=None if account is None else account.sent, sender=loaded.row.pk)

    def __call__(
        self, instrument: Instrument, request: OrderRequest, market: int, time: int, /, *, is_counted: bool = False
    ) -> RiskRefusal | None:
        """Return what refuses an order, as an `OrderGate` does."""
        if self._is_closing(request):
            return None
        level, symbol_orders = self._level, self._symbol_orders(instrument, request)
        is_limited = self._account is not None
        if level is TradingLevel.ACTIVE and not is_limited and symbol_orders < (instrument.maximum_orders or 1):
            return None
        exposure = self._exposure(instrument, market, level, symbol_orders)
        return self._gate.refusal(instrument, request, exposure, time=time, is_counted=is_counted)

    def orders_counted(self, symbol: str) -> int:
        """Return with how many orders of a symbol it counts for its account, as it is in memory."""
        return 0 if self._loaded is None else orders_counted(self._loaded, symbol)

    def _symbol_orders(self, instrument: Instrument, request: OrderRequest) -> int:
        """Return how many orders count for a symbol; none where they don't matter, or the room for one more is kept."""
        loaded, symbol = self._loaded, instrument.symbol
        if loaded is None or instrument.maximum_orders is None or request.type is OrderType.MARKET:
            return 0
        own = loaded.engine.open_count(symbol)
        return 0 if own < orders_kept(loaded, symbol) else own + self._orders_of_others(symbol)

    def _is_closing(self, request: OrderRequest) -> bool:
        """Return whether what is stopped for good sells what it holds at the market, as it was told to.

        Nothing refuses that, a halt neither: a limit would refuse it as often as it is tried, and it would stay unsold.
        """
        driver = None if self._loaded is None else self._loaded.driver
        is_sale = request.side is Side.SELL and request.type is OrderType.MARKET
        return driver is not None and driver.closes and is_sale

    def _exposure(self, instrument: Instrument, market: int, level: TradingLevel, symbol_orders: int) -> Exposure:
        unlimited = Exposure(
            level=level, market=market, position=0, open_orders=0, loss_today=0, symbol_orders=symbol_orders
        )
        if self._account is None:
            return unlimited
        exposure, price = self._account.together(), market * instrument.price_unit
        quote, base = exposure.buying[instrument.base]
        return replace(
            unlimited,
            position=value_of(exposure.held[instrument.base] + base, price) + quote,
            open_orders=exposure.open_orders,
            loss_today=-exposure.realised_today,
        )


class Gates:
    """The gates of many sub-accounts, which are read together; `read_again` forgets those that are held no more.

    Who `holds_all` that trades counts orders by what was read; whoever doesn't asks the rows of all others, too.
    """

    def __init__(self, now: datetime, *, holds_all: bool = False) -> None:
        self._now = now
        self._holds_all = holds_all
        self._gates: dict[int, SubAccountGate] = {}
        self._of_accounts: defaultdict[str, dict[int, SubAccountGate]] = defaultdict(dict)
        self._exposure_reader = ExposureReader()
        self._accounts: dict[str, LiveExposure] = {}
        self._held: dict[int, HeldExposure] = {}

    def gate_of(self, row: SubAccount) -> OrderGate:
        """Return the gate of a sub-account, which is set by `read`."""
        return self._gates.setdefault(row.pk, SubAccountGate())

    def read(self, loaded: Iterable[LoadedSubAccount], *, now: datetime | None = None) -> None:
        """Set the gates of sub-accounts by the rows as they are now; again for those that were set before."""
        read, self._now = list(loaded), now or self._now
        limits = _limits_of({one.row.account_id for one in read})
        for one in read:
            self._of_accounts[one.row.account_id][one.row.pk] = self._gates.setdefault(one.row.pk, SubAccountGate())
        self._read_exposures([one for one in read if one.row.account_id in limits], limits.keys())
        levels = levels_for({one.owner_id for one in read}, [one.row.instance_id or "" for one in read])
        for one in read:
            account_id = one.row.account_id
            self._gates[one.row.pk].set(
                one,
                level=levels.of(one.owner_id, one.row.instance_id or ""),
                limits=limits.get(account_id, _NO_LIMITS),
                account=self._accounts[account_id] if account_id in limits else None,
                orders_of_others=partial(self._orders_of_others, account_id, one.row.pk),
            )

    def read_again(self, loaded: Iterable[LoadedSubAccount], *, now: datetime) -> None:
        """Do the same at a later time, of all that are held: the gates of others are forgotten."""
        held = list(loaded)
        self._gates = {one.row.pk: gate for one in held if (gate := self._gates.get(one.row.pk)) is not None}
        self._held = {one.row.pk: kept for one in held if (kept := self._held.get(one.row.pk)) is not None}
        self._of_accounts.clear()
        self._accounts.clear()
        self._exposure_reader.forget_others({one.row.account_id for one in held})
        self.read(held, now=now)

    def forget(self, ids: Collection[int]) -> None:
        """Forget sub-accounts that are held no more: what they had may be another's by now."""
        self._gates = {pk: gate for pk, gate in self._gates.items() if pk not in ids}
        self._held = {pk: kept for pk, kept in self._held.items() if pk not in ids}
        for gates in self._of_accounts.values():
            for pk in gates.keys() & ids:
                del gates[pk]
        for account in self._accounts.values():
            account.forget(ids)

    def _read_exposures(self, limited: Iterable[LoadedSubAccount], account_ids: Collection[str]) -> None:
        """Read what the limited accounts have at stake: of what is in memory it is asked there."""
        held: defaultdict[str, list[HeldExposure]] = defaultdict(list)
        for one in limited:
            held[one.row.account_id].append(self._held_exposure(one))
        accounts = {account_id: self._accounts.setdefault(account_id, LiveExposure()) for account_id in account_ids}
        in_memory = {pk for account in accounts.values() for pk in account.ids}
        in_memory |= {one.loaded.row.pk for ones in held.values() for one in ones}
        exposures = self._exposure_reader.read(account_ids, now=self._now, unasked=in_memory)
        for account_id, account in accounts.items():
            account.read(exposures[account_id], held[account_id])

    def _held_exposure(self, loaded: LoadedSubAccount) -> HeldExposure:
        known, today = self._held.get(loaded.row.pk), self._now.date()
        if known is None or known.loaded is not loaded:
            known = self._held[loaded.row.pk] = HeldExposure(loaded, today)
        known.begin_day(today)
        return known

    def _orders_of_others(self, account_id: str, sub_account_id: int, symbol: str) -> int:
        known = self._of_accounts[account_id]
        counted = sum(gate.orders_counted(symbol) for pk, gate in known.items() if pk != sub_account_id)
        return counted if self._holds_all else counted + orders_counted_of_rows(account_id, symbol, unasked=known)


def _none_of(_: str) -> int:
    return 0


def _limits_of(account_ids: Collection[str]) -> dict[str, RiskLimits]:
    """Return the limits of those accounts that have any."""
    rows = RiskLimitsRow.objects.filter(account_id__in=account_ids)
    limits = {row.account_id: engine_limits(row) for row in rows}
    return {account_id: limit for account_id, limit in limits.items() if limit != _NO_LIMITS}
