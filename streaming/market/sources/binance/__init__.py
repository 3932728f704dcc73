"""Binance's wire: the names of its streams, its messages and REST answers as typed values."""
