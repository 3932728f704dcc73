"""What must hold of the rows, whatever happened: by themselves, by what the exchange traded, by what was answered."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tests.deployments import fetch_json
from tests.trading.live.chaos.commanding import Command
from tests.trading.live.chaos.deployed import GRIDS, SYMBOL, Deployed

UNBALANCED = """
    SELECT s.id FROM trading_subaccount s WHERE s.deposited::numeric + s.realised::numeric <>
        COALESCE((SELECT sum(b.free::numeric + b.locked::numeric) FROM trading_balance b
                  WHERE b.sub_account_id = s.id AND b.asset = s.quote), 0)
        + COALESCE((SELECT sum(l.cost::numeric) FROM trading_lot l WHERE l.sub_account_id = s.id), 0)
"""
"""Sub-accounts that own anything else than what was moved in and earned: where equity isn't what it was at the start,
and what was and wasn't realised since.
"""
UNEVEN_LOTS = """
    SELECT b.id FROM trading_balance b JOIN trading_subaccount s ON s.id = b.sub_account_id
    WHERE b.asset <> s.quote AND b.free::numeric + b.locked::numeric <>
        COALESCE((SELECT sum(l.amount::numeric) FROM trading_lot l
                  WHERE l.sub_account_id = s.id AND l.asset = b.asset), 0)
"""
"""Holdings that aren't the sum of their lots."""
MONEY_MADE = """
    SELECT s.account_id, sum(s.deposited::numeric) FROM trading_subaccount s WHERE s.quote = 'USDT'
    GROUP BY 1 HAVING sum(s.deposited::numeric + s.realised::numeric)
        <> 100000 + (SELECT COALESCE(sum(f.realised::numeric), 0) FROM trading_fill f
                     JOIN trading_subaccount o ON o.id = f.sub_account_id WHERE o.account_id = s.account_id)
"""
"""Accounts whose sub-accounts have more or less together than they began with, and what executions have realised."""
DOUBLED = """
    WITH placed AS (
        SELECT sub_account_id, regexp_replace(client_order_id, '-(buy|sell)-[0-9]+$', '') AS gap, side, ended_at,
            quantity::numeric AS quantity, quantity::numeric - filled::numeric AS resting
        FROM trading_order WHERE client_order_id ~ '-(buy|sell)-[0-9]+$'
    ), whole AS (SELECT sub_account_id, gap, max(quantity) AS quantity FROM placed GROUP BY 1, 2)
    SELECT sub_account_id, gap, side, sum(resting), whole.quantity FROM placed JOIN whole USING (sub_account_id, gap)
    WHERE ended_at IS NULL GROUP BY 1, 2, 3, 5 HAVING sum(resting) > whole.quantity
"""
"""Gaps and sides of grids where more rests than a whole order; one filled in parts has several the other way."""
WRONG_SUMS = """
    SELECT o.id FROM trading_order o WHERE o.filled::numeric <>
        COALESCE((SELECT sum(f.quantity::numeric) FROM trading_fill f WHERE f.order_id = o.id), 0)
"""
"""Orders that are filled by anything else than their executions."""
WRONG_COUNTS = """
    SELECT s.id FROM trading_subaccount s
    WHERE s.fills <> (SELECT count(*) FROM trading_fill f WHERE f.sub_account_id = s.id)
        OR s.placed <> (SELECT count(*) FROM trading_order o WHERE o.sub_account_id = s.id)
"""
"""Sub-accounts whose orders or executions aren't as many as were counted."""
OVERTRADED = """
    SELECT f.id FROM trading_fill f JOIN trading_order o ON o.id = f.order_id
    WHERE o.quantity::numeric > 0 AND o.filled::numeric > o.quantity::numeric
"""
"""Executions of orders that got more than they asked for."""
_OPEN = f"""
    SELECT o.id, o.sub_account_id, o.side, o.price::numeric, o.quantity::numeric - o.filled::numeric, o.placed_at,
        (SELECT trade_id FROM trading_marketposition WHERE symbol = '{SYMBOL}')
    FROM trading_order o WHERE o.ended_at IS NULL AND o.type = 'limit'
"""  # noqa: S608 - ours
_MAKERS = """
    SELECT f.id, f.sub_account_id, f.side, f.price::numeric, f.quantity::numeric, f.time FROM trading_fill f
    WHERE f.liquidity = 'maker' ORDER BY f.id
"""
_SETTLING_MS = 20_000
"""So long after an order was placed trades of before it was stored may still come to be stored."""


class Trade(NamedTuple):
    """A trade of the exchange."""

    id: int
    price: Decimal
    quantity: Decimal
    time: int


class Judge:
    """Judges a deployment; it keeps the exchange's trades, of which the exchange forgets the oldest."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._trades: dict[int, Trade] = {}
        self.look_at_trades()

    def look_at_trades(self) -> None:
        """Note what was traded since."""
        url = f"{self._deployed.exchange}/simulator/trades?symbol={SYMBOL}&from_id={max(self._trades, default=0)}"
        for row in fetch_json(url):
            trade = Trade(row["id"], Decimal(row["price"]), Decimal(row["quantity"]), row["time"])
            self._trades[trade.id] = trade

    def check_rows(self) -> None:
        """Look whether all rows fit together."""
        for wrong in (UNBALANCED, UNEVEN_LOTS, MONEY_MADE, DOUBLED, WRONG_SUMS, WRONG_COUNTS, OVERTRADED):
            found = self._deployed.query(wrong)
            assert found == [], f"{found} by {wrong}"

    def check_writers(self) -> None:
        """Look whether each execution was stored by the worker that held the lease at its commit."""
        rows = self._deployed.query("SELECT fill, worker, holder FROM chaos_writer")
        ids = self._deployed.worker_ids
        assert [row for row in rows if f"-{ids[row[1]]}-" not in row[2]] == []
        assert len(rows) == self._deployed.query("SELECT count(*) FROM trading_fill")[0][0]

    def check_executions(self) -> None:
        """Look whether each execution of what rested is of a trade, and no trade has passed what still rests."""
        makers = self._deployed.query(_MAKERS)
        resting = self._deployed.query(_OPEN)
        self.look_at_trades()
        self._check_none_invented(makers)
        self._check_none_lost(makers, resting)

    def _check_none_invented(self, makers: Iterable[tuple[Any, ...]]) -> None:
        by_time: defaultdict[int, list[Trade]] = defaultdict(list)
        for trade in self._trades.values():
            by_time[trade.time].append(trade)
        got: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for fill, sub_account, side, price, quantity, moment in makers:
            met = [trade for trade in by_time[_ms(moment)] if _is_at(side, trade.price, price)]
            assert met, f"execution {fill} is of no trade"
            got[sub_account, _ms(moment)] += quantity
        for (_, time), quantity in got.items():
            assert quantity <= sum(trade.quantity for trade in by_time[time])

    def _check_none_lost(self, makers: Iterable[tuple[Any, ...]], resting: Iterable[tuple[Any, ...]]) -> None:
        """A trade through the price of what rests is used up: by executions of its sub-account."""
        executed = [(sub_account, _ms(moment), quantity) for _, sub_account, _, _, quantity, moment in makers]
        for order, sub_account, side, price, left, placed, position in resting:
            begun = _ms(placed) + _SETTLING_MS
            passed = [
                trade
                for trade in self._trades.values()
                if trade.id <= position
                and trade.time > begun
                and trade.price != price
                and _is_at(side, trade.price, price)
            ]
            offered = sum(trade.quantity for trade in passed)
            used = sum(quantity for owner, time, quantity in executed if owner == sub_account and time >= begun)
            assert not passed or offered <= used, f"order {order} has missed {passed[:5]}; {left} of it rest"

    def check_answers(self, commands: list[Command]) -> None:
        """Look whether each command acted once that was answered so, and none else."""
        wrong = [one for one in commands if not one.has_acted and one.answer["error"]["code"] == "INTERNAL_ERROR"]
        assert wrong == []
        placed = [one.answer["data"]["id"] for one in commands if one.has_acted and one.action == "order.place"]
        by_hand = """SELECT o.id FROM trading_order o JOIN trading_subaccount s ON s.id = o.sub_account_id
            WHERE s.grid_id IS NULL AND s.strategy_id IS NULL"""
        assert sorted(placed) == sorted(row[0] for row in self._deployed.query(by_hand))
        started = [one.answer["data"]["grid_id"] for one in commands if one.has_acted and one.action == "grid.start"]
        grids = {row[0] for row in self._deployed.query("SELECT id FROM trading_grid")}
        assert len(grids) == GRIDS + len(started)
        assert set(started) <= grids
        cancelled = [one.params["id"] for one in commands if one.has_acted and one.action == "order.cancel"]
        states = dict(self._deployed.query("SELECT id, state FROM trading_order"))
        assert {states[order] for order in cancelled} <= {"cancelled"}


def _is_at(side: str, traded: Decimal, price: Decimal) -> bool:
    """Return whether a trade reaches an order's price."""
    return traded <= price if side == "buy" else traded >= price


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
