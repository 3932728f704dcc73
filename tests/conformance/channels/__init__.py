"""Subscribing, and what each kind of channel tells."""
