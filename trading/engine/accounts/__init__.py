"""Accounts: what is free and locked of each asset, what each asset cost, and how an execution is settled."""
