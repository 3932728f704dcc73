"""How far the wallets worker is: what is stored of chains and not yet told, and how the chains are."""

from collections.abc import Mapping
from datetime import datetime

from streaming.times import milliseconds
from streaming.workers.declared_figures import FigureValue
from streaming.workers.worker import Backlog
from wallets.chain_state import WELL
from wallets.models import Chain, OutboxEvent


def wallets_backlog(now: datetime) -> Backlog:
    """Return what waits; it grows where no worker runs."""
    waiting = OutboxEvent.objects.filter(refused_at=None).order_by("id")
    return Backlog(due=waiting.count(), oldest=waiting.values_list("created_at", flat=True).first())


def wallet_figures(now: datetime) -> Mapping[str, FigureValue]:
    """Return how the enabled chains are, and what waits, by the names of `WALLET_FIGURES`; the database is asked."""
    chains = list(Chain.objects.filter(is_enabled=True))
    away = [chain.name for chain in chains if chain.state_at(now) not in WELL]
    behind = [
        max(0, chain.head_number - chain.cursor_number)
        for chain in chains
        if chain.head_number is not None and chain.cursor_number is not None
    ]
    waiting = wallets_backlog(now)
    age = None if waiting.oldest is None else max(0, milliseconds(now) - milliseconds(waiting.oldest))
    return {
        "chains_followed": FigureValue(len(chains)),
        "chains_disconnected": FigureValue(len(away), ", ".join(away)),
        "blocks_behind": FigureValue(max(behind, default=None)),
        "events_waiting": FigureValue(waiting.due),
        "oldest_event": FigureValue(age),
    }
