"""A grid on a live market: built from what is stored of it, driven by trades, and stored again."""
