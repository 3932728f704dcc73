"""What users are notified of: what wallets get and give, how transactions end, and what is no token. Pure."""

from collections.abc import Sequence

import msgspec

from streaming.notices import Notice, NotificationKind, Severity
from streaming.numbers import in_plain_notation, json_number
from wallets.addresses import shortened, with_checksum
from wallets.events import TransactionState, WalletActivity
from wallets.lifecycle import TransactionStatus

_TITLES = {
    TransactionStatus.CONFIRMED: "Transaction confirmed",
    TransactionStatus.FAILED: "Transaction failed",
    TransactionStatus.REPLACED: "Transaction replaced",
    TransactionStatus.DROPPED: "Transaction dropped",
    TransactionStatus.RETRACTED: "Transaction taken back by a reorganisation",
}
"""Of which statuses users are notified: the steps between them are told on `tx:`."""


def movement_notice(owner_id: int, told: WalletActivity) -> Notice | None:
    """Return what an owner is notified of a movement; None where nothing moved, as where a contract is only called."""
    if not told.change:
        return None
    came = told.change > 0
    amount = f"{in_plain_notation(abs(told.change))} {told.asset}"
    return Notice(
        user_id=owner_id,
        kind=NotificationKind.WALLET,
        severity=Severity.WARNING if told.retracted else Severity.INFO,
        title=f"{'Incoming' if came else 'Outgoing'} {amount}{_taken_back(told.retracted)}",
        body=f"{'To' if came else 'From'} {told.label or told.address} on {told.chain}",
        data=_data(
            chain=told.chain,
            address=told.address,
            tx=told.tx,
            block=told.block,
            asset=told.asset,
            change=json_number(told.change),
        ),
    )


def more_movements_notice(
    owner_id: int, *, chain: str, address: str, wallet: str, block: int | None, count: int, retracted: bool
) -> Notice:
    """Return what an owner is notified of movements beyond those of the same block that are told one by one.

    `wallet` is how it is called.
    """
    return Notice(
        user_id=owner_id,
        kind=NotificationKind.WALLET,
        severity=Severity.WARNING if retracted else Severity.INFO,
        title=f"{count} more transfer{'' if count == 1 else 's'} in one block{_taken_back(retracted)}",
        body=f"Of {wallet} on {chain}, in block {block}",
        data=_data(chain=chain, address=address, block=block, count=count),
    )


def transaction_notice(owner_id: int, told: TransactionState, wallets: Sequence[tuple[str, str]]) -> Notice | None:
    """Return what a watcher is notified of a transaction; None where its status is no news.

    `wallets` are the label, empty where it has none, and the address of each of the watcher's that it touches.
    """
    if told.status not in _TITLES:
        return None
    is_good = told.status is TransactionStatus.CONFIRMED
    names = dict.fromkeys(label or shortened(with_checksum(address)) for label, address in wallets)
    whose = f" of {' and '.join(names)}" if names else ""
    by = f", by {shortened(told.replaced_by)}" if told.replaced_by else ""
    return Notice(
        user_id=owner_id,
        kind=NotificationKind.WALLET,
        severity=Severity.INFO if is_good else Severity.WARNING,
        title=_TITLES[told.status],
        body=f"{shortened(told.hash)}{whose} on {told.chain}{by}",
        data=_data(chain=told.chain, tx=told.hash, status=told.status.value, block=told.block),
    )


def no_token_notice(owner_id: int, *, chain: str, wallet: str, contract: str, reason: str) -> Notice:
    """Return what an owner is notified of who has named a contract that is no token; `wallet` is how it is called."""
    return Notice(
        user_id=owner_id,
        kind=NotificationKind.WALLET,
        severity=Severity.WARNING,
        title="No token at the address that was named",
        body=f"{contract} on {chain}, named for {wallet}: {reason}",
        data=_data(chain=chain, token=contract),
    )


def _taken_back(retracted: bool) -> str:
    return ", taken back by a reorganisation" if retracted else ""


def _data(**values: object) -> str:
    return msgspec.json.encode({name: value for name, value in values.items() if value is not None}).decode()
