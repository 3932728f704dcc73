"""Which connections a text finds, and which of them come first."""

import pytest

from streaming.connections.lookup import ConnectionInfo
from streaming.connections.selection import ConnectionSelection, ConnectionSort, words_of


def connection(client_id: str, since: int = 0, **known: object) -> ConnectionInfo:
    """Return what is known of a connection."""
    given = {"gateway": "host:1", "dialect": "market", "address": "203.0.113.9", "subscriptions": 0, **known}
    return ConnectionInfo(client_id=client_id, connected_since=since, latency_ms=None, **given)  # type: ignore[arg-type]


ADA = connection("ws_1_a", 3, user_id="1", username="Ada", subscriptions=5, sent=10, gateway="host:2")
BOB = connection("zigquant_2_b", 1, user_id="2", username="bob", dialect="zigquant-v2", waiting_bytes=7)
NOBODY = connection("ws_3_c", 2, address="2001:db8::1", sent=99)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "ws_1_a zigquant_2_b ws_3_c"),
        ("ADA", "ws_1_a"),
        ("anonymous", "ws_3_c"),
        ("2001:DB8", "ws_3_c"),
        ("host:2", "ws_1_a"),
        ("zigquant-v2", "zigquant_2_b"),
        ("ws_3_c", "ws_3_c"),
        ("  bob   203.0 ", "zigquant_2_b"),
        ("ada bob", ""),
        ("%", ""),
        (".*", ""),
    ],
)
def test_each_word_is_somewhere_in_what_is_known(text: str, found: str) -> None:
    selection = ConnectionSelection(words=words_of(text), limit=10)
    assert [one.client_id for one in (ADA, BOB, NOBODY) if selection.finds(one)] == found.split()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (ConnectionSort.SINCE, "zigquant_2_b ws_3_c ws_1_a"),
        (ConnectionSort.USER, "ws_1_a zigquant_2_b ws_3_c"),
        (ConnectionSort.ADDRESS, "ws_3_c zigquant_2_b ws_1_a"),
        (ConnectionSort.DIALECT, "ws_3_c ws_1_a zigquant_2_b"),
        (ConnectionSort.GATEWAY, "zigquant_2_b ws_3_c ws_1_a"),
        (ConnectionSort.SUBSCRIPTIONS, "zigquant_2_b ws_3_c ws_1_a"),
        (ConnectionSort.SENT, "zigquant_2_b ws_1_a ws_3_c"),
        (ConnectionSort.WAITING_BYTES, "ws_3_c ws_1_a zigquant_2_b"),
    ],
)
def test_they_are_sorted_either_way_and_those_alike_by_age(sort: ConnectionSort, order: str) -> None:
    selection = ConnectionSelection(sort=sort, limit=10)
    assert [one.client_id for one in selection.first([ADA, BOB, NOBODY])] == order.split()
    other = ConnectionSelection(sort=sort, descending=True, limit=10)
    assert [one.client_id for one in other.first([ADA, BOB, NOBODY])] == order.split()[::-1]


def test_there_are_as_many_as_were_asked_for_the_first_of_all() -> None:
    many = [connection(f"ws_{number}_x", since=number) for number in range(1000)]
    newest = ConnectionSelection(descending=True, limit=3).first(reversed(many))
    assert [one.connected_since for one in newest] == [999, 998, 997]


class _Unmeasured:
    """A connection of which nobody may ask what isn't needed to find it, or to sort it by age."""

    gateway, dialect, address, user_id, username = "host:1", "market", "203.0.113.9", None, ""

    def __init__(self, number: int) -> None:
        self.client_id, self.connected_since = f"ws_{number}_x", number

    @property
    def sent(self) -> int:
        pytest.fail("it is neither sorted by nor asked for")

    subscriptions = waiting_bytes = sent


def test_of_those_that_are_not_chosen_nothing_is_read_but_what_finds_and_sorts_them() -> None:
    selection = ConnectionSelection(words=words_of("_7"), limit=1)
    found = [one for one in map(_Unmeasured, range(100)) if selection.finds(one)]
    assert len(found) == 11
    assert [one.client_id for one in selection.first(found)] == ["ws_7_x"]
