"""What comes without a place in a channel's history, while something is missing of that."""

from streaming.event_history.history import Place, Position
from streaming.events import Envelope
from streaming.fan_out.history_order import ComeEvent, RecoveringOrder
from tests.streaming.fan_out.numbered_trades import trades


def _come(sequence: int, place: Place | None) -> ComeEvent:
    return ComeEvent(Envelope(epoch=1, sequence=sequence, event=trades(sequence)), 0, place)


def test_it_waits_with_all_that_comes_until_what_is_missing_is_there() -> None:
    asked: list[Position] = []
    order = RecoveringOrder(asked.append)
    order.heard.begin(Position("a", 1))
    assert order.is_next(None)
    late, placeless = _come(3, Place("a", 3, 1)), _come(4, None)
    assert order.take(late) == ()
    assert asked == [Position("a", 1)]
    assert not order.is_next(None)
    assert order.take(placeless) == ()
    assert order.first_held is late.envelope.event
