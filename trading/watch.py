"""What `manage.py watch` prints of orders, grids, strategies, accounts and the kill switch. Pure."""

from typing import Any

from streaming.watch.groups import (
    BAD,
    DOWN,
    QUIET,
    UP,
    WARNING,
    Data,
    Group,
    GroupWriters,
    Span,
    named,
    number_text,
    objects_in,
    said,
    signed,
)
from streaming.watch.printable import plain

_SIDES = {"buy": UP, "sell": DOWN}
_STATES = {"filled": UP, "running": UP, "started": UP, "rejected": BAD, "error": BAD, "paused": WARNING}


def _order(data: Data) -> list[Group]:
    traded = _traded(data, "quantity", "filled")
    if not traded:
        return []
    symbol = [((plain(data["symbol"]), "bold"),)] if "symbol" in data else []
    kind: list[Group] = [((plain(data["type"]), QUIET),)] if data.get("type") else []
    state = [
        *_state(data.get("status")),
        *named(data, {"stop": "stopPrice"}, write=plain),
        *named(data, {"by": "instance", "id": "id"}),
    ]
    return [*symbol, *traded, *kind, *state, *said(data.get("reason"))]


def _instance_order(data: Data) -> list[Group]:
    return [*_traded(data, "amount", "filled"), *named(data, {"level": "level", "position": "position_after"})]


def _instance_trade(data: Data) -> list[Group]:
    fee: list[Group] = []
    if "fee" in data:
        fee = [(("fee", QUIET), (number_text(data["fee"]), ""), (plain(data.get("fee_asset", "")), QUIET))]
    return [*_traded(data, "amount"), *named(data, {"level": "level"}), *fee]


def _instance_status(data: Data) -> list[Group]:
    orders: list[Group] = []
    if "active_buy_orders" in data and "active_sell_orders" in data:
        counts = (data["active_buy_orders"], data["active_sell_orders"])
        orders = [((plain(counts[0]), UP), ("buy", QUIET), (plain(counts[1]), DOWN), ("sell", QUIET))]
    known = [*named(data, {"price": "current_price"}, write=plain), *named(data, {"position": "position"})]
    return [*_state(data.get("state")), *said(data.get("reason")), *known, *orders, *_earned(data)]


def _instance_profit(data: Data) -> list[Group]:
    return [*_earned(data), *named(data, {"fees": "fees", "cycles": "cycles"})]


def _signal(data: Data) -> list[Group]:
    action = data.get("action")
    if not isinstance(action, str):
        return []
    advice: Group = ((plain(action), _SIDES.get(action, "bold")), (plain(data.get("symbol", "")), "bold"))
    return [
        advice,
        *named(data, {"at": "price"}, write=plain),
        *named(data, {"confidence": "confidence"}),
        *said(data.get("reason")),
    ]


def _risk(data: Data) -> list[Group]:
    code: list[Group] = [((plain(data["code"]), BAD),)] if data.get("code") else []
    return [*code, *said(data.get("message"))]


def _account_risk(data: Data) -> list[Group]:
    side = data.get("side")
    order: list[Group] = []
    if isinstance(side, str):
        words = (plain(data.get("symbol", "")), plain(data.get("type", "")))
        order = [((plain(side), _SIDES.get(side, "")), (words[0], "bold"), (words[1], QUIET))]
    return [*order, *_risk(data)]


def _lifecycle(data: Data) -> list[Group]:
    return [*_state(data.get("state")), *said(data.get("reason")), *named(data, {"lines": "lines"})]


def _portfolio(data: Data) -> list[Group]:
    groups = [*named(data, {"equity": "equity", "balance": "balance"}), *signed(data, "realized", "realizedPnl")]
    groups += signed(data, "unrealized", "unrealizedPnl")
    for position in objects_in(data.get("positions")):
        groups.append(
            (
                (plain(position.get("symbol", "")), "bold"),
                (number_text(position.get("quantity", "")), ""),
                *(span for group in signed(position, "", "unrealizedPnl") for span in group if span[0]),
            )
        )
    return groups


def _account(data: Data) -> list[Group]:
    groups: list[Group] = [((plain(data["account"]), "bold"),)] if "account" in data else []
    for balance in objects_in(data.get("balances")):
        free, locked = number_text(balance.get("free", "")), number_text(balance.get("locked", ""))
        groups.append(
            ((plain(balance.get("asset", "")), QUIET), (free, ""), ("free", QUIET), (locked, ""), ("locked", QUIET))
        )
    level = data.get("trading")
    if isinstance(level, str) and level != "active":
        groups.append(((plain(level), BAD),))
    return groups


def _kill_switch(data: Data) -> list[Group]:
    affected = data.get("affected")
    counted = affected if isinstance(affected, dict) else {}
    counts: list[Group] = [((plain(count), "bold"), (name.replace("_", " "), QUIET)) for name, count in counted.items()]
    return [*named(data, {"scope": "scope", "of": "id", "by": "by"}), *said(data.get("reason")), *counts]


TRADING_WRITERS: GroupWriters = {
    "order": _order,
    "portfolio": _portfolio,
    "account": _account,
    "account.risk": _account_risk,
    "grid.order": _instance_order,
    "grid.trade": _instance_trade,
    "grid.status": _instance_status,
    "grid.pnl": _instance_profit,
    "grid.risk": _risk,
    "grid.lifecycle": _lifecycle,
    "strategy.order": _instance_order,
    "strategy.trade": _instance_trade,
    "strategy.status": _instance_status,
    "strategy.pnl": _instance_profit,
    "strategy.signal": _signal,
    "strategy.risk": _risk,
    "strategy.lifecycle": _lifecycle,
    "system.kill_switch": _kill_switch,
}


def _traded(data: Data, quantity: str, filled: str = "") -> list[Group]:
    """Return side, quantity and price; and how much of it is filled, where that is a part."""
    side = data.get("side")
    if not isinstance(side, str) or quantity not in data:
        return []
    price = data.get("price")
    at: list[Span] = [] if price is None else [("at", QUIET), (plain(price), "bold")]
    groups: list[Group] = [((plain(side), _SIDES.get(side, "")), (number_text(data[quantity]), ""), *at)]
    done = data.get(filled)
    return groups if not done or done == data[quantity] else [*groups, (("filled", QUIET), (number_text(done), ""))]


def _state(state: Any) -> list[Group]:
    return [((plain(state), _STATES.get(state, "bold")),)] if isinstance(state, str) else []


def _earned(data: Data) -> list[Group]:
    return [
        *signed(data, "realized", "realized_pnl"),
        *signed(data, "unrealized", "unrealized_pnl"),
        *named(data, {"equity": "equity"}),
    ]
