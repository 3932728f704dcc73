"""Candles of a minute that wander, for tests."""

import random
from decimal import Decimal

from streaming.indicators.bar import OpenBar

MINUTE_MS = 60_000


def bar(number: int, opened: object, high: object, low: object, closed: object, *, volume: object = 6) -> OpenBar:
    """Return the candle of minute `number`."""
    return OpenBar(
        open_time=MINUTE_MS * number,
        close_time=MINUTE_MS * (number + 1) - 1,
        open=Decimal(str(opened)),
        high=Decimal(str(high)),
        low=Decimal(str(low)),
        close=Decimal(str(closed)),
        volume=Decimal(str(volume)),
        quote_volume=Decimal(str(volume)) * 100,
        trades=9,
    )


def bars(count: int, seed: int = 1) -> list[OpenBar]:
    """Return a random walk of so many candles, oldest first."""
    chance, price, walk = random.Random(seed), 10_000, list[OpenBar]()
    for number in range(count):
        opened, price = price, max(100, price + chance.randint(-200, 200))
        high, low = max(opened, price) + chance.randint(0, 99), min(opened, price) - chance.randint(0, 99)
        cents = [Decimal(each) / 100 for each in (opened, high, low, price)]
        walk.append(bar(number, *cents, volume=chance.randint(1, 1000)))
    return walk
