"""The channel layer: what is used of one, and the one over Redis."""
