"""Clients that we didn't write, and one in each style, against a running platform."""
