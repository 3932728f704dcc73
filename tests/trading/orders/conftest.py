"""The desk at which is asked."""

from tests.trading.asking import desk

__all__ = ("desk",)
