"""Which streams are missed."""

import pytest

from streaming.market.upstream.interrupted_streams import InterruptedStreams


class Story:
    """What was told."""

    def __init__(self) -> None:
        self.lost: list[tuple[frozenset[str], str]] = []
        self.back: list[frozenset[str]] = []
        self.interruptions = InterruptedStreams(
            lambda streams, reason: self.lost.append((streams, reason)), self.back.append
        )


@pytest.fixture
def story() -> Story:
    """Return the story of two streams that are wanted."""
    story = Story()
    story.interruptions.want(frozenset({"a", "b"}))
    return story


def test_the_first_flow_is_no_return(story: Story) -> None:
    story.interruptions.flowing(frozenset({"a", "b"}))
    assert (story.lost, story.back) == ([], [])


def test_it_tells_a_loss_and_a_return_once(story: Story) -> None:
    for _ in range(2):
        story.interruptions.broken(frozenset({"a", "x"}), "gone")
    for _ in range(2):
        story.interruptions.flowing(frozenset({"a", "b", "x"}))
    assert story.lost == [(frozenset({"a"}), "gone")]
    assert story.back == [{"a"}]


def test_what_was_given_up_meanwhile_is_wanted_for_the_first_time_later(story: Story) -> None:
    story.interruptions.broken(frozenset({"a"}), "gone")
    story.interruptions.want(frozenset({"b"}))
    story.interruptions.want(frozenset({"a", "b"}))
    story.interruptions.flowing(frozenset({"a"}))
    assert story.back == []
