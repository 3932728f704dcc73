"""What Prometheus reads of the leases that a process holds, or stands by for."""

from streaming.metrics.counting import Counter, Gauge, Meter
from streaming.metrics.declared import EVERY_PROCESS, Label

_LEASE = (Label("lease", most=50),)
_EVERYWHERE = (EVERY_PROCESS,)

LEASE_HELD = Gauge(
    "tidewire_lease_held",
    "Whether the process holds the lease (1) or stands by for it (0).",
    labels=_LEASE,
    processes=_EVERYWHERE,
)
LEASES_TAKEN = Counter(
    "tidewire_lease_acquisitions_total", "How often it has taken the lease.", labels=_LEASE, processes=_EVERYWHERE
)
LEASES_LOST = Counter(
    "tidewire_lease_losses_total",
    "How often it could not renew the lease, or another has taken it; one that was given back isn't lost.",
    labels=_LEASE,
    processes=_EVERYWHERE,
)
LEASE_METRICS: tuple[Meter, ...] = (LEASE_HELD, LEASES_TAKEN, LEASES_LOST)
