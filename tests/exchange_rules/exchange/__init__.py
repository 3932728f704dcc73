"""Section 1 of the rules: what the exchange does, and that the bridge lives with it."""
