"""A node by HTTP has so long for its whole answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from wallets.nodes.errors import NodeUnavailableError
from wallets.nodes.http_node import HttpNode
from wallets.nodes.json_rpc import Call
from wallets.nodes.node import NodeLimits


@pytest.fixture
async def endless() -> AsyncIterator[str]:
    """The address of a node that goes on answering, blank by blank."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    application = web.Application()
    application.add_routes([web.post("/", answer)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_one_that_never_ends_its_answer_does_not_answer(endless: str) -> None:
    node = HttpNode(endless, NodeLimits(answer_seconds=0.3))
    try:
        with pytest.raises(NodeUnavailableError, match=r"doesn't answer in 0\.3 s"):
            await node.exchange([Call("eth_chainId")])
    finally:
        await node.close()
