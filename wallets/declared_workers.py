"""The workers that the app declares, with the figures of its work that `system.health` and the operators see."""

from streaming.stored_events.figures import OUTBOX_FIGURES
from streaming.workers.declared_figures import Figure
from streaming.workers.worker import Worker

WALLET_FIGURES = (
    Figure(name="chains_followed", title="Chains followed"),
    Figure(name="chains_disconnected", title="Chains without blocks"),
    Figure(name="blocks_behind", title="Most blocks behind"),
    *OUTBOX_FIGURES,
)
WALLETS_WORKER = Worker(
    name="wallets",
    title="the wallets worker",
    work="wallets.worker.follow",
    backlog="wallets.backlog.wallets_backlog",
    figures=WALLET_FIGURES,
    follows_market=False,
)
"""Whoever names the worker (lease, wake, metric, command) takes `.name` of this."""
WORKERS = (WALLETS_WORKER,)
