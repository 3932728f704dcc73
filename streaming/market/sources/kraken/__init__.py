"""Kraken's wire, version 2: what its feed and its REST say, as typed values. No source yet: nothing connects to it."""
