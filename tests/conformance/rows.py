"""What stands above a test: the rows of docs/protocol that it proves, and where it runs.

A row is proven on the deployment that says most, two gateways of `serve` on PostgreSQL and Redis, and on another only
where that can make a difference to it. docs/generate_conformance.py knows these names.
"""

import pytest

from docs.generate_conformance import DECORATORS

row = pytest.mark.row
on_each_layer = pytest.mark.parametrize("place", DECORATORS["on_each_layer"], indirect=True)
"""On memory and SQLite too: what is kept for all processes, or stored, and what the bridge does beside the gateway."""
on_each_server = pytest.mark.parametrize("place", DECORATORS["on_each_server"], indirect=True)
"""On Daphne too: handshakes and refusals, what reads and writes frames, how connections end, bodies of requests."""
everywhere = pytest.mark.parametrize("place", DECORATORS["everywhere"], indirect=True)
"""Where both can: ends that the layer tells and the server writes, tickets, health and statistics, the market."""
