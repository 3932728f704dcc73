"""Split a candle into smaller ones that add up to it exactly.

History is made from the top down: a day is drawn first, and its hours, minutes and seconds only when somebody asks.
Whatever is asked, in whatever order, the parts of a candle have its open, high, low and close, and their volumes and
counts sum to its own; each part's average price lies between its low and its high.
"""

from collections.abc import Callable
from itertools import accumulate, pairwise
from math import sqrt
from random import Random

from streaming.simulator.candles import Candle, empty_candle

# So few trades all go to the first part: with more, one part can always hold the high and the low besides its ends.
_FEW_TRADES = 8
_TRADES_OF_A_FULL_PART = 4
# A random walk of n steps spans about 1.6 √n of its steps.
_SPAN_OF_WALK = 1.6
# Where in its range a candle's average price may lie, so that its parts still have room on both sides.
_LOWEST_AVERAGE, _HIGHEST_AVERAGE = 0.1, 0.9
_FULL_LEAN = 4096

_Bounds = tuple[list[int], list[int]]


def subdivide(candle: Candle, *, count: int, length: int, shape: Random, flow: Random) -> list[Candle]:
    """Return `count` candles of `length` ms that add up to `candle`.

    `shape` draws the path of the price, `flow` the volumes: pairs of one base asset share a shape and move together.
    """
    if candle.trades <= _FEW_TRADES:
        return _all_in_first(candle, count, length)
    trades = _trade_counts(candle.trades, count, flow)
    closes = _closes(candle, trades, shape)
    opens, highs, lows = _ranges(candle, trades, closes, shape)
    bands = (lows, highs)
    volumes, quotes = _volumes(candle, trades, bands, flow)
    takers, taker_quotes = _taker_volumes(candle, volumes, quotes, bands, flow)
    columns = zip(
        range(candle.open_time, candle.open_time + count * length, length),
        zip(opens, highs, lows, closes, strict=True),
        zip(volumes, quotes, takers, taker_quotes, strict=True),
        trades,
        accumulate(trades[:-1], initial=candle.first_trade_id),
        strict=True,
    )
    return [_part(*column) for column in columns]


def _part(
    open_time: int,
    prices: tuple[int, int, int, int],
    volumes: tuple[int, int, int, int],
    trades: int,
    first_trade_id: int,
) -> Candle:
    open_, high, low, close = prices
    volume, quote_volume, taker_volume, taker_quote_volume = volumes
    return Candle(
        open_time=open_time,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
        quote_volume=quote_volume,
        trades=trades,
        taker_volume=taker_volume,
        taker_quote_volume=taker_quote_volume,
        first_trade_id=first_trade_id,
    )


def share(total: int, weights: list[float]) -> list[int]:
    """Return `total` dealt out by weight, in whole numbers that sum to it exactly."""
    whole = sum(weights)
    parts, reached, given = [], 0.0, 0
    for weight in weights:
        reached += weight
        target = min(total, round(total * (reached / whole)))
        parts.append(target - given)
        given = target
    parts[-1] += total - given
    return parts


def spread(total: int, floors: list[int], ceilings: list[int]) -> list[int]:
    """Return whole numbers that sum to `total`, each the same part of the way from its floor to its ceiling.

    Where the total lies outside what floors and ceilings allow, the widest part takes the difference.
    """
    lowest, room = sum(floors), sum(ceilings) - sum(floors)
    excess = min(max(total - lowest, 0), room)
    parts, reached, given = [], 0, 0
    for floor, ceiling in zip(floors, ceilings, strict=True):
        reached += ceiling - floor
        target = excess * reached // room if room else 0
        parts.append(floor + target - given)
        given = target
    widest = max(range(len(parts)), key=ceilings.__getitem__)
    parts[widest] += total - sum(parts)
    return parts


def _all_in_first(candle: Candle, count: int, length: int) -> list[Candle]:
    next_trade_id = candle.first_trade_id + candle.trades
    rest = [empty_candle(candle.open_time + index * length, candle.close, next_trade_id) for index in range(1, count)]
    return [candle, *rest]


def _trade_counts(total: int, count: int, flow: Random) -> list[int]:
    """Deal the trades out; the first and the last part have one at least, and one part enough for any range."""
    full = flow.randrange(count)
    spare = total - 2 - _TRADES_OF_A_FULL_PART
    counts = share(spare, [flow.expovariate(1.0) + 0.5 for _ in range(count)])
    counts[0] += 1
    counts[-1] += 1
    counts[full] += _TRADES_OF_A_FULL_PART
    return counts


def _closes(candle: Candle, trades: list[int], shape: Random) -> list[int]:
    """Draw a walk from the open to the close that stays within the range; it stands still where nothing trades."""
    walk, position = [], 0.0
    for count in trades:
        draw = shape.gauss(0.0, 1.0)
        position += draw if count else 0.0
        walk.append(position)
    moves = sum(1 for count in trades if count)
    size = (candle.high - candle.low) / (_SPAN_OF_WALK * sqrt(moves))
    closes, moved = [], 0
    for count, height in zip(trades, walk, strict=True):
        moved += 1 if count else 0
        way = moved / moves
        price = candle.open + (candle.close - candle.open) * way + size * (height - position * way)
        closes.append(_reflected(round(price), candle.low, candle.high))
    closes[-1] = candle.close
    if trades[0] == 1:
        closes[0] = candle.open
        _hold_still(closes, trades)
    return closes


def _hold_still(closes: list[int], trades: list[int]) -> None:
    """Carry the first close on through the parts without trades that follow it."""
    for index in range(1, len(closes)):
        if trades[index]:
            return
        closes[index] = closes[0]


def _reflected(price: int, low: int, high: int) -> int:
    if price > high:
        price = 2 * high - price
    elif price < low:
        price = 2 * low - price
    return min(max(price, low), high)


def _ranges(
    candle: Candle, trades: list[int], closes: list[int], shape: Random
) -> tuple[list[int], list[int], list[int]]:
    """Return the opens, highs and lows; one part has the candle's high and one its low."""
    size = (candle.high - candle.low) / (_SPAN_OF_WALK * sqrt(len(trades)))
    opens, highs, lows = [candle.open], [], []
    opens += [
        close if count != 1 else following
        for (close, following), count in zip(pairwise(closes), trades[1:], strict=True)
    ]
    for open_, close, count in zip(opens, closes, trades, strict=True):
        above, below = abs(shape.gauss(0.0, 0.5)), abs(shape.gauss(0.0, 0.5))
        reach = size if count >= _TRADES_OF_A_FULL_PART else 0.0
        highs.append(min(candle.high, max(open_, close) + int(above * reach)))
        lows.append(max(candle.low, min(open_, close) - int(below * reach)))
    full = [index for index, count in enumerate(trades) if count >= _TRADES_OF_A_FULL_PART]
    highs[max(full, key=highs.__getitem__)] = candle.high
    lows[min(full, key=lows.__getitem__)] = candle.low
    return opens, highs, lows


def _volumes(candle: Candle, trades: list[int], bands: _Bounds, flow: Random) -> tuple[list[int], list[int]]:
    """Deal the volume out, each trade having one step at least, and price each part's within its range."""
    lows, highs = bands
    weights = [count * flow.lognormvariate(0.0, 0.4) for count in trades]
    spare = candle.volume - candle.trades
    dealt = [count + part for count, part in zip(trades, share(spare, weights), strict=True)]

    def all_in(part: int) -> list[int]:
        return [count + (spare if index == part else 0) for index, count in enumerate(trades)]

    def bounds(volumes: list[int]) -> _Bounds:
        return _products(lows, volumes), _products(highs, volumes)

    highest, lowest = all_in(highs.index(max(highs))), all_in(lows.index(min(lows)))
    volumes = _balanced(candle.quote_volume, dealt, highest, lowest, bounds)
    return volumes, spread(candle.quote_volume, *bounds(volumes))


def _taker_volumes(
    candle: Candle, volumes: list[int], quotes: list[int], bands: _Bounds, flow: Random
) -> tuple[list[int], list[int]]:
    """Deal the takers' buying out nearly in proportion; it costs no more than all of the part's volume."""
    lows, highs = bands
    even = spread(candle.taker_volume, [0] * len(volumes), volumes)
    dearest = sorted(range(len(volumes)), key=lambda index: -(highs[index] + lows[index]))

    def bounds(takers: list[int]) -> _Bounds:
        averages = [
            quote * taker // max(1, volume) for quote, taker, volume in zip(quotes, takers, volumes, strict=True)
        ]
        floors = _near(averages, _products(lows, takers))
        return floors, _near(averages, _products(highs, takers))

    highest = _filled(even, volumes, dearest)
    lowest = _filled(even, volumes, dearest[::-1])
    takers = _balanced(candle.taker_quote_volume, _stirred(even, volumes, flow), highest, lowest, bounds)
    return takers, spread(candle.taker_quote_volume, *bounds(takers))


def _near(averages: list[int], extremes: list[int]) -> list[int]:
    """Return numbers a quarter of the way from what takers paid on average to the most or the least they can have."""
    return [average + (extreme - average) // 4 for average, extreme in zip(averages, extremes, strict=True)]


def _stirred(takers: list[int], volumes: list[int], flow: Random) -> list[int]:
    """Move some of the takers' buying between neighbours, so that not every part has the same share of it."""
    takers = list(takers)
    for index in range(0, len(takers) - 1, 2):
        most = min(takers[index], volumes[index + 1] - takers[index + 1])
        moved = int(most * flow.random() * 0.4)
        takers[index] -= moved
        takers[index + 1] += moved
    return takers


def _filled(even: list[int], volumes: list[int], order: list[int]) -> list[int]:
    """Return the takers' buying moved to the parts that come first in `order`; some stays everywhere."""
    filled = [part * 3 // 10 for part in even]
    left = sum(even) - sum(filled)
    for index in order:
        moved = min(left, (volumes[index] - filled[index]) * 9 // 10)
        filled[index] += moved
        left -= moved
    return filled if left == 0 else even


def _balanced(
    total: int,
    dealt: list[int],
    highest: list[int],
    lowest: list[int],
    bounds: Callable[[list[int]], _Bounds],
) -> list[int]:
    """Return `dealt`, moved as little towards the highest or the lowest prices as lets it cost `total`."""
    position = _position(total, *bounds(dealt))
    if _LOWEST_AVERAGE <= position <= _HIGHEST_AVERAGE:
        return dealt
    rising = position > _HIGHEST_AVERAGE
    extreme = highest if rising else lowest
    little, much = 0, _FULL_LEAN
    leaning = dealt
    while much - little > 1:
        lean = (little + much) // 2
        leaning = _between(dealt, extreme, lean)
        position = _position(total, *bounds(leaning))
        if _LOWEST_AVERAGE <= position <= _HIGHEST_AVERAGE:
            break
        too_little = position > _HIGHEST_AVERAGE if rising else position < _LOWEST_AVERAGE
        little, much = (lean, much) if too_little else (little, lean)
    return leaning


def _between(dealt: list[int], extreme: list[int], lean: int) -> list[int]:
    """Return whole numbers with the same sum, `lean` of _FULL_LEAN on the way from the one to the other."""
    parts, reached, given = [], 0, 0
    for here, there in zip(dealt, extreme, strict=True):
        reached += there - here
        target = reached * lean // _FULL_LEAN
        parts.append(here + target - given)
        given = target
    return parts


def _position(total: int, floors: list[int], ceilings: list[int]) -> float:
    """Return where `total` lies between the sum of the floors (0) and that of the ceilings (1)."""
    lowest, highest = sum(floors), sum(ceilings)
    return (total - lowest) / (highest - lowest) if highest > lowest else 0.5


def _products(prices: list[int], volumes: list[int]) -> list[int]:
    return [price * volume for price, volume in zip(prices, volumes, strict=True)]
