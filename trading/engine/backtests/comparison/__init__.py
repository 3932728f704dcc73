"""A live run and a backtest over each other: what the same strategy did on a live market and on candles of the past."""
