"""What a node is asked of a contract that a user has named: whether it is a token, and how it calls itself."""

from collections.abc import Collection, Mapping

from wallets.errors import NoTokenError
from wallets.follower.address_reading import BALANCE_OF, GAS_OF_NAMED
from wallets.following.token_answers import TokenAnswers, TokenDescription, token_described
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call
from wallets.nodes.node import Node, outcomes

_DECIMALS, _SYMBOL, _NAME = "0x313ce567", "0x95d89b41", "0x06fdde03"
"""The selectors of `decimals()`, `symbol()` and `name()`."""
_NEWEST = "latest"

TokenFinding = TokenDescription | NoTokenError
"""What a contract is found to be: a token, or none, with why."""


async def tokens_read(node: Node, contracts: Collection[str]) -> Mapping[str, TokenFinding]:
    """Return what these contracts are, as of the node's newest block: one after another, for one may answer much."""
    return {contract: await _token_read(node, contract) for contract in contracts}


async def _token_read(node: Node, contract: str) -> TokenFinding:
    """Return what a contract is; whatever a node says of its calls is its doing, where it tells its coins."""
    of_itself = f"{BALANCE_OF}{contract[2:]:0>64}"
    calls = [_call(contract, data) for data in (_DECIMALS, _SYMBOL, _NAME, of_itself)]
    coins, *answers = await outcomes(node, [Call("eth_getBalance", (contract, _NEWEST)), *calls])
    if isinstance(coins, NodeRefusedError):
        raise coins
    decimals, symbol, name, balance = (None if isinstance(each, NodeRefusedError) else each for each in answers)
    try:
        return token_described(contract, TokenAnswers(decimals=decimals, symbol=symbol, name=name, balance=balance))
    except NoTokenError as error:
        return error


def _call(contract: str, data: str) -> Call:
    return Call("eth_call", ({"to": contract, "data": data, "gas": GAS_OF_NAMED}, _NEWEST))
