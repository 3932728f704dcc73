"""Indicators on candles, pure: which there are (`catalogue`), and how each is computed.

Candle by candle (`running`) or over many at once (`arrays`), with the same numbers.
"""
