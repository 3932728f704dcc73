"""The trading app: so far, backtests."""

from django.apps import AppConfig


class TradingConfig(AppConfig):
    """Strategies on the candles of the past."""

    name = "trading"
    verbose_name = "Trading"
    declaration = "trading.declaration.DECLARATION"
