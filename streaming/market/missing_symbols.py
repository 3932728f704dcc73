"""The exchange's symbols where none of them are stored yet: fetched by whoever can't wait for the bridge."""

from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.errors import EmptyExchangeInfoError, MarketUnavailableError
from streaming.market.models import Symbol
from streaming.market.services import symbols_store
from streaming.market.sources.discovery import source_of
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.sources.source import SourceRest
from streaming.times import moment


async def missing_symbols_fetch(*, source: Source, rest: SourceRest | None = None, clock: Clock) -> None:
    """Fetch and store the symbols of `source` where none of them are stored, by `rest`: the settings' by default.

    Raise `MarketUnavailableError` where they can't be had.
    """
    if await _are_any_stored(source):
        return
    try:
        info = await (rest or source_of(source).rest()).symbols()
        now = moment(clock.now_ms())
        await database_sync_to_async(symbols_store)(info=info, source=source, now=now)
    except (ExchangeError, ParseError, EmptyExchangeInfoError) as error:
        raise MarketUnavailableError(f"No symbols are known yet, and the exchange's can't be read: {error}") from error


@database_sync_to_async
def _are_any_stored(source: Source) -> bool:
    return Symbol.objects.filter(source=source.value).exists()
