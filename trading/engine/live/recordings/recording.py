"""A recorded paper run: how a sub-account (a grid's, or one hand's) stood, and all that reached it, in its order.

The market's books and trades, the commands, and what the risk gate answered: nothing else decides anything. So whoever
replays it gets the same orders and fills, one by one (`replay.py`).
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from trading.engine.instrument import Instrument
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings.journal import RecordedGridDriver, RecordedSubAccount, StepJournal
from trading.engine.live.recordings.steps import LoadedAnew, RecordedLine, RecordedStep
from trading.engine.live.recordings.terms import TradingTerms
from trading.engine.live.state import GridMemory, SubAccountState
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.shipped.grid_parameters import GridParameters


class RecordedGrid(msgspec.Struct, frozen=True, kw_only=True):
    """The grid that a recorded sub-account is of, as it stood."""

    name: str
    symbol: str
    parameters: GridParameters
    memory: GridMemory


class RecordingStart(TradingTerms, frozen=True, kw_only=True):
    """How all stood when the recording began."""

    state: SubAccountState
    grid: RecordedGrid | None = None


class Recording(msgspec.Struct, frozen=True):
    """A recorded run."""

    start: RecordingStart
    lines: tuple[RecordedLine, ...]

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """All that was traded, by the symbols; what has changed of one meanwhile, as it was in the end."""
        terms = [self.start, *(line.step for line in self.lines if isinstance(line.step, LoadedAnew))]
        return {symbol: found for one in terms for symbol, found in one.instruments_by_symbol().items()}

    def encoded(self) -> Iterator[bytes]:
        """Give it as lines of JSON, the first one of them how it began."""
        yield msgspec.json.encode(self.start)
        yield from map(msgspec.json.encode, self.lines)

    @classmethod
    def decoded(cls, lines: Iterable[bytes]) -> "Recording":
        """Return what `encoded` gave; raise `msgspec.DecodeError` (also for no line at all) for what it didn't."""
        first, *others = [*lines] or [b""]
        start = msgspec.json.decode(first, type=RecordingStart)
        return cls(start, tuple(msgspec.json.decode(line, type=RecordedLine) for line in others))


class RecordedRun:
    """What a recording is of: the sub-account as it stands, and its grid, if it is one's.

    What reaches them is noted in the `journal`, where there is one.
    """

    def __init__(self, start: RecordingStart, gate: OrderGate, *, journal: StepJournal | None = None) -> None:
        self._gate = gate
        self._journal = journal
        self._symbol = "" if start.grid is None else start.grid.symbol
        self._name = "" if start.grid is None else start.grid.name
        self.sub_account = self._sub_account(start.state, start)
        self.driver: GridDriver | None = None
        if start.grid is not None:
            self.driver = self._driver(start.grid.parameters, start.grid.memory, start)

    def do(self, step: RecordedStep) -> None:
        """Do a step; what was told of those before must have been taken."""
        if isinstance(step, LoadedAnew):
            self._load_anew(step)
        else:
            step.apply(self.sub_account, self.driver)

    def _load_anew(self, terms: TradingTerms) -> None:
        """Forget what isn't stored, as whoever builds them from their rows does."""
        self.sub_account = self._sub_account(self.sub_account.state(), terms)
        if self.driver is not None:
            self.driver = self._driver(self.driver.parameters, self.driver.memory(), terms)

    def _sub_account(self, state: SubAccountState, terms: TradingTerms) -> PaperSubAccount:
        given = {
            "fees": terms.fees,
            "slippage": terms.worst_slippage,
            "instruments": terms.instruments_by_symbol(),
        }
        if self._journal is None:
            return PaperSubAccount(state, **given)  # type: ignore[arg-type]  # as they are above
        return RecordedSubAccount(state, journal=self._journal, **given)

    def _driver(self, parameters: GridParameters, memory: GridMemory, terms: TradingTerms) -> GridDriver:
        given = {
            "name": self._name,
            "instrument": terms.instruments_by_symbol()[self._symbol],
            "parameters": parameters,
            "memory": memory,
            "gate": self._gate,
        }
        if self._journal is None:
            return GridDriver(self.sub_account, **given)  # type: ignore[arg-type]  # as they are above
        return RecordedGridDriver(self.sub_account, journal=self._journal, **given)  # type: ignore[arg-type]
