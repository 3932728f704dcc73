"""Another base address than the first: how it gets there, what it says, and how it gets back."""

from collections.abc import AsyncIterator

import pytest

from streaming.market.upstream.connection_changes import ConnectionState
from streaming.market.upstream.counts import Ending
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.upstream.following import TICKER, connected
from tests.market.upstream.simulating import short_limits
from tests.waiting import until


@pytest.fixture
async def other() -> AsyncIterator[ScriptedExchange]:
    """Run the same exchange at another address."""
    scripted = ScriptedExchange()
    await scripted.start()
    yield scripted
    await scripted.stop()


@rule("1.1.4", "3.4")
@pytest.mark.parametrize("status", [451, 403, 404])
async def test_it_falls_back_says_so_and_returns_without_an_interruption(
    exchange: ScriptedExchange, other: ScriptedExchange, status: int
) -> None:
    exchange.handshake = (status, {})
    limits = short_limits(renewal={"preferred_retry": 0.2})
    async with connected(exchange, other, limits=limits) as follower:
        await follower.until_active(TICKER)
        assert follower.upstream.state is ConnectionState.FALLBACK
        assert follower.upstream.address == other.stream_url
        counts, first = follower.upstream.counts, 3 if status == 404 else 1
        assert counts.endings == {Ending.REFUSED: first + counts.failed_renewals}, "it may be trying to return already"
        await until(lambda: follower.upstream.counts.failed_renewals >= 2)
        assert follower.upstream.state is ConnectionState.FALLBACK
        exchange.handshake = None
        await until(lambda: exchange.subscribed == {TICKER})
        await exchange.send(TICKER, frames.ticker())
        await until(lambda: follower.upstream.state is ConnectionState.LIVE)
        assert follower.upstream.address == exchange.stream_url
        await until(lambda: not other.sockets)
        assert follower.states[-2:] == [ConnectionState.FALLBACK, ConnectionState.LIVE]
        assert (follower.interrupted, follower.restored) == ([], [])
        assert len(other.handshakes) == 1


async def test_it_is_renewed_where_it_is_while_the_first_address_stays_closed(
    exchange: ScriptedExchange, other: ScriptedExchange
) -> None:
    exchange.handshake = (451, {})
    limits = short_limits(renewal={"age": 0.2})
    async with connected(exchange, other, limits=limits) as follower:
        await until(lambda: other.methods("SUBSCRIBE") == [[TICKER]] * 2)
        await other.send(TICKER, frames.ticker())
        await until(lambda: follower.upstream.counts.renewals == 1)
        assert follower.upstream.state is ConnectionState.FALLBACK
        assert len(exchange.handshakes) == 1


async def test_a_renewal_goes_elsewhere_where_its_own_address_lets_nobody_in(
    exchange: ScriptedExchange, other: ScriptedExchange
) -> None:
    limits = short_limits(renewal={"age": 0.3})
    async with connected(exchange, other, limits=limits) as follower:
        await follower.until_active(TICKER)
        exchange.handshake = (451, {})
        await until(lambda: other.subscribed == {TICKER})
        await other.send(TICKER, frames.ticker())
        await until(lambda: follower.upstream.state is ConnectionState.FALLBACK)
        assert follower.interrupted == []
