"""Events of the market."""

from typing import Any

from streaming.events import (
    Candle,
    CombinedPrice,
    Depth,
    Interval,
    LeftOut,
    Level,
    Overview,
    OverviewRow,
    Price,
    PriceSource,
    Side,
    SignalAction,
    Source,
    Ticker,
    Trade,
    Trades,
)
from tests.gateway.dialects.samples import OPENED, TIME, D
from trading.events import NOTHING_JUDGED, CalibrationBand, Signal, TrackRecord
from wallets.events import Block


def price(**changes: Any) -> Price:
    fields: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "time": TIME,
        "source": Source.BINANCE,
        "price": D("97523.45000000"),
        "change": D("-120.5"),
        "change_percent": D("-0.123"),
        "high": D(98000),
        "low": D("96500.00000001"),
        "volume": D("0.00000100"),
    }
    return Price(**(fields | changes))


def candle(*, is_final: bool, open_time: int = OPENED) -> Candle:
    return Candle(
        symbol="SOLUSDT",
        time=TIME,
        source=Source.SIMULATOR,
        repaired=True,
        interval=Interval.MINUTE_5,
        open_time=open_time,
        close_time=open_time + 299_999,
        open=D("190.10"),
        high=D("191.00"),
        low=D("189.90"),
        close=D("190.50"),
        volume=D("1234.567"),
        quote_volume=D("235185.01"),
        trades=3,
        is_final=is_final,
    )


TICKER = Ticker(
    symbol="ETHUSDT",
    time=TIME,
    source=Source.SIMULATOR,
    price=D("3400.1"),
    bid=D("3400.0"),
    ask=D("3400.2"),
    open=D(3300),
    high=D(3500),
    low=D(3200),
    previous_close=D("3299.9"),
    change=D("100.1"),
    change_percent=D("3.033"),
    volume=D(1000),
    quote_volume=D(3400000),
)
TRADES = Trades(
    symbol="DOGEUSDT",
    time=TIME,
    source=Source.BINANCE,
    trades=(Trade(trade_id=7, price=D("0.1"), quantity=D(25), side=Side.BUY, time=TIME),),
)
DEPTH = Depth(
    symbol="BTCUSDT",
    time=TIME,
    source=Source.BINANCE,
    stale=True,
    bids=(Level(D("95000.10"), D("0.5")), Level(D("95000.09"), D(2))),
    asks=(Level(D("95000.11"), D("0.00000001")),),
)
SIGNAL = Signal(
    symbol="BTCUSDT",
    time=TIME,
    source=Source.BINANCE,
    action=SignalAction.HOLD,
    confidence=D("0.75"),
    reason="the averages cross",
    model="cross",
    version="2",
    horizon="1h",
    price=D(1),
    track_record=TrackRecord(
        right=1,
        wrong=1,
        independent=2,
        hit_rate=D("0.50"),
        brier_score=D("0.25"),
        calibration=(
            CalibrationBand(
                least=D("0.5"),
                most=D("0.6"),
                signals=2,
                independent=2,
                confidence=D("0.55"),
                hit_rate=D("0.50"),
            ),
        ),
    ),
    version_record=NOTHING_JUDGED,
    id="sig_a",
)
OVERVIEW = Overview(
    symbol="",
    time=TIME,
    source=Source.BINANCE,
    rows=(OverviewRow(symbol="BTCUSDT", price=D(95000), change_percent=D("1.5"), volume=D(10)),),
    gainers=("BTCUSDT",),
    losers=(),
    volumes=("BTCUSDT",),
)
COMBINED = CombinedPrice(
    symbol="BTC-USD",
    time=TIME,
    source=Source.BINANCE,
    price=D("97500.5"),
    change=D("-1.5"),
    change_percent=D("-0.01"),
    high=D(98000),
    low=D(96000),
    volume=D("12.5"),
    change_1h=D("0.25"),
    sources=(
        PriceSource(name="binance", price=D("97500.5"), age_ms=120, used=True),
        PriceSource(name="coinbase", price=D("91000"), age_ms=9000, used=False, reason=LeftOut.OUTLIER),
        PriceSource(name="kraken", price=None, age_ms=90, used=False, reason=LeftOut.NO_RATE),
    ),
)
BLOCK = Block(
    chain="ethereum",
    number=21_000_000,
    hash="0xaa",
    parent_hash="0x99",
    transactions=150,
    base_fee=D(12_000_000_000),
    time=TIME,
    reorg_depth=0,
)
