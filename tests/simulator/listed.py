"""Symbols that the simulated exchange lists and has no market of."""

from streaming.simulator.rest.exchange_info import listed_symbol


def many_symbols(count: int) -> tuple[dict[str, object], ...]:
    """Return rows of `count` symbols, C0001USDT, C0002USDT and so on."""
    return tuple(listed_symbol(f"C{number:04d}", "USDT") for number in range(1, count + 1))
