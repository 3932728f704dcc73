"""Recordings of paper runs as rows: the steps are stored with what they led to, in one transaction, or not at all.

So whoever replays them gets what is stored, whichever processes have driven the sub-account, and however these ended.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec
from django.conf import settings
from msgspec.structs import asdict

from trading.engine.fees import FeeAsset
from trading.engine.live.recordings.recording import RecordingStart
from trading.engine.live.recordings.steps import LoadedAnew, RecordedLine
from trading.engine.live.recordings.terms import RecordedInstrument, TradingTerms
from trading.live.rows.loaded import LoadedJournal, LoadedSubAccount
from trading.models import RecordedPart, Recording


def steps_store(loaded: Iterable[LoadedSubAccount], *, versions: Mapping[int, int], now: datetime) -> None:
    """Store what has reached sub-accounts, where that is recorded; `versions` are those before what it has changed.

    Their rows are locked.
    """
    recorded = [(one, one.journal) for one in loaded if one.journal is not None]
    if not recorded:
        return
    ids = [one.row.pk for one, _ in recorded]
    known = {row.sub_account_id: row for row in Recording.objects.filter(sub_account__in=ids, ended_at=None)}
    parts = [
        part
        for one, journal in recorded
        if (part := _part(one, journal, known.get(one.row.pk), versions[one.row.pk], now)) is not None
    ]
    RecordedPart.objects.bulk_create(parts)


def _part(
    one: LoadedSubAccount, journal: LoadedJournal, known: Recording | None, version: int, now: datetime
) -> RecordedPart | None:
    """Return the row of what has reached a sub-account since, with its recording stored; None where there is none."""
    lines = journal.journal.take()
    if known is not None and (known.version != version or journal.journal.has_failed):
        _end(known, now)  # something has changed it that nobody has recorded
        known = None
    journal.has_ended |= journal.journal.has_failed or (known is None and not journal.is_new)
    if journal.has_ended or not lines:
        return None
    if known is None:
        known = _begun(one, journal, lines, version, now)
    elif journal.is_new:
        lines = (RecordedLine(LoadedAnew(**asdict(_terms(one, journal, lines)))), *lines)
    journal.is_new = False
    known.version, known.steps = one.version, known.steps + len(lines)
    journal.has_ended = known.steps >= settings.TRADING_RECORDING_STEPS
    if journal.has_ended:
        known.ended_at = now
    known.save(update_fields=["version", "steps", "ended_at"])
    return RecordedPart(recording=known, lines=b"\n".join(map(msgspec.json.encode, lines)).decode())


def _end(recording: Recording, now: datetime) -> None:
    recording.ended_at = now
    recording.save(update_fields=["ended_at"])


def _begun(
    one: LoadedSubAccount, journal: LoadedJournal, lines: Collection[RecordedLine], version: int, now: datetime
) -> Recording:
    start = RecordingStart(state=journal.state, grid=journal.grid, **asdict(_terms(one, journal, lines)))
    return Recording.objects.create(
        sub_account=one.row, started_at=now, version=version, start=msgspec.json.encode(start).decode()
    )


def _terms(one: LoadedSubAccount, journal: LoadedJournal, lines: Iterable[RecordedLine]) -> TradingTerms:
    """Return on which terms it trades what it had orders of when it was loaded, and what the steps name."""
    symbols = {symbol for line in lines if (symbol := getattr(line.step, "symbol", None)) is not None}
    symbols |= {order.symbol for order in journal.state.orders}
    if journal.grid is not None:
        symbols.add(journal.grid.symbol)
    fees = one.engine.fees
    return TradingTerms(
        instruments=tuple(RecordedInstrument.of(one.instruments[symbol]) for symbol in sorted(symbols)),
        maker_fee=fees.maker,
        taker_fee=fees.taker,
        fees_charged_in=FeeAsset(fees.charged_in),
        slippage=settings.PAPER_SLIPPAGE,
    )
