"""What the wallets worker deletes when it is older than it is kept."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from streaming.times import moment
from streaming.workers.retention import Forget, RetentionRule, rows_delete_in_batches
from wallets.declared_workers import WALLETS_WORKER
from wallets.events.outbox import OUTBOX
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.models import Chain, ChainTransaction, KnownBlock, Movement

_BATCH = 500


def old_history_forget(*, now_ms: int) -> Iterator[int]:
    """Delete movements from before WALLET_HISTORY_KEPT_DAYS, and transactions that were final by then; 0: none."""
    days = settings.WALLET_HISTORY_KEPT_DAYS
    if not days:
        return
    before = moment(now_ms) - timedelta(days=days)
    yield from rows_delete_in_batches(Movement.objects.filter(time__lt=before), size=_BATCH)
    final = ChainTransaction.objects.filter(is_final=True, seen_at__lt=before)  # by an index; it changed no earlier
    yield from rows_delete_in_batches(final.filter(changed_at__lt=before), size=_BATCH)


def undecided_transactions_forget(*, now_ms: int) -> Iterator[int]:
    """Delete transactions of which nothing was heard for TRANSACTIONS_UNDECIDED_KEPT_DAYS: no block has them.

    Each costs a node two questions a block; nodes themselves forget them within hours or days. 0: none.
    """
    if days := settings.TRANSACTIONS_UNDECIDED_KEPT_DAYS:
        before = moment(now_ms) - timedelta(days=days)
        undecided = ChainTransaction.objects.filter(is_final=False, block_number__isnull=True)
        yield from rows_delete_in_batches(undecided.filter(changed_at__lt=before), size=_BATCH)


def old_blocks_forget(*, now_ms: int) -> Iterator[int]:
    """Delete all but the BLOCKS_KEPT newest blocks of each chain; what could be taken back is kept in any case."""
    kept = max(settings.BLOCKS_KEPT, DEEPEST_REORGANISATION + 1)
    for chain in Chain.objects.all():
        newest = KnownBlock.objects.filter(chain=chain).order_by("-number").values_list("number", flat=True).first()
        if newest is not None:
            yield from rows_delete_in_batches(
                KnownBlock.objects.filter(chain=chain, number__lte=newest - kept), size=_BATCH
            )


def _rule(what: str, forget: Forget) -> RetentionRule:
    return RetentionRule(what, forget, worker=WALLETS_WORKER.name, interval_setting="WALLETS_FORGET_SECONDS")


RETENTION = (
    _rule("wallet history", old_history_forget),
    _rule("undecided transactions", undecided_transactions_forget),
    _rule("blocks", old_blocks_forget),
    _rule("refused wallet events", OUTBOX.old_refused_forget),
)
