"""The figures that the wallets worker tells of its work: what `system.health` and the operators' page show."""

from streaming.stored_events.figures import OUTBOX_FIGURES
from streaming.workers.declared_figures import Figure

WALLET_FIGURES = (
    Figure(name="chains_followed", title="Chains followed"),
    Figure(name="chains_disconnected", title="Chains without blocks"),
    Figure(name="blocks_behind", title="Most blocks behind"),
    *OUTBOX_FIGURES,
)
