"""The public archive of candles: its files, and what can be wrong with them on request."""
