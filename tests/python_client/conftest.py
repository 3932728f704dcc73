"""What tests that ask a whole gateway share."""

from tests.clients.shared_demo import demo

__all__ = ["demo"]
