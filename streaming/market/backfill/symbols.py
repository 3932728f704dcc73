"""Which symbols a backfill may name: those that the exchange lists or listed."""

from collections.abc import Iterable
from difflib import get_close_matches

from channels.db import database_sync_to_async

from streaming.events import Source
from streaming.market.backfill.errors import BackfillRefusedError
from streaming.market.models import Symbol

_LONGEST_SHOWN = 40


@database_sync_to_async
def check_symbols(names: Iterable[str], *, source: Source) -> None:
    """Raise `BackfillRefusedError` where a symbol isn't stored as one of `source`, naming the closest ones."""
    known = set(Symbol.objects.filter(source=source.value).values_list("name", flat=True))
    for name in names:
        if name not in known:
            raise BackfillRefusedError(_unknown(name, known))


def _unknown(name: str, known: set[str]) -> str:
    closest = get_close_matches(name.upper(), sorted(known), n=3)
    hint = f" The closest are {', '.join(closest)}." if closest else ""
    return f"The exchange has no symbol {name[:_LONGEST_SHOWN]!r}.{hint}"
