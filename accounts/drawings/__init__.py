"""Drawings: what users have drawn on the chart of a symbol, kept by symbol."""
