"""The paths below `/api/v1/`: `trading/…`."""

from django.urls import URLPattern, URLResolver, path

from streaming.rest.views import StructView
from trading.accounts import use_cases as accounts
from trading.backtests import export, kinds, results
from trading.backtests import use_cases as backtests
from trading.backtests.export_view import ExportView
from trading.grids import use_cases as grids
from trading.kill_switch import use_cases as kill_switch
from trading.orders import use_cases as orders
from trading.price_models import use_cases as price_models
from trading.signals import use_cases as signals
from trading.strategies import comparing
from trading.strategies import use_cases as strategies

app_name = "trading"
urlpatterns: list[URLPattern | URLResolver] = [
    path("trading/strategies/", StructView.of(GET=kinds.STRATEGY_KINDS).as_view(), name="strategies"),
    path(
        "trading/backtests/",
        StructView.of(GET=backtests.LIST_BACKTESTS, POST=backtests.RUN_BACKTEST).as_view(),
        name="backtests",
    ),
    path("trading/backtests/sweeps/", StructView.of(POST=backtests.RUN_SWEEP).as_view(), name="backtest-sweeps"),
    path("trading/backtests/data/", StructView.of(GET=backtests.STORED_DATA).as_view(), name="backtest-data"),
    path(
        "trading/backtests/compare/", StructView.of(POST=results.COMPARE_BACKTESTS).as_view(), name="backtests-compare"
    ),
    path(
        "trading/backtests/<str:id>/",
        StructView.of(GET=backtests.GET_BACKTEST, DELETE=backtests.DELETE_BACKTEST).as_view(),
        name="backtest",
    ),
    path(
        "trading/backtests/<str:id>/cancel/",
        StructView.of(POST=backtests.CANCEL_BACKTEST).as_view(),
        name="backtest-cancel",
    ),
    path(
        "trading/backtests/<str:id>/result/",
        StructView.of(GET=results.BACKTEST_RESULT).as_view(),
        name="backtest-result",
    ),
    path(
        "trading/backtests/<str:id>/trades/",
        StructView.of(GET=results.BACKTEST_TRADES).as_view(),
        name="backtest-trades",
    ),
    path(
        "trading/backtests/<str:id>/check/", StructView.of(POST=results.CHECK_BACKTEST).as_view(), name="backtest-check"
    ),
    path(
        "trading/backtests/<str:id>/export/",
        ExportView.of(GET=export.EXPORT_BACKTEST).as_view(),
        name="backtest-export",
    ),
    path("trading/orders/", StructView.of(GET=orders.LIST_ORDERS, POST=orders.PLACE_ORDER).as_view(), name="orders"),
    path("trading/orders/preview/", StructView.of(POST=orders.PREVIEW_ORDER).as_view(), name="order-preview"),
    path("trading/orders/cancel-all/", StructView.of(POST=orders.CANCEL_ALL_ORDERS).as_view(), name="orders-cancel"),
    path(
        "trading/orders/cancel-all-after/",
        StructView.of(POST=orders.CANCEL_ALL_ORDERS_AFTER).as_view(),
        name="orders-cancel-after",
    ),
    path(
        "trading/orders/by-client-order-id/<str:client_order_id>/",
        StructView.of(GET=orders.GET_ORDER).as_view(),
        name="order-by-name",
    ),
    path(
        "trading/orders/by-client-order-id/<str:client_order_id>/cancel/",
        StructView.of(POST=orders.CANCEL_ORDER).as_view(),
        name="order-by-name-cancel",
    ),
    path("trading/orders/<str:id>/", StructView.of(GET=orders.GET_ORDER).as_view(), name="order"),
    path("trading/orders/<str:id>/cancel/", StructView.of(POST=orders.CANCEL_ORDER).as_view(), name="order-cancel"),
    path("trading/grids/", StructView.of(GET=grids.LIST_GRIDS, POST=grids.START_GRID).as_view(), name="grids"),
    path("trading/grids/preview/", StructView.of(POST=grids.PREVIEW_GRID).as_view(), name="grid-preview"),
    path("trading/grids/<str:id>/", StructView.of(GET=grids.GET_GRID, PATCH=grids.UPDATE_GRID).as_view(), name="grid"),
    path("trading/grids/<str:id>/stop/", StructView.of(POST=grids.STOP_GRID).as_view(), name="grid-stop"),
    path("trading/grids/<str:id>/pause/", StructView.of(POST=grids.PAUSE_GRID).as_view(), name="grid-pause"),
    path("trading/grids/<str:id>/resume/", StructView.of(POST=grids.RESUME_GRID).as_view(), name="grid-resume"),
    path("trading/account/", StructView.of(GET=accounts.GET_ACCOUNT).as_view(), name="default-account"),
    path("trading/account/reset/", StructView.of(POST=accounts.RESET_ACCOUNT).as_view(), name="default-account-reset"),
    path(
        "trading/account/limits/",
        StructView.of(GET=accounts.ACCOUNT_LIMITS, PUT=accounts.SET_ACCOUNT_LIMITS).as_view(),
        name="default-account-limits",
    ),
    path("trading/models/", StructView.of(GET=price_models.LIST_MODELS).as_view(), name="models"),
    path("trading/models/<str:id>/", StructView.of(GET=price_models.GET_MODEL).as_view(), name="model"),
    path("trading/signals/", StructView.of(GET=signals.SIGNAL_RECORDS).as_view(), name="signals"),
    path("trading/signals/newest/", StructView.of(GET=signals.NEWEST_SIGNALS).as_view(), name="signals-newest"),
    path(
        "trading/live-strategies/",
        StructView.of(GET=strategies.LIST_STRATEGIES, POST=strategies.START_STRATEGY).as_view(),
        name="live-strategies",
    ),
    path(
        "trading/live-strategies/<str:id>/",
        StructView.of(GET=strategies.GET_STRATEGY).as_view(),
        name="live-strategy",
    ),
    path(
        "trading/live-strategies/<str:id>/stop/",
        StructView.of(POST=strategies.STOP_STRATEGY).as_view(),
        name="live-strategy-stop",
    ),
    path(
        "trading/live-strategies/<str:id>/pause/",
        StructView.of(POST=strategies.PAUSE_STRATEGY).as_view(),
        name="live-strategy-pause",
    ),
    path(
        "trading/live-strategies/<str:id>/resume/",
        StructView.of(POST=strategies.RESUME_STRATEGY).as_view(),
        name="live-strategy-resume",
    ),
    path(
        "trading/live-strategies/<str:id>/backtest/",
        StructView.of(POST=strategies.BACKTEST_STRATEGY).as_view(),
        name="live-strategy-backtest",
    ),
    path(
        "trading/live-strategies/<str:id>/comparison/",
        StructView.of(GET=comparing.COMPARE_STRATEGY).as_view(),
        name="live-strategy-comparison",
    ),
    path("trading/accounts/", StructView.of(GET=accounts.LIST_ACCOUNTS).as_view(), name="accounts"),
    path("trading/accounts/<str:account>/", StructView.of(GET=accounts.GET_ACCOUNT).as_view(), name="account"),
    path(
        "trading/accounts/<str:account>/reset/",
        StructView.of(POST=accounts.RESET_ACCOUNT).as_view(),
        name="account-reset",
    ),
    path(
        "trading/accounts/<str:account>/limits/",
        StructView.of(GET=accounts.ACCOUNT_LIMITS, PUT=accounts.SET_ACCOUNT_LIMITS).as_view(),
        name="account-limits",
    ),
    path(
        "trading/kill-switch/",
        StructView.of(GET=kill_switch.KILL_SWITCH_STATE, POST=kill_switch.THROW_KILL_SWITCH).as_view(),
        name="kill-switch",
    ),
]
