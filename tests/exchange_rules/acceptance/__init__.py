"""The acceptance table, line by line."""
