"""Previewing, starting, changing, stopping and finding grids, for commands and REST."""

from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import in_turn
from streaming.identity.scopes import Scope
from trading.accounts.selectors import account_found, free_by_hand
from trading.grids import services
from trading.grids.access import MAY_CHANGE, MAY_START, MAY_VIEW, reached
from trading.grids.answers import (
    GridAnswer,
    GridsAnswer,
    GridStartedAnswer,
    GridStateAnswer,
    GridStoppedAnswer,
    GridUpdatedAnswer,
    PreviewAnswer,
    grid_answer,
    preview_answer,
    started_answer,
    state_answer,
    updated_answer,
)
from trading.grids.parameters import GridId, GridQuery, GridStop, GridUpdate, NewGrid
from trading.grids.planning import grid_planned
from trading.grids.selectors import grid_loaded, grids_page
from trading.live.actors import actor_of
from trading.live.markets import TradedMarket, traded_market
from trading.live.shown_prices import Prices, prices_of
from trading.models import ENDED_GRIDS, Grid
from trading.risk.symbol_orders import orders_counted_of_rows

_THROTTLE = "THROTTLE_GRIDS"
_PAIR = "pair"


async def _market(_: Caller, hub: HubOfProcess, given: NewGrid) -> TradedMarket:
    return await traded_market(hub, _PAIR, given.symbol_name)


async def _market_of_grid(caller: Caller, hub: HubOfProcess, given: GridId) -> TradedMarket:
    grid = await in_turn(reached)(caller, given.id, MAY_CHANGE)
    return await traded_market(hub, _PAIR, grid.symbol)


def _symbols(caller: Caller, given: GridQuery | GridId) -> frozenset[str]:
    if isinstance(given, GridId):
        return frozenset({reached(caller, given.id, MAY_VIEW).symbol})
    active = Grid.objects.filter(account__owner_id=caller.user_id).exclude(state__in=ENDED_GRIDS)
    return frozenset(active.values_list("symbol", flat=True))


_prices = prices_of(_symbols)


def _preview(caller: Caller, given: NewGrid, market: TradedMarket) -> PreviewAnswer:
    """Tell how a grid would be: its lines, what they earn, how the money is split, and what is doubtful about it."""
    planned = grid_planned(given, market)
    account = account_found(owner_id=caller.user_id, account_id=given.account)
    free = free_by_hand(account, planned.instrument.quote)
    open_orders = 0 if account is None else orders_counted_of_rows(account.pk, planned.instrument.symbol)
    return preview_answer(planned, market.quote.last, free=free, open_orders=open_orders)


def _start(caller: Caller, given: NewGrid, market: TradedMarket) -> GridStartedAnswer:
    """Start a grid with money of an account."""
    grid = services.grid_start(
        actor=actor_of(caller), owner_id=caller.user_id, given=given, market=market, now=caller.now
    )
    return started_answer(grid)


def _stop(caller: Caller, given: GridStop) -> GridStoppedAnswer:
    """Stop a grid; what it has goes back to its account."""
    grid = reached(caller, given.id, MAY_CHANGE)
    cancelled = services.grid_stop(actor=actor_of(caller), grid=grid, given=given, now=caller.now)
    grid.refresh_from_db()
    state = state_answer(grid)
    return GridStoppedAnswer(grid_id=state.grid_id, status=state.status, orders_cancelled=cancelled)


def _pause(caller: Caller, given: GridId) -> GridStateAnswer:
    """Pause a grid: its orders are cancelled, what it holds stays."""
    grid = reached(caller, given.id, MAY_CHANGE)
    return state_answer(services.grid_pause(actor=actor_of(caller), grid=grid, now=caller.now))


def _resume(caller: Caller, given: GridId, market: TradedMarket) -> GridStateAnswer:
    """Let a paused grid go on."""
    grid = reached(caller, given.id, MAY_CHANGE)
    return state_answer(services.grid_resume(actor=actor_of(caller), grid=grid, market=market, now=caller.now))


def _update(caller: Caller, given: GridUpdate, market: TradedMarket) -> GridUpdatedAnswer:
    """Change parameters of a grid."""
    grid = reached(caller, given.id, MAY_CHANGE)
    change = services.grid_update_params(
        actor=actor_of(caller), grid=grid, params=given.params, market=market, now=caller.now
    )
    return updated_answer(grid, change)


def _list(caller: Caller, query: GridQuery, prices: Prices) -> GridsAnswer:
    """List one's grids, the newest first."""
    page = grids_page(owner_id=caller.user_id, query=query)
    items = [
        grid_answer(one, prices.get(one.grid_row.symbol if one.grid_row else ""), caller.write_time)
        for one in page.items
    ]
    return GridsAnswer(items=items, total=page.total)


def _get(caller: Caller, given: GridId, prices: Prices) -> GridAnswer:
    """Return a grid as it stands, with its levels."""
    grid = reached(caller, given.id, MAY_VIEW)
    return grid_answer(grid_loaded(grid), prices.get(grid.symbol), caller.write_time, with_levels=True)


PREVIEW_GRID = UseCase(
    parameters=NewGrid, act=_preview, gather=_market, answer=PreviewAnswer, throttle="THROTTLE_GRID_PREVIEWS"
)
START_GRID = UseCase(
    parameters=NewGrid,
    act=_start,
    gather=_market,
    answer=GridStartedAnswer,
    access=MAY_START,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=201,
)
STOP_GRID = UseCase(
    parameters=GridStop,
    act=_stop,
    answer=GridStoppedAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
PAUSE_GRID = UseCase(
    parameters=GridId,
    act=_pause,
    answer=GridStateAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
RESUME_GRID = UseCase(
    parameters=GridId,
    act=_resume,
    gather=_market_of_grid,
    answer=GridStateAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
UPDATE_GRID = UseCase(
    parameters=GridUpdate,
    act=_update,
    gather=_market_of_grid,
    answer=GridUpdatedAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
LIST_GRIDS = UseCase(parameters=GridQuery, act=_list, gather=_prices, answer=GridsAnswer)
GET_GRID = UseCase(parameters=GridId, act=_get, gather=_prices, answer=GridAnswer, others=MAY_VIEW)
