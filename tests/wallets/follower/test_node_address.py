"""What is said of a node's address, which holds keys: its host's name only."""

import pytest

from tests.wallets.follower.conftest import FollowingRig
from wallets.follower.node_address import host_of, without_addresses


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("wss://user:secret@node.example.org:8546/v3/secret?key=secret#secret", "node.example.org"),
        ("https://node.example.org", "node.example.org"),
        ("wss://[::1/secret", "a node"),
        ("secret", "a node"),
    ],
)
def test_only_the_host_of_an_address_is_told(url: str, host: str) -> None:
    assert host_of(url) == host
    assert without_addresses(f"{url} isn't a valid URI", [url]) == f"{host} isn't a valid URI"


def test_an_address_that_a_node_names_is_told_no_more_than_our_own() -> None:
    assert without_addresses("moved to WSS://other.example.org/secret now", []) == "moved to other.example.org now"


async def test_a_chain_does_not_tell_the_keys_of_its_nodes(rig: FollowingRig) -> None:
    await rig.make_chain("wss://user@/v3/secret key")
    await rig.start()
    await rig.until_row(lambda row: bool(row.reason))
    row = await rig.row()
    assert "can't be reached" in row.reason
    assert "secret" not in row.reason
    assert not [reason for _, reason in rig.reported if "secret" in reason]
