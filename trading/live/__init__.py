"""Paper trading on the live market: between the rows, which decide, and the engine."""
