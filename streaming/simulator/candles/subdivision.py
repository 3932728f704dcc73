"""Split a candle into smaller ones that add up to it exactly.

History is made from the top down: a day is drawn first, and its hours, minutes and seconds only when somebody asks.
Whatever is asked, in whatever order, the parts of a candle have its open, high, low and close, and their volumes and
counts sum to its own; each part's average price lies between its low and its high.
"""

from itertools import accumulate, pairwise
from math import sqrt
from random import Random

from streaming.simulator.candles.apportionment import Bounds, balanced, products, share, spread
from streaming.simulator.candles.candles import Candle, empty_candle

# So few trades all go to the first part: with more, one part can always hold the high and the low besides its ends.
_FEW_TRADES = 8
_TRADES_OF_A_FULL_PART = 4
# A random walk of n steps spans about 1.6 √n of its steps.
_SPAN_OF_WALK = 1.6
_EVENNESS = 2.0  # the larger, the more alike are the parts' numbers of trades
_KEPT_SHARE = 3  # tenths of a part's volume that stay with it, as long as that is possible


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


def _all_in_first(candle: Candle, count: int, length: int) -> list[Candle]:
    next_trade_id = candle.first_trade_id + candle.trades
    rest = [empty_candle(candle.open_time + index * length, candle.close, next_trade_id) for index in range(1, count)]
    return [candle, *rest]


def _trade_counts(total: int, count: int, flow: Random) -> list[int]:
    """Deal the trades out; the first and the last part have one at least, and one part enough for any range."""
    full = flow.randrange(count)
    spare = total - 2 - _TRADES_OF_A_FULL_PART
    counts = share(spare, [flow.expovariate(1.0) + _EVENNESS for _ in range(count)])
    counts[0] += 1
    counts[-1] += 1
    counts[full] += _TRADES_OF_A_FULL_PART
    return counts


def _closes(candle: Candle, trades: list[int], shape: Random) -> list[int]:
    """Draw a walk from the open to the close that stays within the range; it stands still where nothing trades."""
    moved = list(accumulate(1 if count else 0 for count in trades))
    walk = list(accumulate(shape.gauss(0.0, 1.0) if count else 0.0 for count in trades))
    ways = [steps / moved[-1] for steps in moved]
    size = (candle.high - candle.low) / (_SPAN_OF_WALK * sqrt(moved[-1]))
    prices = [
        candle.open + (candle.close - candle.open) * way + size * (height - walk[-1] * way)
        for way, height in zip(ways, walk, strict=True)
    ]
    bow = _bow(candle, trades, ways, prices)
    closes = [
        _reflected(round(price + bow * way * (1 - way)), candle.low, candle.high)
        for price, way in zip(prices, ways, strict=True)
    ]
    closes[-1] = candle.close
    if trades[0] == 1:
        closes[0] = candle.open
        _hold_still(closes, trades)
    return closes


def _bow(candle: Candle, trades: list[int], ways: list[float], prices: list[float]) -> float:
    """Return how far to bend the walk, so that what is traded along it costs the candle's average price."""
    middles = [(earlier + later) / 2 for earlier, later in pairwise([candle.open, *prices])]
    average = sum(count * middle for count, middle in zip(trades, middles, strict=True)) / candle.trades
    reach = sum(count * way * (1 - way) for count, way in zip(trades, ways, strict=True)) / candle.trades
    most = (candle.high - candle.low) * 4
    wanted = (candle.quote_volume / candle.volume - average) / max(reach, 0.01)
    return min(max(wanted, -most), most)


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


def _volumes(candle: Candle, trades: list[int], bands: Bounds, flow: Random) -> tuple[list[int], list[int]]:
    """Deal the volume out, each trade having one step at least, and price each part's within its range."""
    lows, highs = bands
    weights = [count * flow.lognormvariate(0.0, 0.25) for count in trades]
    spare = share(candle.volume - candle.trades, weights)
    volumes = [count + part for count, part in zip(trades, spare, strict=True)]
    traded = [index for index, count in enumerate(trades) if count]
    dearest = sorted(traded, key=lambda index: -(highs[index] + lows[index]))
    third = max(1, len(traded) // 3)

    def bounds(volumes: list[int]) -> Bounds:
        return products(lows, volumes), products(highs, volumes)

    for dear, cheap in (
        (dearest[:third], dearest[-third:]),
        ([highs.index(max(highs))], [lows.index(min(lows))]),
    ):
        highest, lowest = _gathered(volumes, trades, dear), _gathered(volumes, trades, cheap)
        volumes = balanced(candle.quote_volume, volumes, highest, lowest, bounds)
    return volumes, spread(candle.quote_volume, *bounds(volumes))


def _gathered(volumes: list[int], trades: list[int], chosen: list[int]) -> list[int]:
    """Return the volumes moved to the `chosen` parts; of several, a share stays where it is; a single one gets all."""
    kept = _KEPT_SHARE if len(chosen) > 1 else 0
    gathered = [count + (volume - count) * kept // 10 for volume, count in zip(volumes, trades, strict=True)]
    moved = share(sum(volumes) - sum(gathered), [float(volumes[index]) for index in chosen])
    for index, part in zip(chosen, moved, strict=True):
        gathered[index] += part
    return gathered


def _taker_volumes(
    candle: Candle, volumes: list[int], quotes: list[int], bands: Bounds, flow: Random
) -> tuple[list[int], list[int]]:
    """Deal the takers' buying out nearly in proportion; it costs no more than all of the part's volume."""
    lows, highs = bands
    even = spread(candle.taker_volume, [0] * len(volumes), volumes)
    dearest = sorted(range(len(volumes)), key=lambda index: -(highs[index] + lows[index]))

    def widest(takers: list[int]) -> Bounds:
        ceilings = [min(most, quote) for most, quote in zip(products(highs, takers), quotes, strict=True)]
        return products(lows, takers), ceilings

    def near(takers: list[int]) -> Bounds:
        averages = [
            quote * taker // max(1, volume) for quote, taker, volume in zip(quotes, takers, volumes, strict=True)
        ]
        floors, ceilings = widest(takers)
        return _nearer(averages, floors), _nearer(averages, ceilings)

    total = candle.taker_quote_volume
    highest, lowest = _filled(even, volumes, dearest), _filled(even, volumes, dearest[::-1])
    takers = balanced(total, _stirred(even, volumes, flow), highest, lowest, near)
    floors, ceilings = near(takers)
    if not sum(floors) <= total <= sum(ceilings):
        floors, ceilings = widest(takers)
    return takers, spread(total, floors, ceilings)


def _nearer(averages: list[int], extremes: list[int]) -> list[int]:
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
    filled = [part * _KEPT_SHARE // 10 for part in even]
    left = sum(even) - sum(filled)
    for index in order:
        moved = min(left, (volumes[index] - filled[index]) * 9 // 10)
        filled[index] += moved
        left -= moved
    return filled if left == 0 else even
