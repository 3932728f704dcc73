"""Stored candles for backtests: fetched where they are missing, and read as columns of whole numbers."""
