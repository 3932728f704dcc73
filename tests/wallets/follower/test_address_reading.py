"""What a refused call of a token means."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference
from wallets.follower.address_reading import balances_read
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call

OWNER, TOKEN = address(1), address(2)


class RefusingNode:
    """A node that has coins, and refuses each call of a contract."""

    url = "http://node.example.org"
    tells_heads = False

    def __init__(self, code: int, message: str) -> None:
        self._refusal = (code, message)

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        return ["0x5" if call.method == "eth_getBalance" else NodeRefusedError("eth_call", *self._refusal)
                for call in calls]  # fmt: skip

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("code", "message"), [(3, ""), (-32000, "execution reverted"), (-32000, "invalid opcode: INVALID")]
)
async def test_a_contract_that_reverts_is_no_token(code: int, message: str) -> None:
    read = await balances_read(RefusingNode(code, message), [(OWNER, TOKEN)], BlockReference(1, hash_of(1)))
    assert read == {(OWNER, None): 5}


async def test_any_other_refusal_says_nothing_of_the_contract() -> None:
    with pytest.raises(NodeRefusedError, match="rate limited"):
        await balances_read(RefusingNode(-32005, "rate limited"), [(OWNER, TOKEN)], BlockReference(1, hash_of(1)))
