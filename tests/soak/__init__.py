"""The soak: a whole deployment under random clients and every fault of the exchange, judged against the truth.

`make soak` runs it (see docs/soak.md); test_soak.py runs a small share of it in CI.
"""
