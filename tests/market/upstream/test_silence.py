"""What the silence of a connection means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.market.sources.binance.stream_names import update_frequency_of
from streaming.market.sources.source import StreamUpdateFrequency
from streaming.market.upstream.silence import Silence, SilenceLimits, SilenceVerdict
from streaming.market.upstream.stream_history import StreamHistory
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

CANARY = "btcusdt@ticker"
MINUTE = "ethusdt@kline_1m"
QUIET = ("oddusdt@ticker", "oddusdt@kline_1m", "btcusdt@trade", "btcusdt@depth10@100ms", "!miniTicker@arr")
NOTHING = SilenceVerdict()


@pytest.fixture
def history(clock: ManualClock) -> StreamHistory:
    """Return a history in which all streams have spoken, on an earlier connection."""
    return spoken(clock)


def spoken(clock: ManualClock) -> StreamHistory:
    """Return a history in which all streams have spoken."""
    history = StreamHistory(patience=3, clock=clock)
    history.know({CANARY, MINUTE, *QUIET})
    for name in (CANARY, MINUTE, *QUIET):
        history.spoke(name)
    return history


@pytest.fixture
def silence(clock: ManualClock, history: StreamHistory) -> Silence:
    """Return the ear on a fresh connection, with the default limits."""
    return Silence(SilenceLimits(), history, clock, update_frequency_of=update_frequency_of)


def hear(silence: Silence, *streams: str) -> None:
    """Let an event come on each stream."""
    for stream in streams:
        silence.frame()
        silence.event(stream)


def test_a_connection_without_any_frame_for_75_seconds_is_dead(silence: Silence, clock: ManualClock) -> None:
    silence.acknowledged(QUIET)
    clock.advance(74.9)
    assert silence.judge() == NOTHING
    clock.advance(0.1)
    assert "75 s" in silence.judge().dead


@rule("1.2.5")
def test_pings_and_pongs_keep_a_connection_alive_on_which_nothing_need_be_said(
    silence: Silence, clock: ManualClock
) -> None:
    silence.acknowledged(QUIET)
    for _ in range(100):
        clock.advance(60)
        silence.frame()
        assert silence.judge() == NOTHING
        assert not silence.is_stale


@rule("1.2.5")
def test_no_ping_is_no_reason_while_data_comes(silence: Silence, clock: ManualClock) -> None:
    silence.acknowledged([CANARY])
    for _ in range(1000):
        clock.advance(1)
        hear(silence, CANARY)
        assert silence.judge() == NOTHING


@rule("A.5")
@pytest.mark.parametrize("last_trade", [0.0, 0.1, 0.5, 0.9])
def test_a_frozen_connection_is_found_out_within_15_seconds_by_the_canary(
    silence: Silence, clock: ManualClock, last_trade: float
) -> None:
    silence.acknowledged([CANARY, *QUIET])
    clock.advance(100)
    hear(silence, CANARY)
    clock.advance(last_trade)
    hear(silence, "btcusdt@trade")
    clock.advance(0.05)
    frozen_at = clock.monotonic()
    stale_at = dead_at = None
    while dead_at is None:
        if stale_at is None and silence.is_stale:
            stale_at = clock.monotonic()
        if silence.judge().dead:
            dead_at = clock.monotonic()
        else:
            clock.advance(silence.wait)
    assert stale_at is not None
    assert stale_at - frozen_at <= 10
    assert dead_at - frozen_at <= 15


@rule("A.5")
def test_a_frozen_connection_without_a_canary_is_found_out_within_75_seconds(
    history: StreamHistory, clock: ManualClock
) -> None:
    silence = Silence(SilenceLimits(canary=""), history, clock, update_frequency_of=update_frequency_of)
    silence.acknowledged(QUIET)
    hear(silence, *QUIET)
    while not silence.judge().dead:
        clock.advance(silence.wait)
    assert clock.monotonic() <= 75


def test_a_stalled_connection_that_answers_pings_is_found_out_too(silence: Silence, clock: ManualClock) -> None:
    silence.acknowledged([CANARY])
    hear(silence, CANARY)
    for _ in range(14):
        clock.advance(1)
        silence.frame()
        assert silence.judge() == NOTHING
    assert silence.is_stale
    clock.advance(1)
    silence.frame()
    assert CANARY in silence.judge().dead


@pytest.mark.parametrize("feed", ["ticker", "miniTicker", "kline_1s", "avgPrice", "ticker_1h"])
def test_any_stream_of_every_second_of_a_liquid_symbol_tells(clock: ManualClock, feed: str) -> None:
    stream = f"ethusdt@{feed}"
    history = StreamHistory(patience=3, clock=clock)
    history.know({stream})
    history.spoke(stream)
    silence = Silence(SilenceLimits(canary=""), history, clock, update_frequency_of=update_frequency_of)
    silence.acknowledged([stream])
    clock.advance(15)
    assert stream in silence.judge().dead


@rule("1.3.4")
def test_a_canary_that_the_exchange_does_not_know_ends_no_connection(clock: ManualClock) -> None:
    history = StreamHistory(patience=3, clock=clock)
    history.know({CANARY})
    asked_again = 0
    for _ in range(3):
        silence = Silence(SilenceLimits(), history, clock, update_frequency_of=update_frequency_of)
        silence.acknowledged([CANARY])
        for _ in range(1000):
            clock.advance(1)
            silence.frame()
            verdict = silence.judge()
            assert not verdict.dead
            assert not silence.is_stale
            asked_again += bool(verdict.resubscribe)
    assert asked_again == 3


def test_a_silent_stream_of_a_liquid_symbol_is_subscribed_again_once_and_then_the_connection_is_made_anew(
    silence: Silence, clock: ManualClock
) -> None:
    silence.acknowledged([CANARY, MINUTE])
    asked = dead = None
    for second in range(1, 60):
        clock.advance(1)
        hear(silence, CANARY)
        verdict = silence.judge()
        if verdict.resubscribe:
            assert verdict.resubscribe == {MINUTE}
            assert asked is None
            asked = second
            silence.ended([MINUTE])
            silence.acknowledged([MINUTE])
        if verdict.dead:
            assert MINUTE in verdict.dead
            dead = second
            break
    assert (asked, dead) == (15, 30)


def test_a_stream_that_speaks_after_it_was_subscribed_again_has_another_chance(
    silence: Silence, clock: ManualClock
) -> None:
    silence.acknowledged([CANARY, MINUTE])
    asked = 0
    for second in range(1, 200):
        clock.advance(1)
        hear(silence, CANARY, *([MINUTE] if second % 20 == 0 else []))
        verdict = silence.judge()
        assert not verdict.dead
        asked += len(verdict.resubscribe)
    assert asked == 10


def test_a_stream_that_stays_silent_on_three_connections_is_left_alone(
    history: StreamHistory, clock: ManualClock
) -> None:
    ended = []
    for _ in range(5):
        silence = Silence(SilenceLimits(), history, clock, update_frequency_of=update_frequency_of)
        silence.acknowledged([CANARY, MINUTE])
        dead = ""
        for _ in range(100):
            clock.advance(1)
            hear(silence, CANARY)
            if dead := silence.judge().dead:
                break
        ended.append(bool(dead))
        assert silence.is_silent(MINUTE)
    assert ended == [True, True, True, False, False]


@rule("1.4.14", "3.6")
def test_quiet_streams_only_raise_a_flag(silence: Silence, clock: ManualClock) -> None:
    silence.acknowledged([CANARY, *QUIET])
    for _ in range(1000):
        clock.advance(1)
        hear(silence, CANARY)
        assert silence.judge() == NOTHING
    flagged = {name for name in (CANARY, *QUIET) if silence.is_silent(name)}
    assert flagged == set(QUIET)
    hear(silence, "oddusdt@ticker")
    assert not silence.is_silent("oddusdt@ticker")


@rule("1.4.15", "3.6")
@pytest.mark.parametrize("stream", ["oddusdt@trade", "oddusdt@depth10@100ms", "oddusdt@aggTrade"])
def test_streams_that_speak_only_when_something_happens_are_not_flagged(
    silence: Silence, clock: ManualClock, stream: str
) -> None:
    silence.acknowledged([stream])
    clock.advance(60)
    assert not silence.is_silent(stream)


def test_a_stream_that_is_not_subscribed_is_not_silent(silence: Silence, clock: ManualClock) -> None:
    clock.advance(60)
    assert not silence.is_silent(CANARY)
    silence.acknowledged([CANARY])
    silence.ended([CANARY])
    clock.advance(10)
    assert silence.judge() == NOTHING


def test_a_connection_is_stale_after_10_seconds_until_data_comes(silence: Silence, clock: ManualClock) -> None:
    silence.acknowledged([CANARY])
    hear(silence, CANARY)
    clock.advance(9.9)
    stale = [silence.is_stale]
    clock.advance(0.1)
    stale.append(silence.is_stale)
    hear(silence, "btcusdt@trade")
    stale.append(silence.is_stale)
    assert stale == [False, True, False]


def test_a_connection_that_follows_a_silent_one_is_stale_until_data_comes(
    history: StreamHistory, clock: ManualClock
) -> None:
    silence = Silence(SilenceLimits(), history, clock, update_frequency_of=update_frequency_of, doubtful=True)
    stale = [silence.is_stale]
    silence.acknowledged([CANARY])
    stale.append(silence.is_stale)
    hear(silence, CANARY)
    stale.append(silence.is_stale)
    assert stale == [True, True, False]


@given(st.lists(st.tuples(st.floats(0.1, 9.0), st.sampled_from([CANARY, MINUTE, "frame", "ack"])), max_size=30))
def test_nobody_need_look_before_the_time_that_it_names(steps: list[tuple[float, str]]) -> None:
    """A verdict or a change of staleness never comes earlier than `wait` said, unless something was told meanwhile."""
    clock = ManualClock()
    silence = Silence(SilenceLimits(), spoken(clock), clock, update_frequency_of=update_frequency_of)
    silence.acknowledged([CANARY, MINUTE])
    for seconds, what in steps:
        assert silence.judge().dead or silence.wait > 0
        wait, was_stale = silence.wait, silence.is_stale
        if silence.judge().dead:
            return
        clock.advance(max(0.0, min(seconds, wait - 0.001)))
        assert silence.is_stale is was_stale
        assert silence.judge() == NOTHING
        if what == "frame":
            silence.frame()
        elif what == "ack":
            silence.acknowledged([CANARY])
        else:
            hear(silence, what)


def test_it_is_not_woken_for_streams_whose_silence_says_nothing(clock: ManualClock) -> None:
    silence = Silence(SilenceLimits(), spoken(clock), clock, update_frequency_of=update_frequency_of)
    silence.acknowledged([CANARY])
    for number in range(900):
        clock.advance(0.001)
        silence.acknowledged([f"odd{number}usdt@trade", f"odd{number}usdt@ticker"])
    woken = 0
    while clock.monotonic() < 60:
        silence.event(CANARY)
        silence.frame()
        clock.advance(silence.wait)
        assert silence.judge() == NOTHING or silence.wait > 0
        woken += 1
    assert woken < 30


def test_a_first_connection_on_which_nothing_ever_came_is_stale_but_not_ended(clock: ManualClock) -> None:
    silence = Silence(
        SilenceLimits(), StreamHistory(patience=3, clock=clock), clock, update_frequency_of=update_frequency_of
    )
    silence.acknowledged({CANARY, "ethusdt@ticker"})
    for _ in range(9):
        clock.advance(1)
        silence.frame()
        assert not silence.is_stale
    clock.advance(1)
    silence.frame()
    assert silence.is_stale
    assert not silence.judge().dead
    hear(silence, "oddusdt@ticker")
    assert not silence.is_stale


class TestBeginning:
    """A stream that says something as soon as it is subscribed is missed where it doesn't."""

    BOOK = "BTC/USD@book"

    @pytest.fixture
    def silence(self, clock: ManualClock, history: StreamHistory) -> Silence:
        """Return the ear on a fresh connection, on which books begin at once."""

        def update_frequency(stream: str) -> StreamUpdateFrequency:
            return StreamUpdateFrequency(symbol="", begins_at_once=stream == self.BOOK)

        return Silence(SilenceLimits(canary=""), history, clock, update_frequency_of=update_frequency)

    @rule("K.14")
    def test_it_is_missed_five_seconds_after_its_acknowledgement_until_it_is_ended(
        self, silence: Silence, clock: ManualClock
    ) -> None:
        silence.acknowledged([self.BOOK, "BTC/USD@trade"])
        assert silence.wait == 5.0
        clock.advance(4.9)
        assert silence.judge() == NOTHING
        clock.advance(0.1)
        assert silence.judge() == silence.judge() == SilenceVerdict(unbegun=(self.BOOK,))
        silence.ended([self.BOOK])
        assert silence.judge() == NOTHING

    @rule("K.14")
    def test_once_it_has_begun_it_may_be_silent(self, silence: Silence, clock: ManualClock) -> None:
        silence.acknowledged([self.BOOK])
        hear(silence, self.BOOK)
        clock.advance(60)
        assert silence.judge() == NOTHING


@rule("C.21")
def test_a_heartbeat_is_judged_whatever_its_symbol_and_other_streams_of_it_are_not(clock: ManualClock) -> None:
    beat, trades = "ODD-USD@heartbeat", "ODD-USD@matches"
    history = StreamHistory(patience=3, clock=clock)
    history.know({beat, trades})
    history.spoke(beat)
    limits = SilenceLimits(canary="", stream=5.0, data=100.0)
    frequencies = {
        beat: StreamUpdateFrequency(symbol="ODD-USD", is_every_second=True, is_judged=True, is_heartbeat=True),
        trades: StreamUpdateFrequency(symbol="ODD-USD", is_every_second=True, is_judged=True),
    }
    silence = Silence(limits, history, clock, update_frequency_of=lambda stream: frequencies.get(stream, _NONE))
    silence.acknowledged([beat, trades])
    clock.advance(5)
    assert silence.judge().resubscribe == {beat}
    clock.advance(5)
    assert beat in silence.judge().dead


_NONE = StreamUpdateFrequency(symbol="")
