"""Measurements side by side, for `make bench`; nothing here is a test."""
