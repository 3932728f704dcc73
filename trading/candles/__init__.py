"""Stored candles for backtests, read as columns of whole numbers."""
