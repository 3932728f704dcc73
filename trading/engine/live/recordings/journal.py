"""Notes what reaches a sub-account or its grid as it is done: what `recording.py` records, whoever does it.

A step within another one (a grid cancels an order as it is paused) belongs to that one, and isn't noted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trading.engine.grid.state import PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings import steps
from trading.engine.live.recordings.steps import RecordedLine, RecordedStep
from trading.engine.live.state import GridChange, TransferredHoldings
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.book import Book
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.risk.gate import OrderGate, RiskRefusal
from trading.engine.strategies.shipped.grid_parameters import GridParameters


class StepJournal:
    """The steps of one sub-account, each with what the risk gate answered meanwhile.

    `has_failed` where one has raised: what was done of it is unknown, and it isn't noted.
    """

    def __init__(self) -> None:
        self.has_failed = False
        self._lines: list[RecordedLine] = []
        self._answers: list[RiskRefusal | None] = []
        self._is_within = False

    @contextmanager
    def step(self, step: RecordedStep) -> Iterator[None]:
        """Note a step once the `with` has done it. Of books that follow each other only the last one counts."""
        if self._is_within:
            yield
            return
        self._is_within, self._answers = True, []
        try:
            yield
        except BaseException:
            self.has_failed = True
            raise
        else:
            self._note(RecordedLine(step, tuple(self._answers)))
        finally:
            self._is_within = False

    def heard(self, gate: OrderGate | None) -> OrderGate:
        """Return a gate that answers as `gate` does, all of whose answers are noted."""

        def answer(
            instrument: Instrument, request: OrderRequest, market: int, time: int, /, *, is_counted: bool = False
        ) -> RiskRefusal | None:
            self._answers.append(gate(instrument, request, market, time, is_counted=is_counted) if gate else None)
            return self._answers[-1]

        return answer

    def take(self) -> tuple[RecordedLine, ...]:
        """Return what was noted since this was last called."""
        lines, self._lines = tuple(self._lines), []
        return lines

    def _note(self, line: RecordedLine) -> None:
        last = self._lines[-1].step if self._lines else None
        match (last, line.step):
            case (steps.BookSeen(symbol=before), steps.BookSeen(symbol=now)) if before == now:
                self._lines.pop()
        self._lines.append(line)


class RecordedSubAccount(PaperSubAccount):
    """A sub-account of which everything that reaches it is noted in a journal."""

    def __init__(self, *arguments: Any, journal: StepJournal, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._journal = journal

    def place(
        self, symbol: str, request: OrderRequest, *, market: int, time: int, best_opposite: int | None = None
    ) -> Order:
        """Place an order, as `PaperSubAccount` does."""
        step = steps.OrderPlaced(symbol=symbol, request=request, market=market, time=time, best_opposite=best_opposite)
        with self._journal.step(step):
            return super().place(symbol, request, market=market, time=time, best_opposite=best_opposite)

    def take_new(self, symbol: str, *, market: int, time: int) -> None:
        """Let new orders take from the book, as `PaperSubAccount` does."""
        with self._journal.step(steps.OrdersTaken(symbol=symbol, market=market, time=time)):
            super().take_new(symbol, market=market, time=time)

    def cancel(self, client_order_id: str, *, time: int, reason: str = "") -> Order:
        """Cancel an order, as `PaperSubAccount` does."""
        with self._journal.step(steps.OrderCancelled(client_order_id=client_order_id, time=time, reason=reason)):
            return super().cancel(client_order_id, time=time, reason=reason)

    def see_book(self, symbol: str, book: Book) -> None:
        """Take the order book, as `PaperSubAccount` does."""
        with self._journal.step(steps.BookSeen(symbol=symbol, book=book)):
            super().see_book(symbol, book)

    def see_trade(self, symbol: str, *, price: int, quantity: int, time: int) -> None:
        """Execute what a trade reaches, as `PaperSubAccount` does."""
        with self._journal.step(steps.TradeSeen(symbol=symbol, price=price, quantity=quantity, time=time)):
            super().see_trade(symbol, price=price, quantity=quantity, time=time)

    def transfer_in(self, holdings: TransferredHoldings) -> None:
        """Take in what another gave, as `PaperSubAccount` does."""
        with self._journal.step(steps.MovedIn(holdings=holdings)):
            super().transfer_in(holdings)

    def transfer_out(self, quote: int) -> TransferredHoldings:
        """Give an amount of quote away, as `PaperSubAccount` does."""
        with self._journal.step(steps.MovedOut(quote=quote)):
            return super().transfer_out(quote)

    def transfer_out_all(self) -> TransferredHoldings:
        """Give all away that is free, as `PaperSubAccount` does."""
        with self._journal.step(steps.MovedOut()):
            return super().transfer_out_all()


class RecordedGridDriver(GridDriver):
    """A grid of which everything that reaches it is noted in its sub-account's journal; so are its gate's answers."""

    def __init__(
        self, sub_account: PaperSubAccount, *, journal: StepJournal, gate: OrderGate | None = None, **named: Any
    ) -> None:
        super().__init__(sub_account, gate=journal.heard(gate), **named)
        self._journal = journal
        self._symbol = named["instrument"].symbol

    def start(self, *, market: int, time: int) -> None:
        """Start it, as `GridDriver` does."""
        with self._journal.step(steps.GridStarted(market=market, time=time)):
            super().start(market=market, time=time)

    def advance(self, *, market: int, time: int) -> None:
        """Let it do what stands to be done, as `GridDriver` does."""
        with self._journal.step(steps.GridAdvanced(market=market, time=time)):
            super().advance(market=market, time=time)

    def see_book(self, book: Book) -> None:
        """Take the order book, as `GridDriver` does."""
        with self._journal.step(steps.BookSeen(symbol=self._symbol, book=book)):
            super().see_book(book)

    def see_trade(self, *, price: int, quantity: int, time: int) -> None:
        """Do what a trade leads to, as `GridDriver` does."""
        with self._journal.step(steps.TradeSeen(symbol=self._symbol, price=price, quantity=quantity, time=time)):
            super().see_trade(price=price, quantity=quantity, time=time)

    def cancel(self, client_order_id: str, *, time: int, reason: str = "") -> Order:
        """Cancel one order by hand, as `GridDriver` does."""
        with self._journal.step(steps.OrderCancelled(client_order_id=client_order_id, time=time, reason=reason)):
            return super().cancel(client_order_id, time=time, reason=reason)

    def pause(self, reason: PauseReason, *, time: int) -> None:
        """Pause it, as `GridDriver` does."""
        with self._journal.step(steps.GridPaused(reason=reason, time=time)):
            super().pause(reason, time=time)

    def resume(self, *, market: int, time: int) -> None:
        """Let it go on, as `GridDriver` does."""
        with self._journal.step(steps.GridResumed(market=market, time=time)):
            super().resume(market=market, time=time)

    def update(self, parameters: GridParameters, *, market: int, time: int) -> GridChange:
        """Change its parameters, as `GridDriver` does."""
        with self._journal.step(steps.GridUpdated(parameters=parameters, market=market, time=time)):
            return super().update(parameters, market=market, time=time)

    def stop(self, *, time: int, cancel_orders: bool = True, close_position: bool = False, reason: str = "") -> int:
        """Stop it, as `GridDriver` does."""
        given = {"cancel_orders": cancel_orders, "close_position": close_position, "reason": reason}
        with self._journal.step(steps.GridStopped(time=time, **given)):  # type: ignore[arg-type]  # as they are above
            return super().stop(time=time, cancel_orders=cancel_orders, close_position=close_position, reason=reason)

    def sell_before_end(self, *, time: int) -> int:
        """Let it sell what it holds before it ends, as `GridDriver` does."""
        with self._journal.step(steps.GridSoldBeforeEnd(time=time)):
            return super().sell_before_end(time=time)

    def fail(self, reason: str, *, time: int) -> None:
        """Let it stand still for a fault, as `GridDriver` does."""
        with self._journal.step(steps.GridFailed(reason=reason, time=time)):
            super().fail(reason, time=time)

    def restart(self, *, time: int) -> None:
        """Begin anew after a fault, as `GridDriver` does."""
        with self._journal.step(steps.GridRestarted(time=time)):
            super().restart(time=time)
