"""How a simulated exchange behaves, beside its seed and clock."""

import msgspec

from streaming.simulator.archive.faults import ArchiveFault
from streaming.simulator.market.instruments import HALTED, INSTRUMENTS, Instrument
from streaming.simulator.rest.weights import BanRules
from streaming.simulator.streams.connection_life import ConnectionLimits


class ExchangeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a simulated exchange behaves, beside its seed and clock."""

    speed: float = 1.0
    """The factor on trading and on the movement of prices; time itself isn't changed."""
    limits: ConnectionLimits = ConnectionLimits()
    weight_limit: int = 6000
    """REST request weight that may be used in a minute."""
    bans: BanRules = BanRules()
    """What becomes of who goes on after a 429."""
    warm_up: float = 10.0
    """Seconds of trading that lie behind when it starts."""
    tick_interval: float | None = 0.1
    """Seconds between looks at the clock; None where the market moves by `tick` alone."""
    instruments: tuple[Instrument, ...] = INSTRUMENTS
    """What trades."""
    halted: tuple[Instrument, ...] = HALTED
    """What is listed with status BREAK."""
    listed: tuple[object, ...] = ()
    """Further rows of `exchangeInfo`, sent as they are, with no market behind them (listing.py)."""
    final_candle_delay: tuple[float, float] = (0.0, 0.0)
    """The least and the most seconds by which the frame that closes a candle is late; by chance in between."""
    control: bool = False
    """Whether `/simulator/…` answers. Whoever reaches the port can then break things."""
    archive_faults: tuple[ArchiveFault, ...] = ()
    """What is wrong with files of the archive from the start on; `archive.faults` takes more."""
