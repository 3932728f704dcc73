"""What staff change of a chain while it is followed: one function a use case, each in one transaction."""

from functools import partial

from django.db import transaction

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.workers.wake_ups import wake_soon
from wallets.declared_workers import WALLETS_WORKER
from wallets.models import Chain, ChainTransaction, KnownBlock, Wallet


class SwitchedAlreadyError(CommandRefusedError):
    """The chain is enabled, or disabled, already."""

    def __init__(self, *, is_enabled: bool) -> None:
        super().__init__(CommandErrorCode.CONFLICT, f"The chain is {'enabled' if is_enabled else 'disabled'} already")


@transaction.atomic
def chain_start_over(*, chain: Chain, block: int, is_begun_anew: bool = False) -> Chain:
    """Let the follower forget how far it came, and follow the chain anew from a block (0 or more).

    `is_begun_anew`: staff say that the chain itself was, as test networks are. None of its blocks is one that is known
    then, however low the node's head is; what was final is forgotten, for the same transaction may come again.
    """
    row = Chain.objects.select_for_update().get(pk=chain.pk)  # first: a follower that stores just now is waited for
    row.followed_from = block
    row.save(update_fields=["followed_from"])
    if is_begun_anew:
        KnownBlock.objects.filter(chain=row).delete()
        ChainTransaction.objects.filter(chain=row, is_final=True).delete()
        Wallet.objects.filter(chain=row).update(known_block=None)
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
    return row


@transaction.atomic
def chain_switch(*, chain: Chain, is_enabled: bool) -> Chain:
    """Let a chain be followed, or no longer; raise `SwitchedAlreadyError`. Its wallets stay."""
    row = Chain.objects.select_for_update().get(pk=chain.pk)
    if row.is_enabled == is_enabled:
        raise SwitchedAlreadyError(is_enabled=is_enabled)
    row.is_enabled = is_enabled
    row.save(update_fields=["is_enabled"])
    transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
    return row
