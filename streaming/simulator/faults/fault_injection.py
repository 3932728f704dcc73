"""What faults do to events on their way to those who listen: silence, lateness, and bad frames in between."""

from random import Random

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.faults.faults import FaultKind, Faults
from streaming.simulator.faults.malformed import Frame, Malformer


class FaultInjector:
    """Asks which faults are on. `final_candle_delay`: the least and the most seconds by which candles close late."""

    def __init__(self, faults: Faults, chance: Random, final_candle_delay: tuple[float, float] = (0.0, 0.0)) -> None:
        self._faults = faults
        self._chance = chance
        self._final_candle_delay = final_candle_delay
        self._malformer = Malformer(chance)

    def silence(self, stream: str) -> bool:
        """Return whether a stream sends nothing now."""
        return self._faults.get(FaultKind.STALL) is not None or self._faults.concern(FaultKind.SILENCE, stream)

    def lateness(self, stream: str) -> int | None:
        """Return by how many ms the frame that closes a candle is late now; None where it never comes."""
        if self._faults.concern(FaultKind.MISSING_CANDLES, stream):
            return None
        late = self._faults.get(FaultKind.LATE_CANDLES)
        if late is not None and late.concerns(stream):
            return round(late.delay * SECOND)
        return round(self._chance.uniform(*self._final_candle_delay) * SECOND)

    def bad_frame(self, stream: str, payload: bytes, *, combined: bool) -> Frame | None:
        """Return the bad frame that follows an event, None where none does."""
        if not self._faults.concern(FaultKind.MALFORMED, stream):
            return None
        return self._malformer.next(stream, payload, combined=combined)
