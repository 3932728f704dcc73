"""How further exchanges follow the first one's market: pairs, books, trades and candles, a spread and a lag away."""
