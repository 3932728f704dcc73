"""Coinbase Exchange's wire: what its feed and its REST say, as typed values. No source yet: nothing connects to it."""
