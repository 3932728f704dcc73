"""Five messages a second, a ping every 20 s, a minute for the pong, a day of life."""

import pytest

from streaming.simulator.streams.connection_life import ConnectionLife, ConnectionLimits, Due


@pytest.fixture
def life() -> ConnectionLife:
    return ConnectionLife(ConnectionLimits(), 100.0)


def test_it_admits_five_messages_in_any_second(life: ConnectionLife) -> None:
    assert [life.admits_message(now) for now in (1.0, 1.2, 1.4, 1.6, 1.8)] == [True] * 5
    assert not life.admits_message(1.9)


def test_it_counts_a_rolling_second(life: ConnectionLife) -> None:
    assert all(life.admits_message(now) for now in (1.0, 1.8, 1.8, 1.8, 1.8))
    assert life.admits_message(2.05)
    assert not life.admits_message(2.1)


def test_it_pings_every_20_seconds(life: ConnectionLife) -> None:
    assert life.due(119.9) is Due.NOTHING
    assert life.due(120.0) is Due.PING
    life.pinged(b"1", 120.0)
    assert life.due(139.9) is Due.NOTHING
    assert life.due(140.0) is Due.PING


def test_it_gives_a_minute_for_the_pong(life: ConnectionLife) -> None:
    for now in (120.0, 140.0, 160.0):
        life.pinged(str(now).encode(), now)
    assert life.due(179.9) is Due.NOTHING
    assert life.due(180.0) is Due.PONG_TIMEOUT


def test_it_takes_a_pong_for_its_ping_and_those_before(life: ConnectionLife) -> None:
    for now in (120.0, 140.0):
        life.pinged(str(now).encode(), now)
    life.ponged(b"120.0")
    assert life.due(180.0) is Due.PING
    assert life.due(200.0) is Due.PONG_TIMEOUT
    life.ponged(b"140.0")
    assert life.due(200.0) is Due.PING


def test_it_is_not_kept_alive_by_an_unsolicited_pong(life: ConnectionLife) -> None:
    life.pinged(b"1", 120.0)
    life.ponged(b"")
    assert life.due(180.0) is Due.PONG_TIMEOUT


def test_it_lives_for_a_day(life: ConnectionLife) -> None:
    assert life.due(100.0 + 24 * 3600) is Due.END_OF_LIFE
