"""Trading: the engine that backtests and live bots share, and what drives it."""
