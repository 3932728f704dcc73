"""Backtests from a terminal, without a server: `manage.py backtest`."""
