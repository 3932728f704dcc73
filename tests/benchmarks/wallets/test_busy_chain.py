"""The chain that is measured by has as many transactions in a block as it says, and as many to watched addresses."""

from benchmarks.wallets.busy_chain import BusyChain
from wallets.simulator.chain.tokens import transfer_call
from wallets.simulator.chain.transactions import Outcome


def _recipient(outcome: Outcome) -> str | None:
    call = transfer_call(outcome.transaction.data)
    return call.recipient if call else outcome.transaction.recipient


def test_a_block_has_as_many_transactions_as_are_wanted_and_so_many_to_watched_addresses() -> None:
    chain = BusyChain()
    for touching in (0, 6, 30):
        chain.send(300, touching)
        block = chain.node.growth.mine()
        assert all(outcome.succeeded for outcome in block.outcomes)
        assert len(block.outcomes) == 300
        assert sum(_recipient(outcome) in chain.watched for outcome in block.outcomes) == touching
        assert sum(bool(outcome.logs) for outcome in block.outcomes) == 100
