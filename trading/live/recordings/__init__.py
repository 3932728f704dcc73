"""Recordings of paper runs, done again: whether these come to what is stored, and what a backtest would say of them."""
