"""Tests of streaming/market/backfill."""
