"""Backtests as rows: asked for, queued, run in processes of their own, and answered."""
