"""Closed candles that are kept: what may be stored, storing, reading, and what is missing."""
