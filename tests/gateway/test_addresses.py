"""Whose address counts, whatever a client sends along."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.addresses import client_address

_PEER = "10.0.0.2"


@pytest.mark.parametrize("forwarded_for", ["", "203.0.113.9", "1.1.1.1, 203.0.113.9", "nonsense"])
def test_it_takes_the_peer_where_no_proxy_is_trusted(forwarded_for: str) -> None:
    assert client_address(forwarded_for, _PEER, 0) == _PEER


@pytest.mark.parametrize(
    ("forwarded_for", "trusted", "address"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6,203.0.113.9,10.0.0.1", 2, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9", "10.0.0.1"], 2, "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        ("203.0.113.9", 3, "203.0.113.9"),
        (" , 203.0.113.9 , ", 1, "203.0.113.9"),
        ("203.0.113.9:4711", 1, "203.0.113.9"),
        ("2001:DB8::0:1", 1, "2001:db8::1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("[2001:db8::1]", 1, "2001:db8::1"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("fe80::1%eth0", 1, "fe80::1"),
    ],
)
def test_it_takes_what_the_outermost_trusted_proxy_wrote(
    forwarded_for: str | list[str], trusted: int, address: str
) -> None:
    assert client_address(forwarded_for, _PEER, trusted) == address


@pytest.mark.parametrize("forwarded_for", ["", [], ",", "unknown", "6.6.6.6, unknown", "_hidden", "1.2.3.4.5", "[]:80"])
def test_it_takes_the_peer_where_no_address_was_forwarded(forwarded_for: str | list[str]) -> None:
    assert client_address(forwarded_for, _PEER, 1) == _PEER


@pytest.mark.parametrize(("peer", "address"), [("", ""), ("::ffff:10.0.0.2", "10.0.0.2"), ("testclient", "testclient")])
def test_it_spells_the_peer_in_one_way(peer: str, address: str) -> None:
    assert client_address("", peer, 1) == address


@given(sent=st.text(), trusted=st.integers(0, 3))
def test_it_returns_an_address_whatever_was_sent(sent: str, trusted: int) -> None:
    assert ip_address(client_address(sent, _PEER, trusted))


@given(sent=st.text())
def test_it_lets_nobody_pretend_past_a_proxy(sent: str) -> None:
    assert client_address([sent, "203.0.113.9"], _PEER, 1) == "203.0.113.9"
