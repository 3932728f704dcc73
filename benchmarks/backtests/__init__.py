"""Backtests beside those of other libraries: the same candles and the same strategy, each in a process of its own."""
