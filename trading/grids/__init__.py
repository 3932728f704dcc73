"""Grids as users have them: previewed, started, changed, stopped and found, by commands and REST alike."""
