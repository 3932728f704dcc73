"""The pages of this app, from the root of the site."""

from django.urls import path, re_path

from trading.pages import accounts, backtests, grids, signals, strategies

urlpatterns = [
    path("accounts/", accounts, name="trading-accounts"),
    re_path(r"^accounts/(?P<account_id>[\w-]{1,64})/$", accounts, name="trading-account"),
    path("backtests/", backtests, name="backtests"),
    re_path(r"^backtests/(?P<backtest_id>[\w-]{1,64})/$", backtests, name="backtest"),
    path("grids/", grids, name="grids"),
    re_path(r"^grids/(?P<grid_id>[\w-]{1,64})/$", grids, name="grid"),
    path("strategies/", strategies, name="strategies-page"),
    re_path(r"^strategies/(?P<strategy_id>[\w-]{1,64})/$", strategies, name="strategy-page"),
    path("signals/", signals, name="signals-page"),
]
