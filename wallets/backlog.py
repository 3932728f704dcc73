"""How far the wallets worker is: what is stored of chains and not yet told, and how the chains are."""

from collections.abc import Mapping
from datetime import datetime

from streaming.stored_events.figures import outbox_figures
from streaming.workers.declared_figures import FigureValue
from streaming.workers.worker import Backlog
from wallets.chain_state import WELL
from wallets.events.outbox import OUTBOX
from wallets.models import Chain


def wallets_backlog(_now: datetime) -> Backlog:
    """Return what waits to be told; it grows where no worker runs."""
    return OUTBOX.backlog()


def wallet_figures(now: datetime) -> Mapping[str, FigureValue]:
    """Return how the enabled chains are, and what waits, by the names of `WALLET_FIGURES`; the database is asked."""
    chains = list(Chain.objects.filter(is_enabled=True))
    away = [chain.name for chain in chains if chain.state_at(now) not in WELL]
    behind = [
        max(0, chain.head_number - chain.cursor_number)
        for chain in chains
        if chain.head_number is not None and chain.cursor_number is not None
    ]
    return {
        "chains_followed": FigureValue(len(chains)),
        "chains_disconnected": FigureValue(len(away), ", ".join(away)),
        "blocks_behind": FigureValue(max(behind, default=None)),
        **outbox_figures(OUTBOX.backlog(), now),
    }
