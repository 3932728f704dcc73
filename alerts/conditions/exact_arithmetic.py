"""Arithmetic with numbers of rules and of the market that loses no digit. Pure."""

from decimal import Context

EXACT = Context(prec=160)
"""Sums of two numbers of 40 digits, with exponents to ±30, and their products with times are never rounded by it."""
