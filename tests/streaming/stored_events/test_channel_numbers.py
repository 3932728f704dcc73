"""Channels are counted each by itself, and no more of them are remembered than there is room for."""

from streaming.stored_events.channel_numbers import MOST_CHANNELS, ChannelNumbers


def test_it_counts_each_channel_by_itself() -> None:
    numbers = ChannelNumbers()
    assert [numbers.following(channel) for channel in ("a", "b", "a", "a", "b")] == [1, 1, 2, 3, 2]


def test_beyond_its_room_the_longest_silent_counts_anew() -> None:
    numbers = ChannelNumbers()
    for channel in ("silent", "told", *range(MOST_CHANNELS - 2), "told", "one more"):
        numbers.following(channel)
    assert (numbers.following("told"), numbers.following("silent")) == (3, 1)
