"""The methods that the simulated node answers, each from the chain as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from wallets.simulator.chain.activity import transaction_of
from wallets.simulator.chain.chain import BASE_FEE, GWEI, SimulatedChain
from wallets.simulator.chain.ledger import Ledger
from wallets.simulator.chain.pool import RefusedTransactionError
from wallets.simulator.chain.tokens import call_result
from wallets.simulator.chain.transactions import NO_DATA, MinedBlock, SentTransaction
from wallets.simulator.rpc.encoding import Json, block_json, logs_json, quantity, receipt_json, transaction_json
from wallets.simulator.rpc.errors import RpcError, refused, reverted, unknown_method
from wallets.simulator.rpc.parameters import Parameters, data_of, number

_MOST_LOGS = 10_000
_CODE = "0x60806040"
"""What stands for the code of a token: that there is some tells a contract from a person's address."""


class Methods:
    """Answers requests from a chain; `answer` returns a result, or raises `RpcError`."""

    def __init__(self, chain: SimulatedChain, chain_id: int) -> None:
        self._chain = chain
        self._constants: Mapping[str, Any] = {
            "eth_chainId": quantity(chain_id),
            "net_version": str(chain_id),
            "web3_clientVersion": "TidewireSimulator/1.0",
            "eth_syncing": False,
            "eth_gasPrice": quantity(BASE_FEE + GWEI),
            "eth_accounts": list(chain.accounts),
        }
        self._methods: Mapping[str, tuple[int, Callable[[Parameters], Any]]] = {
            "eth_blockNumber": (0, lambda _: quantity(chain.head.number)),
            "eth_getBlockByNumber": (2, self._block_by_number),
            "eth_getBlockByHash": (2, self._block_by_hash),
            "eth_getLogs": (1, self._logs),
            "eth_getTransactionByHash": (1, self._transaction),
            "eth_getTransactionReceipt": (1, self._receipt),
            "eth_getTransactionCount": (2, self._transaction_count),
            "eth_getBalance": (2, self._balance),
            "eth_getCode": (2, self._code),
            "eth_call": (2, self._call),
            "eth_sendTransaction": (1, self._send),
        }

    def answer(self, method: str, given: Sequence[Any]) -> Any:
        """Return the result of a method."""
        if method in self._constants:
            Parameters(given, 0)
            return self._constants[method]
        if method not in self._methods:
            raise unknown_method(method)
        most, answer = self._methods[method]
        return answer(Parameters(given, most))

    def _block_by_number(self, given: Parameters) -> Json | None:
        given.at(0)
        full = given.flag(1)
        block = given.block(0, self._chain)
        return block_json(block, full=full) if block else None

    def _block_by_hash(self, given: Parameters) -> Json | None:
        block_hash, full = given.hash(0), given.flag(1)
        block = self._chain.by_hash(block_hash)
        return block_json(block, full=full) if block else None

    def _logs(self, given: Parameters) -> list[Json]:
        wanted = given.log_filter(0, self._chain)
        logs = (log for block in wanted.blocks for log in logs_json(block))
        found = [log for log in logs if wanted.wants(log["address"], log["topics"])]
        if len(found) > _MOST_LOGS:
            raise RpcError(-32005, f"query returned more than {_MOST_LOGS} results")
        return found

    def _transaction(self, given: Parameters) -> Json | None:
        transaction_hash = given.hash(0)
        if place := self._chain.place_of(transaction_hash):
            return transaction_json(place.outcome.transaction, place)
        waiting = self._chain.pool.get(transaction_hash)
        return transaction_json(waiting, None) if waiting else None

    def _receipt(self, given: Parameters) -> Json | None:
        place = self._chain.place_of(given.hash(0))
        return receipt_json(place) if place else None

    def _transaction_count(self, given: Parameters) -> str:
        address = given.address(0)
        block = given.state_block(1, self._chain)
        return quantity(self._ledger(block).nonce_of(address))

    def _balance(self, given: Parameters) -> str:
        address = given.address(0)
        block = given.state_block(1, self._chain)
        return quantity(self._ledger(block).coins_of(address))

    def _code(self, given: Parameters) -> str:
        address = given.address(0)
        given.state_block(1, self._chain)
        return _CODE if address in self._chain.tokens else NO_DATA

    def _call(self, given: Parameters) -> str:
        call = given.call(0)
        ledger = self._ledger(given.state_block(1, self._chain))
        address = Parameters([call.get("to")], 1).address(0)
        token = self._chain.tokens.get(address)
        if token is None:
            return NO_DATA
        supply = sum(amount for (owned, _), amount in ledger.tokens.items() if owned == address)
        data = data_of(call.get("input", call.get("data", NO_DATA)))
        answer = call_result(token, data, lambda owner: ledger.tokens_of(address, owner), supply)
        if answer is None:
            raise reverted()
        return answer

    def _send(self, given: Parameters) -> str:
        """Send for an account of the node's own, as a development node does that has its keys."""
        call = given.call(0)
        sender = Parameters([call.get("from")], 1).address(0)
        if sender not in self._chain.accounts:
            raise refused("unknown account")
        recipient = None if call.get("to") is None else Parameters([call["to"]], 1).address(0)
        plain = transaction_of(self._chain, sender, recipient, number(call.get("value", "0x0")))
        transaction = _with(plain, call)
        try:
            self._chain.send(transaction)
        except RefusedTransactionError as error:
            raise refused(str(error)) from None
        return transaction.hash

    def _ledger(self, block: MinedBlock) -> Ledger:
        ledger = self._chain.ledger_of(block)
        if ledger is None:
            raise refused(f"missing trie node: the state of block {block.number} is not available")
        return ledger


def _with(plain: SentTransaction, call: Mapping[str, Any]) -> SentTransaction:
    """Return a transaction with what a call says of it besides."""
    fields = {"nonce": "nonce", "gas": "gas_limit", "maxFeePerGas": "fee_cap", "maxPriorityFeePerGas": "tip"}
    said: dict[str, Any] = {field: number(call[name]) for name, field in fields.items() if call.get(name) is not None}
    if (price := call.get("gasPrice")) is not None:
        said |= {"fee_cap": number(price), "tip": number(price)}
    data = data_of(call.get("input", call.get("data", NO_DATA)))
    return replace(plain, data=data, **said)
