"""Signing in, registering, tokens and keys, as their owner sees them on the page."""
