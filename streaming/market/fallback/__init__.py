"""Simulated data in place of an exchange that is away: when it begins and ends, what it starts from, and who makes it."""
