"""Faults as people write them, with a sentence for each thing that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.faults.faults import AT_ONCE, Fault, FaultKind
from streaming.simulator.faults.parameters import PARAMETERS, FaultParameterError, fault_from_flag, fault_of


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("stall", Fault(kind=FaultKind.STALL)),
        ("freeze:seconds=15", Fault(kind=FaultKind.FREEZE, seconds=15.0)),
        ("late-candles:delay=4", Fault(kind=FaultKind.LATE_CANDLES, delay=4.0)),
        (
            "silence:streams=btcusdt@trade,ethusdt@trade,seconds=2.5",
            Fault(kind=FaultKind.SILENCE, streams=("btcusdt@trade", "ethusdt@trade"), seconds=2.5),
        ),
        (
            "refuse-streams:status=429,retry_after=30",
            Fault(kind=FaultKind.REFUSE_STREAMS, status=429, retry_after=30),
        ),
        ("lifetime:delay=0", Fault(kind=FaultKind.LIFETIME, delay=0.0)),
    ],
)
def test_it_reads_flags(text: str, fault: Fault) -> None:
    assert fault_from_flag(text) == fault


def test_it_reads_what_happens_at_once_from_an_address() -> None:
    assert fault_of("close", [("code", "1008"), ("reason", "Too many, really")]) == Fault(
        kind=FaultKind.CLOSE, code=1008, reason="Too many, really"
    )
    assert fault_of("server-shutdown", [("delay", "1.5"), ("reason", "api")]).delay == 1.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no fault ''; there are cut, close, freeze"),
        ("melt", "there is no fault 'melt'"),
        ("FREEZE", "there is no fault 'FREEZE'"),
        ("cut", "cut happens at once"),
        ("close:code=1008", "close happens at once"),
        ("server-shutdown", "server-shutdown happens at once"),
        ("forget", "forget happens at once"),
        ("freeze:15", "expected key=value after 'freeze', not '15'"),
        ("freeze:seconds", "expected key=value after 'freeze', not 'seconds'"),
        ("freeze:seconds=", "seconds must be a number of seconds, not ''"),
        ("freeze:seconds=soon", "seconds must be a number of seconds, not 'soon'"),
        ("freeze:seconds=0", "seconds must be more than 0"),
        ("freeze:seconds=-1", "seconds must be more than 0"),
        ("freeze:seconds=nan", "seconds must be"),
        ("freeze:seconds=1,seconds=2", "seconds was given twice"),
        ("freeze:delay=3", "freeze takes seconds; not 'delay'"),
        ("late-pong", "late-pong needs delay, in seconds"),
        ("late-candles:seconds=3", "late-candles needs delay, in seconds"),
        ("lifetime", "lifetime needs delay, in seconds"),
        ("late-pong:delay=-1", "delay must be between 0"),
        ("refuse-rest:status=ok", "status must be a whole number, not 'ok'"),
        ("refuse-rest:status=4.5", "status must be a whole number, not '4.5'"),
        ("refuse-rest:status=200", "status must be between 300 and 599, not 200"),
        ("refuse-rest:retry_after=-1", "retry_after must not be negative"),
        ("refuse-rest:retry_after=soon", "retry_after must be a whole number of seconds"),
        ("silence:streams=", "streams must be names of streams with commas between, not ''"),
        ("silence:streams=a@trade,,b@trade", "streams must be names of streams"),
    ],
)
def test_it_says_what_is_wrong_with_a_flag(text: str, words: str) -> None:
    with pytest.raises(FaultParameterError) as refusal:
        fault_from_flag(text)
    assert str(refusal.value).startswith(words)


@pytest.mark.parametrize(
    ("kind", "name", "text", "words"),
    [
        ("close", "code", "x", "code must be a whole number, not 'x'"),
        ("close", "code", "1006", "code must be one that a close frame may have"),
        ("close", "reason", "x" * 124, "reason must be at most 123 bytes long"),
        ("cut", "seconds", "1", "cut takes no parameters; not 'seconds'"),
        ("forget", "seconds", "1", "forget takes streams; not 'seconds'"),
    ],
)
def test_it_says_what_is_wrong_with_what_happens_at_once(kind: str, name: str, text: str, words: str) -> None:
    with pytest.raises(FaultParameterError) as refusal:
        fault_of(kind, [(name, text)])
    assert str(refusal.value).startswith(words)


def test_it_knows_what_each_kind_takes() -> None:
    assert set(PARAMETERS) == set(FaultKind)
    for kind, names in PARAMETERS.items():
        assert ("seconds" in names) is (kind not in AT_ONCE)


@given(st.text(max_size=60) | st.builds("{}:{}".format, st.sampled_from(FaultKind), st.text(max_size=40)))
def test_it_refuses_nonsense_with_a_sentence_and_nothing_else(text: str) -> None:
    try:
        assert isinstance(fault_from_flag(text), Fault)
    except FaultParameterError as refusal:
        assert str(refusal)
