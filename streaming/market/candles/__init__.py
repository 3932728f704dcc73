"""Closed candles that are kept: what may be stored, and storing; they are read at the market's top."""
