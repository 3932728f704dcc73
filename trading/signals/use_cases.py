"""Telling public signals and what became of them, for REST."""

from streaming.commands.use_cases import Caller, UseCase
from streaming.market.own_source import own_source
from trading.signals.answers import (
    NewestSignalsAnswer,
    SignalRecordsAnswer,
    public_signal_answer,
    signal_record_answers,
)
from trading.signals.parameters import NewestSignalsQuery, SignalQuery
from trading.signals.selectors import newest_public_signals, public_signals, signals_judged


def _signal_records(_: Caller, query: SignalQuery) -> SignalRecordsAnswer:
    """Tell what became of public signals: how often they were right, and how sure they were of it."""
    found = public_signals(query)
    judged = signals_judged(found.signals, source=own_source())
    return SignalRecordsAnswer(items=signal_record_answers(judged), complete=found.are_all)


def _newest_signals(caller: Caller, query: NewestSignalsQuery) -> NewestSignalsAnswer:
    """List the newest public signals of each symbol, each with what became of it."""
    newest = newest_public_signals(query, source=own_source())
    items = [public_signal_answer(judged, caller.write_time) for judged in newest.signals]
    return NewestSignalsAnswer(items=items, symbols=newest.symbols, complete=newest.are_all)


_THROTTLE = "THROTTLE_SIGNALS"
SIGNAL_RECORDS = UseCase(parameters=SignalQuery, act=_signal_records, answer=SignalRecordsAnswer, throttle=_THROTTLE)
NEWEST_SIGNALS = UseCase(
    parameters=NewestSignalsQuery, act=_newest_signals, answer=NewestSignalsAnswer, throttle=_THROTTLE
)
