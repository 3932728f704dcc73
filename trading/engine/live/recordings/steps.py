"""All that can reach a sub-account or its grid, as values: recorded, and done again. Prices in ticks, times in ms."""

import msgspec

from trading.engine.grid.state import PauseReason
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings.terms import TradingTerms
from trading.engine.live.state import TransferredHoldings
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.book import Book
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.gate import RiskRefusal
from trading.engine.strategies.shipped.grid_parameters import GridParameters


class _Step(msgspec.Struct, frozen=True, kw_only=True, tag_field="step"):
    """Something that reaches a sub-account; the market's events go to its grid, where it has one."""


class BookSeen(_Step, frozen=True, kw_only=True, tag="book"):
    """The order book as it stood then."""

    symbol: str
    book: Book

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        if driver is None:
            sub_account.see_book(self.symbol, self.book)
        else:
            driver.see_book(self.book)


class TradeSeen(_Step, frozen=True, kw_only=True, tag="trade"):
    """A trade of the market."""

    symbol: str
    price: int
    quantity: int
    time: int

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        if driver is None:
            sub_account.see_trade(self.symbol, price=self.price, quantity=self.quantity, time=self.time)
        else:
            driver.see_trade(price=self.price, quantity=self.quantity, time=self.time)


class OrderPlaced(_Step, frozen=True, kw_only=True, tag="place"):
    """An order was placed by hand."""

    symbol: str
    request: OrderRequest
    market: int
    time: int
    best_opposite: int | None = None

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        sub_account.place(
            self.symbol, self.request, market=self.market, time=self.time, best_opposite=self.best_opposite
        )


class OrdersTaken(_Step, frozen=True, kw_only=True, tag="take"):
    """New orders took from the book."""

    symbol: str
    market: int
    time: int

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        sub_account.take_new(self.symbol, market=self.market, time=self.time)


class OrderCancelled(_Step, frozen=True, kw_only=True, tag="cancel"):
    """An order was cancelled by hand."""

    client_order_id: str
    time: int
    reason: str = ""

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        target = sub_account if driver is None else driver
        target.cancel(self.client_order_id, time=self.time, reason=self.reason)


class MovedIn(_Step, frozen=True, kw_only=True, tag="move_in"):
    """Something was moved in."""

    holdings: TransferredHoldings

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        sub_account.transfer_in(self.holdings)


class MovedOut(_Step, frozen=True, kw_only=True, tag="move_out"):
    """An amount of quote was moved out; None: everything that was free."""

    quote: int | None = None

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it."""
        if self.quote is None:
            sub_account.transfer_out_all()
        else:
            sub_account.transfer_out(self.quote)


class _GridStep(_Step, frozen=True, kw_only=True):
    """Something that reaches a grid."""

    time: int

    def apply(self, sub_account: PaperSubAccount, driver: GridDriver | None) -> None:
        """Do it; raise `ValueError` for a sub-account that is none of a grid."""
        if driver is None:
            raise ValueError("the recorded sub-account is none of a grid")
        self.drive(driver)

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        raise NotImplementedError


class GridStarted(_GridStep, frozen=True, kw_only=True, tag="grid_start"):
    """It was started."""

    market: int

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.start(market=self.market, time=self.time)


class GridAdvanced(_GridStep, frozen=True, kw_only=True, tag="grid_advance"):
    """It did what stood to be done."""

    market: int

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.advance(market=self.market, time=self.time)


class GridPaused(_GridStep, frozen=True, kw_only=True, tag="grid_pause"):
    """It was paused."""

    reason: PauseReason

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.pause(self.reason, time=self.time)


class GridResumed(_GridStep, frozen=True, kw_only=True, tag="grid_resume"):
    """It was let go on."""

    market: int

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.resume(market=self.market, time=self.time)


class GridUpdated(_GridStep, frozen=True, kw_only=True, tag="grid_update"):
    """Its parameters were changed."""

    parameters: GridParameters
    market: int

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.update(self.parameters, market=self.market, time=self.time)


class GridStopped(_GridStep, frozen=True, kw_only=True, tag="grid_stop"):
    """It was stopped."""

    cancel_orders: bool = True
    close_position: bool = False
    reason: str = ""

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.stop(
            time=self.time, cancel_orders=self.cancel_orders, close_position=self.close_position, reason=self.reason
        )


class GridSoldBeforeEnd(_GridStep, frozen=True, kw_only=True, tag="grid_sell_before_end"):
    """It was stopping, and was told to sell what it holds before it ends."""

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.sell_before_end(time=self.time)


class GridFailed(_GridStep, frozen=True, kw_only=True, tag="grid_fail"):
    """It stood still for a fault."""

    reason: str

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.fail(self.reason, time=self.time)


class GridRestarted(_GridStep, frozen=True, kw_only=True, tag="grid_restart"):
    """It began anew after a fault."""

    def drive(self, driver: GridDriver) -> None:
        """Do it to the grid."""
        driver.restart(time=self.time)


class LoadedAnew(TradingTerms, frozen=True, kw_only=True, tag_field="step", tag="load"):
    """It was built anew from what is stored of it; it trades on these terms from now on.

    What isn't stored is forgotten by it, such as the book that was seen.
    """


RecordedStep = (
    LoadedAnew
    | BookSeen
    | TradeSeen
    | OrderPlaced
    | OrdersTaken
    | OrderCancelled
    | MovedIn
    | MovedOut
    | GridStarted
    | GridAdvanced
    | GridPaused
    | GridResumed
    | GridUpdated
    | GridStopped
    | GridSoldBeforeEnd
    | GridFailed
    | GridRestarted
)


class RecordedLine(msgspec.Struct, frozen=True):
    """Something that reached the sub-account, and what the risk gate answered meanwhile, in its order."""

    step: RecordedStep
    answers: tuple[RiskRefusal | None, ...] = ()
