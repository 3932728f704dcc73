"""The market of the simulator: books, agents, trades and the candles and tickers that they add up to. Pure."""
