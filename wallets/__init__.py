"""Wallets that are watched, never a private key: addresses and transactions of a chain, through reorganisations."""
