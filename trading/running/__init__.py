"""Backtests at work: each in a process of its own, which knows neither Django nor the database."""
