"""An overview of the market, as the bridge publishes it."""

from decimal import Decimal

from streaming import events
from streaming.events import Envelope, Overview, OverviewRow, Source

TIME_MS = 1_733_486_400_000
KEY = "m.overview"
OVERVIEW = Overview(
    symbol="",
    time=TIME_MS,
    source=Source.SIMULATOR,
    rows=(
        OverviewRow(
            symbol="BTCUSDT", price=Decimal("97523.45"), change_percent=Decimal("0.540"), volume=Decimal("0.00000100")
        ),
    ),
    gainers=("BTCUSDT",),
    losers=(),
    volumes=("BTCUSDT",),
)

ENCODED = events.encode(Envelope(epoch=1, sequence=1, event=OVERVIEW))
