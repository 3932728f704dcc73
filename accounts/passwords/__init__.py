"""Passwords: hashed a few at a time and by turns, asked for again, changed, and set anew without knowing the old."""
