"""What a process says of channels that have fallen silent: when, how often, and that it forgets them."""

from streaming.event_history.history import Place
from streaming.event_history.silent_channels import AGAIN_SECONDS, SILENT_SECONDS, ChannelEnd, SilentChannels


def test_it_says_twice_up_to_where_a_channel_was_told_and_then_forgets_it() -> None:
    channels = SilentChannels()
    channels.note("f", "k", Place("e", 3, 2), 0)
    channels.note("f", "k", Place("e", 4, 1), 1)
    assert channels.take(SILENT_SECONDS) == []
    said = SILENT_SECONDS + 1
    assert channels.take(said) == [ChannelEnd("f", "k", "e", 1, 4, said)]
    assert channels.take(said + AGAIN_SECONDS - 0.1) == []
    assert channels.take(said + AGAIN_SECONDS) == [ChannelEnd("f", "k", "e", 1, 4, said + AGAIN_SECONDS)]
    assert len(channels) == 0


def test_of_a_channel_that_goes_on_it_says_nothing_and_looks_back_a_little_only() -> None:
    channels = SilentChannels()
    for second in range(60):
        channels.note("f", "k", Place("e", second + 1, 1), second)
        assert channels.take(second + 0.5) == []
    ((end),) = channels.take(61.5)
    assert (end.seq, end.before > 50, end.age < 10) == (60, True, True)


def test_another_epoch_begins_anew_and_channels_are_told_apart() -> None:
    channels = SilentChannels()
    channels.note("f", "k", Place("e", 7, 1), 0)
    channels.note("g", "k", Place("e", 7, 1), 0)
    channels.note("f", "k", Place("new", 1, 1), 1)
    assert {(end.feed, end.epoch, end.before) for end in channels.take(3)} == {("g", "e", 6), ("f", "new", 0)}
