"""What the tests of simulated data share: whoever wants data tells the bridge so."""

from tests.market.gaps.conftest import demand

__all__ = ["demand"]
