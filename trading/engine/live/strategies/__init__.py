"""A strategy on a live market: built from what is stored of it, driven by candles that close, and stored again."""
