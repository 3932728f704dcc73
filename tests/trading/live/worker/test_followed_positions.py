"""A symbol goes on where it was stored before the worker's term, and begins with its next trade where it is new."""

from tests.trading.engine.instruments import BTC
from tests.trading.live.worker.trades import trade
from trading.live.worker.followed_positions import FollowedPositions
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.worker_storing import StoredPosition

_BEFORE = StoredPosition("BTCUSDT", "binance", 10, 10)


def test_what_is_planned_from_rows_goes_on_behind_what_is_stored() -> None:
    positions = FollowedPositions("binance", {"BTCUSDT": _BEFORE})
    sequence = positions.sequence_of("BTCUSDT")
    assert (sequence.position, sequence.time) == (10, 10)


def test_a_symbol_that_is_followed_again_begins_with_its_next_trade() -> None:
    positions = FollowedPositions("binance", {"BTCUSDT": _BEFORE})
    followed = FollowedSymbol(BTC, positions.sequence_of("BTCUSDT"), now=0)
    positions.forget()
    followed.sequence.take([trade(11)])
    moved = positions.moved({"BTCUSDT": followed})
    assert moved == [StoredPosition("BTCUSDT", "binance", 11, 11)]
    positions.note_stored(moved)
    assert positions.moved({"BTCUSDT": followed}) == []
    assert positions.sequence_of("BTCUSDT").position is None
