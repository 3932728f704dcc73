"""The paths below `/api/v1/`: `trading/…`."""

from django.urls import URLPattern, URLResolver, path

from trading.backtests import api as backtests

app_name = "trading"
urlpatterns: list[URLPattern | URLResolver] = [
    path("trading/strategies/", backtests.StrategiesApi.as_view(), name="strategies"),
    path("trading/backtests/", backtests.BacktestsApi.as_view(), name="backtests"),
    path("trading/backtests/sweeps/", backtests.SweepsApi.as_view(), name="backtest-sweeps"),
    path("trading/backtests/data/", backtests.BacktestDataApi.as_view(), name="backtest-data"),
    path("trading/backtests/compare/", backtests.BacktestCompareApi.as_view(), name="backtests-compare"),
    path("trading/backtests/<str:id>/", backtests.BacktestApi.as_view(), name="backtest"),
    path("trading/backtests/<str:id>/cancel/", backtests.BacktestCancelApi.as_view(), name="backtest-cancel"),
    path("trading/backtests/<str:id>/result/", backtests.BacktestResultApi.as_view(), name="backtest-result"),
    path("trading/backtests/<str:id>/trades/", backtests.BacktestTradesApi.as_view(), name="backtest-trades"),
    path("trading/backtests/<str:id>/check/", backtests.BacktestCheckApi.as_view(), name="backtest-check"),
    path("trading/backtests/<str:id>/export/", backtests.BacktestExportApi.as_view(), name="backtest-export"),
]
