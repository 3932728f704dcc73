"""`/metrics` of the demo, one process that does all kinds of work."""

import asyncio
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from streaming.installed import installed_metrics
from tests.deployments import Deployment
from tests.waiting import until_now
from tests.wire.client import connected


def names_with_series(deployment: Deployment) -> set[str]:
    with urllib.request.urlopen(f"{deployment.http_url}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {family.name for family in text_string_to_metric_families(text) if family.samples}


_MAY_HAVE_NOTHING_TO_TELL = {
    "tidewire_gateway_handshakes_refused",  # nobody was
    "tidewire_gateway_symbol_subscriptions",  # no symbol is listed
    "tidewire_lease_held",  # one process needs no leases
    "tidewire_lease_acquisitions",
    "tidewire_lease_losses",
    "tidewire_last_backup_timestamp_seconds",  # none was made
    "tidewire_last_backup_size_bytes",
    "tidewire_trading_oldest_event_seconds",  # nothing waits
    "tidewire_wallets_oldest_event_seconds",
    "tidewire_wallets_blocks_behind",  # no chain is followed
    "tidewire_wallets_chain_state",
    "tidewire_wallets_chain_up",
    "tidewire_wallets_chain_block_number",
    "tidewire_wallets_chain_blocks_behind",
}


async def test_one_process_that_does_everything_tells_everything(demo: Deployment) -> None:
    declared = {one.name.removesuffix("_total") for one in installed_metrics()} - _MAY_HAVE_NOTHING_TO_TELL
    async with connected(demo.socket_url) as client:
        await client.subscribe("trades:BTCUSDT")
        await client.next_of("trade")
        await asyncio.to_thread(
            until_now,
            lambda: declared <= names_with_series(demo),
            explain=lambda: str(sorted(declared - names_with_series(demo))),
        )
