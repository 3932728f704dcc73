"""Trading: the engine that backtests and live trading share, and what drives it."""
