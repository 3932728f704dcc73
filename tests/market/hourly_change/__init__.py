"""Prices, and those of an hour before."""
