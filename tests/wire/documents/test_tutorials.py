"""docs/tutorials: who follows one from its top to its end sees what it says."""

import secrets
from pathlib import Path

from tests.deployments import Deployment
from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_node, need_node_module
from tests.wire.documents.reader import Reader

_TUTORIAL = (ROOT / "docs" / "tutorials" / "alerts-and-a-bot.md").read_text(encoding="utf-8")


def test_it_leads_from_a_start_to_an_alert_that_arrives_and_a_bot_that_trades(demo: Deployment, tmp_path: Path) -> None:
    need_node()
    need_node_module("wscat")
    need_node_module("ws")
    address = demo.http_url.removeprefix("http://")
    spelled = {
        "127.0.0.1:8000": address,
        "9000": str(free_port()),
        "ada": f"ada-{secrets.token_hex(4)}",  # the demo is shared, and may have an Ada already
    }
    running = {"demo": demo.processes["demo"]}
    with Reader(tmp_path, spelled=spelled, running=running, variables={"PORT": address.partition(":")[2]}) as reader:
        run = reader.follow(_TUTORIAL)
    assert {"wscat", "prices-python", "trades-javascript", "sign-up", "fired", "order", "bot", "stop"} <= set(run)
