"""Sweeps: many runs over a grid of parameters, and whether what was best in one time was so in the next."""
