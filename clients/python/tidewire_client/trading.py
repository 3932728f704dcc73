"""Orders and grids: the trading commands with their parameters named, and typed answers. Thin over `command`.

    trading = Trading(client)
    order = await trading.place_order("BTCUSDT", "buy", "limit", quantity=Decimal("0.001"), price=Decimal("94000"))

Each raises what `TidewireClient.command` raises; a refusal is a `CommandRefusedError` with its code, and with `fields`
where parameters are wrong. What happens later comes on `orders:me` and `grid.<id>.*`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from tidewire_client.events import Order, OrderType, Side, TimeInForce
from tidewire_client.reading.times import milliseconds

Number = Decimal | int
Data = dict[str, Any]
_OWN_ORDERS = "orders:me"


class Commanding(Protocol):
    """What sends commands: a `TidewireClient`, or a `WebSocketSystem`."""

    async def command(self, action: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a command, and return the data of its answer."""
        ...


class StartedGrid(msgspec.Struct, frozen=True):
    """A grid that was started: its id, its state, and how many price lines it has."""

    grid_id: str
    status: str
    lines: int


class StoppedGrid(msgspec.Struct, frozen=True):
    """A grid that is stopping, and how many of its orders were cancelled at once."""

    grid_id: str
    status: str
    orders_cancelled: int = 0


class Trading:
    """What a user can do with orders, grids and accounts. Prices and amounts are exact: `Decimal` or whole numbers."""

    def __init__(self, client: Commanding) -> None:
        self._client = client

    # -- orders -------------------------------------------------------------------------------------------------

    async def place_order(
        self,
        symbol: str,
        side: Side | str,
        type: OrderType | str,  # noqa: A002 - as the parameter is called
        *,
        quantity: Number | None = None,
        quote_quantity: Number | None = None,
        price: Number | None = None,
        stop_price: Number | None = None,
        time_in_force: TimeInForce | str | None = None,
        client_order_id: str | None = None,
        account: str | None = None,
    ) -> Order:
        """Place an order, and return it as it was taken: `quantity` of base, or at the market `quote_quantity` instead.

        Give a `client_order_id` to place it safely again after a time-out: a second one of that name is refused.
        """
        answer = await self._ask(
            "order.place",
            symbol=symbol,
            side=side,
            type=type,
            quantity=quantity,
            quote_quantity=quote_quantity,
            price=price,
            stop_price=stop_price,
            time_in_force=time_in_force,
            client_order_id=client_order_id,
            account=account,
        )
        return _order(answer)

    async def cancel_order(self, id: str | None = None, *, client_order_id: str | None = None) -> Order:  # noqa: A002
        """Cancel an order by its id or by its owner's name for it; return it as it is then."""
        return _order(await self._ask("order.cancel", id=id, client_order_id=client_order_id))

    async def cancel_orders(self, symbol: str | None = None, *, account: str | None = None) -> int:
        """Cancel all open orders, those of grids aside, or a symbol's; return how many."""
        return int((await self._ask("order.cancel_all", symbol=symbol, account=account))["cancelled"])

    async def cancel_all_after(self, seconds: int) -> Any:
        """Have all orders cancelled in so many seconds unless this is called again; 0 disarms. Return when that is."""
        return (await self._ask("order.cancel_all_after", seconds=seconds))["at"]

    async def orders(self, **filters: Any) -> Sequence[Order]:
        """Return orders, the newest first: of a `symbol`, `open=True` ones, of an `instance`; `limit` is up to 500."""
        return [_order(item) for item in (await self._ask("order.list", **filters))["items"]]

    async def order(self, id: str | None = None, *, client_order_id: str | None = None) -> Order:  # noqa: A002
        """Return one order."""
        return _order(await self._ask("order.get", id=id, client_order_id=client_order_id))

    # -- grids --------------------------------------------------------------------------------------------------

    async def preview_grid(
        self, pair: str, *, lower_price: Number, upper_price: Number, grid_count: int, **options: Any
    ) -> Data:
        """Return what a grid would be: lines, order size, net per cent of a cycle, capital, warnings."""
        return await self._ask("grid.preview", **_grid(pair, lower_price, upper_price, grid_count), **options)

    async def start_grid(
        self, pair: str, *, lower_price: Number, upper_price: Number, grid_count: int, **options: Any
    ) -> StartedGrid:
        """Start a grid; `options` are `investment` or `order_size`, `spacing`, `trigger_price`, `stop_loss` …."""
        answer = await self._ask("grid.start", **_grid(pair, lower_price, upper_price, grid_count), **options)
        return msgspec.convert(answer, StartedGrid)

    async def stop_grid(self, id: str, *, cancel_orders: bool = True, close_position: bool = False) -> StoppedGrid:  # noqa: A002
        """Stop a grid; with `close_position` it sells what it holds at the market."""
        answer = await self._ask("grid.stop", id=id, cancel_orders=cancel_orders, close_position=close_position)
        return msgspec.convert(answer, StoppedGrid)

    async def pause_grid(self, id: str) -> str:  # noqa: A002
        """Let a grid rest: its orders are cancelled meanwhile. Return its state."""
        return str((await self._ask("grid.pause", id=id))["status"])

    async def resume_grid(self, id: str) -> str:  # noqa: A002
        """Let a paused grid go on. Return its state."""
        return str((await self._ask("grid.resume", id=id))["status"])

    async def update_grid(self, id: str, **params: Any) -> Mapping[str, Any]:  # noqa: A002
        """Change a grid's parameters; return of each what was and what is, and whether lines were `rebuilt`."""
        return await self._ask("grid.update_params", id=id, params=params)

    async def grids(self, **filters: Any) -> Sequence[Data]:
        """Return grids with their state and profit, the newest first."""
        return list((await self._ask("grid.list", **filters))["items"])

    async def grid(self, id: str) -> Data:  # noqa: A002
        """Return one grid with its levels."""
        return await self._ask("grid.get", id=id)

    # -- accounts, and the kill switch --------------------------------------------------------------------------

    async def account(self, account: str | None = None) -> Data:
        """Return the balances of an account, by default of the default one."""
        return await self._ask("account.get", account=account)

    async def kill_switch(self, action: str, reason: str, *, scope: str = "user", id: str | None = None) -> Data:  # noqa: A002
        """Throw the kill switch of all one's own (`user`), or of one grid (`instance`): `activate` or `deactivate`."""
        return await self._ask("system.kill_switch", action=action, reason=reason, scope=scope, id=id)

    async def _ask(self, command: str, /, **params: Any) -> Data:
        return await self._client.command(command, {name: value for name, value in params.items() if value is not None})


def _grid(pair: str, lower_price: Number, upper_price: Number, grid_count: int) -> Data:
    return {"pair": pair, "lower_price": lower_price, "upper_price": upper_price, "grid_count": grid_count}


def _order(data: Mapping[str, Any]) -> Order:
    """Return an order of an answer, which has the data of `orders:`."""
    return msgspec.convert({**data, "@channel": _OWN_ORDERS, "@time": milliseconds(data["timestamp"])}, Order)
