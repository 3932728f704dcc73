"""Candles of the past for whoever asks: stored ones, and what is missing of the exchange, within a budget."""
