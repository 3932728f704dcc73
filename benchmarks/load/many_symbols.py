"""`python -m benchmarks.load.many_symbols COUNT`: an exchange with so many symbols, each of little trade."""

import asyncio
import signal
import sys

from msgspec.structs import replace

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange

_TRADES_PER_SECOND = 0.5


def symbols(count: int) -> list[str]:
    """Return the names of the symbols of such an exchange."""
    return [f"C{number}USDT" for number in range(count)]


def main() -> None:
    """Serve until SIGTERM; the address stands in the first line."""
    asyncio.run(_serve(int(sys.argv[1])))


async def _serve(count: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    usual = replace(INSTRUMENTS[1], trades_per_second=_TRADES_PER_SECOND)
    instruments = tuple(replace(usual, symbol=name, base=name.removesuffix("USDT")) for name in symbols(count))
    exchange = SimulatedExchange(settings=ExchangeSettings(instruments=instruments, weight_limit=1_000_000))
    await exchange.start()
    print(exchange.rest_url, flush=True)
    await stopped.wait()
    await exchange.stop()


if __name__ == "__main__":
    main()
