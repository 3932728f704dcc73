"""What people do on the chain by chance: send coins and tokens, fail, pay too little, speed up, cancel, give up."""

from collections.abc import Sequence

from msgspec.structs import replace

from wallets.simulator.chain.chain import BASE_FEE, ETHER, GWEI, SimulatedChain, generator
from wallets.simulator.chain.pool import RefusedTransactionError
from wallets.simulator.chain.tokens import transfer_data
from wallets.simulator.chain.transactions import NO_DATA, SentTransaction
from wallets.simulator.settings import ChainSettings

_TOKEN_SHARE = 0.4
_FAILING_SHARE = 0.05
_UNDERPRICED_SHARE = 0.05
_QUIET_SENDING_SHARE = 0.5
_SPEED_UP_SHARE, _CANCEL_SHARE = 0.5, 0.3
_MORE_THAN_ANYBODY_HAS = 2**128


class Activity:
    """Sends by chance, from a seed; what has too low a fee waits until its sender does something about it."""

    def __init__(self, seed: int, chain: SimulatedChain, settings: ChainSettings) -> None:
        self._chain = chain
        self._settings = settings
        self._random = generator(seed, "activity")
        self._quiet = chain.accounts[: settings.quiet_accounts]
        self._busy = chain.accounts[settings.quiet_accounts :]
        self._times = 0

    def go_on(self) -> None:
        """Do what is done between two blocks."""
        for _ in range(self._random.randint(0, self._settings.activity)):
            self._go_on_with(self._random.choice(self._busy), self._busy)
        self._times += 1
        turn, is_between = divmod(self._times, self._settings.quiet_blocks)
        if self._quiet and not is_between:
            quiet = self._quiet[turn % len(self._quiet)]
            sends = self._random.random() < _QUIET_SENDING_SHARE
            self._go_on_with(*((quiet, self._busy) if sends else (self._random.choice(self._busy), [quiet])))

    def _go_on_with(self, sender: str, recipients: Sequence[str]) -> None:
        """Have somebody do something about what waits, or else send to one of these."""
        if stuck := self._stuck(sender):
            self._get_unstuck(stuck)
        else:
            self._send(sender, recipients)

    def _stuck(self, sender: str) -> SentTransaction | None:
        waiting = self._chain.pool.transactions
        return next((each for each in waiting if each.sender == sender and each.fee_cap < BASE_FEE), None)

    def _get_unstuck(self, stuck: SentTransaction) -> None:
        chance = self._random.random()
        if chance < _SPEED_UP_SHARE:
            self._try(sped_up(stuck))
        elif chance < _SPEED_UP_SHARE + _CANCEL_SHARE:
            self._try(cancelled(stuck))
        else:
            self._chain.pool.drop(stuck.hash)

    def _send(self, sender: str, recipients: Sequence[str]) -> None:
        recipient = self._random.choice(recipients)
        value = self._random.randint(1, ETHER)
        plain = transaction_of(self._chain, sender, recipient, value)
        if self._random.random() < _TOKEN_SHARE:
            token = self._random.choice(list(self._chain.tokens.values()))
            fails = self._random.random() < _FAILING_SHARE / _TOKEN_SHARE
            amount = _MORE_THAN_ANYBODY_HAS if fails else self._random.randint(1, 1000 * 10**token.decimals)
            plain = replace(plain, recipient=token.address, value=0, data=transfer_data(recipient, amount))
        if self._random.random() < _UNDERPRICED_SHARE:
            plain = replace(plain, fee_cap=BASE_FEE // 2)
        self._try(plain)

    def _try(self, transaction: SentTransaction) -> None:
        try:
            self._chain.send(transaction)
        except RefusedTransactionError:
            return  # as people are refused whose money has gone meanwhile


def transaction_of(chain: SimulatedChain, sender: str, recipient: str | None, value: int) -> SentTransaction:
    """Return a transaction of usual fees, with the next nonce of its sender."""
    nonce = chain.pool.next_nonce(sender, chain.ledger.nonce_of(sender))
    return SentTransaction(sender=sender, nonce=nonce, recipient=recipient, value=value, fee_cap=2 * BASE_FEE, tip=GWEI)


def sped_up(transaction: SentTransaction) -> SentTransaction:
    """Return the same for a quarter more, and for enough that the next block takes it."""
    fee_cap = max(transaction.fee_cap * 5 // 4, 2 * BASE_FEE)
    return replace(transaction, fee_cap=fee_cap, tip=transaction.tip * 5 // 4 + 1)


def cancelled(transaction: SentTransaction) -> SentTransaction:
    """Return what takes a transaction's place and sends nothing, to its own sender."""
    return replace(sped_up(transaction), recipient=transaction.sender, value=0, data=NO_DATA)
