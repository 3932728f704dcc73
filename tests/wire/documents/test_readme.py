"""README.md: its programs, which go on until they are stopped, print what one expects of them."""

from pathlib import Path

from tests.deployments import Deployment
from tests.processes import ROOT, Process, Program
from tests.services import need_node, need_node_module
from tests.wire.documents.fences import fences_of

_SOURCES = {
    fence.language: fence.body
    for fence in fences_of((ROOT / "README.md").read_text(encoding="utf-8"))
    if fence.language in {"python", "js"}
}
_IN_A_BROWSER = 'import { TidewireClient } from "/static/client/index.js";\n'
_IN_NODE = f'import {{ TidewireClient }} from "{ROOT}/clients/javascript/src/index.js";\n'
_ADDRESS = "ws://127.0.0.1:8000/ws"


def test_its_program_in_python_prints_trades(demo: Deployment, tmp_path: Path) -> None:
    program = tmp_path / "trades.py"
    program.write_text(_SOURCES["python"].replace(_ADDRESS, demo.socket_url), encoding="utf-8")
    with Process(str(program), environment={}) as process:
        process.wait_for(r"^BTCUSDT (buy|sell) [\d.]+ [\d.]+$")


def test_its_program_in_javascript_prints_prices(demo: Deployment, tmp_path: Path) -> None:
    assert _SOURCES["js"].startswith(_IN_A_BROWSER)
    socket = (
        f'import {{ WebSocket }} from "{need_node_module("ws")}/wrapper.mjs";\nglobalThis.WebSocket ??= WebSocket;\n'
    )
    program = tmp_path / "prices.mjs"
    source = _SOURCES["js"].replace(_IN_A_BROWSER, socket + _IN_NODE).replace(_ADDRESS, demo.socket_url)
    program.write_text(source, encoding="utf-8")
    with Program(need_node(), str(program), folder=tmp_path, environment={}) as process:
        process.wait_for(r"^(BTC|ETH)USDT [\d.]+$")
