"""Coinbase Exchange, as the platform sees an exchange: its public feed and its REST."""
