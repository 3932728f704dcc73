"""Which symbols a backfill may name: those that the exchange lists or listed."""

from collections.abc import Iterable
from difflib import get_close_matches

from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.backfill.errors import BackfillRefusedError, BackfillStoppedError
from streaming.market.errors import EmptyExchangeInfoError
from streaming.market.models import Symbol
from streaming.market.services import symbols_store
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.sources.source import SourceRest
from streaming.times import moment

_LONGEST_SHOWN = 40


async def check_symbols(names: Iterable[str], *, source: Source, rest: SourceRest, clock: Clock) -> None:
    """Raise `BackfillRefusedError` where a symbol is unknown, naming the closest ones.

    Where none of the exchange's symbols are known yet, fetch and store them first; raise `BackfillStoppedError` where
    that fails.
    """
    known = await _known(source)
    if not known:
        await _fetch(source, rest, clock)
        known = await _known(source)
    for name in names:
        if name not in known:
            raise BackfillRefusedError(_unknown(name, known))


@database_sync_to_async
def _known(source: Source) -> set[str]:
    return set(Symbol.objects.filter(source=source.value).values_list("name", flat=True))


async def _fetch(source: Source, rest: SourceRest, clock: Clock) -> None:
    try:
        info = await rest.symbols()
        now = moment(clock.now_ms())
        await database_sync_to_async(symbols_store)(info=info, source=source, now=now)
    except (ExchangeError, ParseError, EmptyExchangeInfoError) as error:
        raise BackfillStoppedError(f"No symbols are known yet, and the exchange's can't be read: {error}") from error


def _unknown(name: str, known: set[str]) -> str:
    closest = get_close_matches(name.upper(), sorted(known), n=3)
    hint = f" The closest are {', '.join(closest)}." if closest else ""
    return f"The exchange has no symbol {name[:_LONGEST_SHOWN]!r}.{hint}"
