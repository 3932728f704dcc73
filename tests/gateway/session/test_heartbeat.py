from random import Random

from streaming.gateway.session.heartbeat import Heartbeat, Pulse


def heartbeat(seed: int = 1) -> Heartbeat:
    return Heartbeat(interval=30.0, timeout=60.0, now=0.0, random=Random(seed))


def beats(beat: Heartbeat, *, until: float) -> list[float]:
    """Return the seconds at which it asked, of a client that says something each second."""
    asked = []
    for second in range(int(until)):
        beat.heard(second)
        if beat.beat(second)[0] is Pulse.PING:
            asked.append(float(second))
    return asked


def test_it_asks_at_its_interval() -> None:
    first, second, third = beats(heartbeat(), until=100)[:3]
    assert 15 <= first <= 31
    assert (second - first, third - second) == (30, 30)


def test_it_does_not_ask_all_clients_together() -> None:
    assert len({beats(heartbeat(seed), until=40)[0] for seed in range(20)}) > 5


def test_it_finds_a_client_dead_that_sends_nothing_for_the_timeout() -> None:
    beat = heartbeat()
    beat.heard(10.0)
    assert beat.beat(69.9)[0] is Pulse.PING
    assert beat.beat(70.0)[0] is Pulse.DEAD


def test_it_tells_of_an_answer_that_never_came() -> None:
    beat = heartbeat()
    assert beat.beat(31.0) == (Pulse.PING, False)
    beat.heard(32.0)
    assert beat.beat(61.0) == (Pulse.PING, True)
    beat.heard(62.0)
    beat.answered()
    assert beat.beat(91.0) == (Pulse.PING, False)
