"""Strategies: what one is, what it is given (context, broker), and those that are shipped."""
