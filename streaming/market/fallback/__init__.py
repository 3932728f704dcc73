"""Simulated data in place of an exchange that is away: when it begins and ends, and what it starts from."""
