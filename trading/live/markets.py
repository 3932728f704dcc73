"""What is traded, and what it costs now: what is gathered before anything is ordered."""

import msgspec

from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.use_cases import HubOfProcess
from streaming.database.fair_queries import in_turn
from streaming.events import Side
from trading.engine.instrument import Instrument, Rounding
from trading.instruments import instrument_of_row
from trading.live.quotes import MarketQuote, market_quote
from trading.models import TradingAccount
from trading.traded_symbols import NotTradingError, traded_symbol


class TradedMarket(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument with its quote of now."""

    instrument: Instrument
    quote: MarketQuote

    @property
    def ticks(self) -> int:
        """Where the market stands, in ticks."""
        return self.instrument.ticks(self.quote.last, Rounding.NEAREST)

    def opposite(self, side: Side) -> int | None:
        """Return the best price, in ticks, that an order of this side could take; None where it isn't known."""
        best = self.quote.best_opposite(side)
        return None if best is None else self.instrument.ticks(best, Rounding.NEAREST)

    def check_drives(self, account: TradingAccount) -> None:
        """Raise CONFLICT where no such data may drive an account: simulated or stale data drives demo accounts only."""
        state = "simulated" if self.quote.simulated else "stale" if self.quote.stale else ""
        if state and not account.is_demo:
            message = f"The market's data is {state}; only demo accounts trade on it"
            raise CommandRefusedError(CommandErrorCode.CONFLICT, message)


async def traded_market(hub: HubOfProcess, field: str, symbol: str) -> TradedMarket:
    """Return the market of a symbol that a parameter names.

    Raise `WrongParametersError` where it is unknown or doesn't trade, `CommandRefusedError` (UNAVAILABLE) where no
    symbols are known, or no price.
    """
    instrument = await in_turn(traded_instrument)(field, symbol)
    return TradedMarket(instrument=instrument, quote=await market_quote(await hub(), symbol))


def traded_instrument(field: str, symbol: str) -> Instrument:
    """Return what a parameter names, where it trades now; raise like `traded_market`."""
    try:
        return instrument_of_row(traded_symbol(symbol))
    except NotTradingError as error:
        raise WrongParametersError({field: str(error)}) from error
