"""Kraken: its wire, version 2, and its REST, as a source of the market."""
