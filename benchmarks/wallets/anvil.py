"""Foundry's anvil, a real node: blocks of it for a follower that lags."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.wallets.busy_chain import NodeDescription
from tests.services import need_node_module
from tests.waiting import until_now

_BLOCKS_EACH = 10
_PORT = re.compile(r"Listening on [\d.]+:(\d+)\s")
_SECONDS = 60.0


class Anvil:
    """A running anvil, which mines when it is told to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=_SECONDS)

    def ask(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        answer = self._client.post("/", json=request).json()
        assert "error" not in answer, answer
        return answer["result"]

    @property
    def url(self) -> str:
        """Where it is asked over WebSocket."""
        return f"ws://127.0.0.1:{self._port}"

    def describe(self) -> NodeDescription:
        """Return where it is; its own accounts are watched."""
        return NodeDescription(self.url, 31337, self.ask("eth_accounts"))

    def mine(self, blocks: int) -> int:
        """Mine so many blocks, each tenth with a transfer between watched accounts; return the head's number."""
        sender, recipient, *_ = self.ask("eth_accounts")
        for _ in range(blocks // _BLOCKS_EACH):
            self.ask("eth_sendTransaction", {"from": sender, "to": recipient, "value": "0x1"})
            self.ask("anvil_mine", hex(_BLOCKS_EACH))
        return int(self.ask("eth_blockNumber"), 16)

    def close(self) -> None:
        """Close the connections to it."""
        self._client.close()


@contextmanager
def running_anvil() -> Iterator[Anvil]:
    """Run one until the end of the `with`; skip where npm hasn't brought it."""
    program = need_node_module("@foundry-rs/anvil-linux-amd64").parents[1] / ".bin" / "anvil"
    with tempfile.TemporaryDirectory(prefix="anvil-") as folder, (Path(folder) / "log").open("w+b") as output:
        process = subprocess.Popen(  # noqa: S603 - ours, brought by npm
            [str(program), "--port", "0", "--no-mining"], stdout=output
        )
        try:
            printed = Path(output.name)
            until_now(lambda: _PORT.search(printed.read_text(encoding="utf-8")), seconds=_SECONDS)
            found = _PORT.search(printed.read_text(encoding="utf-8"))
            assert found
            anvil = Anvil(int(found[1]))
            yield anvil
            anvil.close()
        finally:
            process.terminate()
            process.wait()
