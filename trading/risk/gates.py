"""The gates that orders pass: the engine's, with the limits of their accounts, the kill switch, and what is at stake.

    gates = Gates(now)
    loaded = sub_accounts_load(ids, lock=True, gate_of=gates.gate_of)
    gates.read(loaded.values())

What an account's other sub-accounts have at stake is as it was when it was read; what the gate's own one has, as it is
in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from streaming.events import Side
from trading.engine.accounts.account import value_of
from trading.engine.amounts import amount_of
from trading.engine.instrument import Instrument
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import Exposure, OrderGate, RiskGate, RiskLimits, RiskRefusal
from trading.engine.risk.levels import TradingLevel
from trading.kill_switch.selectors import levels_for
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import RiskLimits as RiskLimitsRow
from trading.models import SubAccount
from trading.risk.account_exposure import AccountExposure, ExposureReader, realised_before
from trading.risk.limits import engine_limits
from trading.risk.symbol_orders import orders_counted, orders_counted_of_rows, orders_kept

_NO_LIMITS = RiskLimits()


class SubAccountGate:
    """Asked before each order of a sub-account; it lets nothing pass before it was `set`."""

    def __init__(self) -> None:
        self._level = TradingLevel.HALTED
        self._gate = RiskGate(_NO_LIMITS)
        self._is_limited = False
        self._loaded: LoadedSubAccount | None = None
        self._others = AccountExposure().others(0)
        self._orders_of_others: Callable[[str], int] = _none_of
        self._realised_before = 0

    def set(
        self,
        loaded: LoadedSubAccount,
        *,
        level: TradingLevel,
        limits: RiskLimits,
        exposure: AccountExposure,
        orders_of_others: Callable[[str], int],
        now: datetime,
    ) -> None:
        """Let orders pass by this level and these limits from now on.

        `orders_of_others` returns with how many orders of a symbol the account's other sub-accounts count.
        """
        self._loaded, self._level = loaded, level
        self._orders_of_others = orders_of_others
        self._is_limited = limits != _NO_LIMITS
        self._gate = RiskGate(limits, passed=exposure.sent)
        if self._is_limited:
            self._others = exposure.others(loaded.row.pk)
            self._realised_before = amount_of(realised_before(loaded.row, now.date()))

    def __call__(
        self, instrument: Instrument, request: OrderRequest, market: int, time: int, /, *, is_counted: bool = False
    ) -> RiskRefusal | None:
        """Return what refuses an order, as an `OrderGate` does."""
        if self._is_closing(request):
            return None
        level, symbol_orders = self._level, self._symbol_orders(instrument, request)
        if level is TradingLevel.ACTIVE and not self._is_limited and symbol_orders < (instrument.maximum_orders or 1):
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
        if self._loaded is None or not self._is_limited:
            return unlimited
        engine, others = self._loaded.engine, self._others
        price = market * instrument.price_unit
        quote, base = others.buying[instrument.base]
        held = engine.account.total(instrument.base) + others.held[instrument.base] + base
        realised = engine.account.realised - self._realised_before + others.realised_today
        return replace(
            unlimited,
            position=value_of(held, price) + quote + _being_bought(self._loaded, instrument, market),
            open_orders=len(engine.open_orders) + others.open_orders,
            loss_today=-realised,
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

    def gate_of(self, row: SubAccount) -> OrderGate:
        """Return the gate of a sub-account, which is set by `read`."""
        return self._gates.setdefault(row.pk, SubAccountGate())

    def read(self, loaded: Iterable[LoadedSubAccount]) -> None:
        """Set the gates of sub-accounts by the rows as they are now; again for those that were set before."""
        read = list(loaded)
        limits = _limits_of({one.row.account_id for one in read})
        exposures = self._exposure_reader.read(limits.keys(), now=self._now, unasked=_alone(read, limits))
        levels = levels_for({one.owner_id for one in read}, [one.row.instance_id or "" for one in read])
        for one in read:
            account_id = one.row.account_id
            gate = self._gates.setdefault(one.row.pk, SubAccountGate())
            self._of_accounts[account_id][one.row.pk] = gate
            gate.set(
                one,
                level=levels.of(one.owner_id, one.row.instance_id or ""),
                limits=limits.get(account_id, _NO_LIMITS),
                exposure=exposures.get(account_id) or AccountExposure(),
                orders_of_others=partial(self._orders_of_others, account_id, one.row.pk),
                now=self._now,
            )

    def read_again(self, loaded: Iterable[LoadedSubAccount], *, now: datetime) -> None:
        """Do the same at a later time, of all that are held: the gates of others are forgotten."""
        held = list(loaded)
        self._now = now
        self._gates = {one.row.pk: gate for one in held if (gate := self._gates.get(one.row.pk)) is not None}
        self._of_accounts.clear()
        self._exposure_reader.forget_others({one.row.account_id for one in held})
        self.read(held)

    def _orders_of_others(self, account_id: str, sub_account_id: int, symbol: str) -> int:
        known = self._of_accounts[account_id]
        counted = sum(gate.orders_counted(symbol) for pk, gate in known.items() if pk != sub_account_id)
        return counted if self._holds_all else counted + orders_counted_of_rows(account_id, symbol, unasked=known)


def _none_of(_: str) -> int:
    return 0


def _alone(loaded: Sequence[LoadedSubAccount], account_ids: Container[str]) -> Collection[int]:
    """Return those of accounts that no other is loaded of: nobody asks what they themselves have at stake."""
    counts = Counter(one.row.account_id for one in loaded if one.row.account_id in account_ids)
    return [one.row.pk for one in loaded if counts[one.row.account_id] == 1]


def _limits_of(account_ids: Collection[str]) -> dict[str, RiskLimits]:
    """Return the limits of those accounts that have any."""
    rows = RiskLimitsRow.objects.filter(account_id__in=account_ids)
    limits = {row.account_id: engine_limits(row) for row in rows}
    return {account_id: limit for account_id, limit in limits.items() if limit != _NO_LIMITS}


def _being_bought(loaded: LoadedSubAccount, instrument: Instrument, market: int) -> int:
    """Return what the open orders of a symbol are buying for, an amount of quote."""
    return sum(
        order.request.quote_amount - order.filled_notional
        if order.request.quote_amount
        else instrument.notional(order.request.price or order.request.stop_price or market, order.remaining)
        for symbol, order in loaded.engine.open_orders
        if symbol == instrument.symbol and order.request.side is Side.BUY
    )
