"""How a simulated Coinbase behaves, beside what all that follow have in common."""

from streaming.simulator.following.settings import FollowingSettings


class CoinbaseSettings(FollowingSettings, frozen=True, kw_only=True):
    """How a simulated Coinbase behaves."""

    messages_a_second: int = 100
    first_message_seconds: float = 5.0
    """Within how long a connection has to have subscribed to something."""
    refuses_whole: bool = False
    """Whether one bad product or channel has the whole request refused, and not that alone."""
    deep_levels: int = 0
    """How many levels far from the best prices snapshots have on each side; 20000 make a frame of over 1 MiB."""
