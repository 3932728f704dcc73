"""Backtests: a strategy driven over stored candles, what came of it, and whether that can be believed."""
