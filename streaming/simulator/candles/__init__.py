"""Candles of every interval: those that trades make, and a history made up from the seed. Pure."""
