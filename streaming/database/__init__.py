"""The database as all parts use it: what failed, whose turn it is, many rows at once, exact numbers."""
