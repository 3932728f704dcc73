"""Holes in what the exchange gave: found by what came, filled by REST within its budget, told where they can't be."""
