"""Events reach those who listen, encoded once for each form in use."""

import json

import pytest

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.streams.fan_out import FanOut

START = 1_795_003_200_000


class Listener:
    """A subscriber that keeps what it gets."""

    def __init__(self, *, combined: bool = False, time_scale: int = 1) -> None:
        self.combined = combined
        self.time_scale = time_scale
        self.frames: list[bytes] = []

    def deliver(self, frame: bytes, *, binary: bool = False) -> None:
        assert not binary
        self.frames.append(frame)


@pytest.fixture
def market() -> Market:
    market = Market(seed=1, start=START, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    return market


def run(market: Market, fan_out: FanOut, milliseconds: int) -> None:
    for step in market.steps_until(market.time + milliseconds):
        fan_out.publish(step)


def test_it_hands_the_same_bytes_to_all_listeners_of_a_form(market: Market) -> None:
    fan_out = FanOut(market)
    plain, wrapped = [Listener() for _ in range(3)], [Listener(combined=True) for _ in range(2)]
    precise = Listener(time_scale=1000)
    for listener in (*plain, *wrapped, precise):
        fan_out.subscribe(listener, ["btcusdt@ticker"])
    run(market, fan_out, 1000)
    assert len({id(listener.frames[0]) for listener in plain}) == 1
    assert len({id(listener.frames[0]) for listener in wrapped}) == 1
    event = json.loads(plain[0].frames[0])
    assert json.loads(wrapped[0].frames[0]) == {"stream": "btcusdt@ticker", "data": event}
    assert json.loads(precise.frames[0])["E"] == event["E"] * 1000


def test_it_gives_a_listener_each_event_once_however_often_it_subscribes(market: Market) -> None:
    fan_out, listener = FanOut(market), Listener()
    for _ in range(2):
        fan_out.subscribe(listener, ["btcusdt@ticker", "btcusdt@ticker"])
    run(market, fan_out, 3000)
    assert len(listener.frames) == 3


def test_it_stops_at_the_last_unsubscription(market: Market) -> None:
    fan_out, staying, leaving = FanOut(market), Listener(), Listener()
    for listener in (staying, leaving):
        fan_out.subscribe(listener, ["btcusdt@ticker", "nothing@here"])
    fan_out.unsubscribe(leaving, ["btcusdt@ticker", "never@subscribed"])
    run(market, fan_out, 1000)
    assert (len(staying.frames), len(leaving.frames)) == (1, 0)
    fan_out.unsubscribe(staying, ["btcusdt@ticker"])
    assert fan_out.names == {"nothing@here"}
