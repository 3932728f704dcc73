"""Commands, how they are answered and refused, and their limits."""
