"""What staff see of backtests."""
