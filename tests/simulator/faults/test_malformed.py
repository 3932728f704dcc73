"""Bad frames: text ones are valid UTF-8, the same chance makes the same ones, and none tells of a trade that wasn't."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.faults.malformed import KINDS, Malformer

TRADE = b'{"e":"trade","E":1,"s":"BTCUSDT","t":5,"p":"95012.34000000","q":"0.00100000","T":1,"m":true,"M":true}'
DEPTH = b'{"lastUpdateId":5,"bids":[["1.00000000","2.00000000"]],"asks":[]}'
ARRAY = b'[{"e":"24hrMiniTicker","s":"BTCUSDT","c":"1.00000000"}]'


@given(
    seed=st.integers(), kind=st.integers(0, KINDS - 1), payload=st.sampled_from([TRADE, DEPTH, ARRAY]),
    combined=st.booleans(),
)  # fmt: skip
def test_it_makes_text_frames_that_are_text(seed: int, kind: int, payload: bytes, combined: bool) -> None:
    frame = Malformer(Random(seed)).frame(kind, "btcusdt@trade", payload, combined=combined)
    if not frame.binary:
        frame.body.decode()


@given(seed=st.integers(), kind=st.integers(0, KINDS - 1), combined=st.booleans())
def test_it_repeats_a_trade_as_it_was_or_so_that_nobody_believes_it(seed: int, kind: int, combined: bool) -> None:
    frame = Malformer(Random(seed)).frame(kind, "btcusdt@trade", TRADE, combined=combined)
    try:
        event = None if frame.binary else json.loads(frame.body)
    except (ValueError, RecursionError):
        return
    payload = event.get("data", event) if isinstance(event, dict) else event
    if isinstance(payload, dict) and isinstance(payload.get("t"), int) and isinstance(payload.get("p"), str):
        true = json.loads(TRADE)
        changed = {key for key in true if payload.get(key) != true[key]}
        assert changed
        assert changed in ({"e"}, set("pq")) or changed == set(true) - {"e"}


def test_it_follows_some_events_and_is_the_same_for_the_same_chance() -> None:
    first, second = Malformer(Random(4)), Malformer(Random(4))
    made = [first.next("btcusdt@trade", TRADE, combined=True) for _ in range(400)]
    assert made == [second.next("btcusdt@trade", TRADE, combined=True) for _ in range(400)]
    assert 50 < sum(frame is not None for frame in made) < 150


@pytest.mark.parametrize("payload", [TRADE, DEPTH, ARRAY])
def test_it_makes_every_kind(payload: bytes) -> None:
    malformer = Malformer(Random(1))
    made = {malformer.frame(kind, "btcusdt@trade", payload, combined=True).body for kind in range(KINDS)}
    assert len(made) == KINDS
