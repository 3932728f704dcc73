"""The pages of this app, from the root of the site."""

from django.urls import path, re_path

from trading.pages import backtests

urlpatterns = [
    path("backtests/", backtests, name="backtests"),
    re_path(r"^backtests/(?P<backtest_id>[\w-]{1,64})/$", backtests, name="backtest"),
]
