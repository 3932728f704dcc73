"""Checks: whether what a run came to can be believed."""
