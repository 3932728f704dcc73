"""The admin's page of backtests."""

from trading.admin.backtests import BacktestAdmin

__all__ = ["BacktestAdmin"]
