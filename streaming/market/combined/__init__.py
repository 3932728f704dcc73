"""Prices that are made of several exchanges': pure, and without a clock of its own."""
