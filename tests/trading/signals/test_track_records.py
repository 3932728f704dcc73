"""What became of earlier public signals: the same as REST tells, at a cost that doesn't grow with what there was."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streaming.events import Source
from tests.trading.live.rows import NOW, account_of
from tests.trading.market import minutes_stored
from tests.trading.signals.stored_signals import more_signals_given, signals_given
from trading.events import TrackRecord
from trading.models import Strategy, TradingAccount
from trading.signals.parameters import SignalQuery
from trading.signals.records import SignalRecord, signal_records
from trading.signals.selectors import MOST_PUBLIC_STRATEGIES, SIGNALS_OF_EACH, public_signals, signals_judged
from trading.signals.track_records import TrackRecords

pytestmark = pytest.mark.django_db

STATEMENTS = 3
"""Which strategies are public, what they have advised since, and how those candles closed."""


@pytest.fixture
def records() -> TrackRecords:
    """Know nothing yet."""
    return TrackRecords(Source.BINANCE)


def told_by_rest(strategy: Strategy) -> dict[int, tuple[int, int, Decimal | None, Decimal | None]]:
    """Return the same by what REST tells, which counts all anew."""
    found = public_signals(SignalQuery(symbol=strategy.symbol, model=strategy.strategy))
    counted = signal_records(signals_judged(found.signals, source=Source.BINANCE))
    return {one.horizon: figures(one) for one in counted if one.interval == strategy.interval}


def figures(record: SignalRecord | TrackRecord) -> tuple[int, int, Decimal | None, Decimal | None]:
    """Return what both have."""
    return record.right, record.wrong, record.hit_rate, record.brier_score


def statements(records: TrackRecords, strategy: Strategy) -> int:
    """Return how many statements it takes to ask for a record."""
    with CaptureQueriesContext(connection) as asked:
        records.of([strategy])
    return len(asked)


@pytest.mark.long
@pytest.mark.parametrize("actions", [["sell", "buy", "sell", "hold"], ["buy", "sell"] * (SIGNALS_OF_EACH // 2 + 20)])
def test_it_counts_what_rest_counts_as_signals_and_candles_come(records: TrackRecords, actions: Sequence[str]) -> None:
    strategy = signals_given(account_of(), *actions[:2])
    for known in range(2, len(actions), 2):
        minutes_stored(0, known + 1)
        more_signals_given(strategy, *actions[known : known + 2])
        told = records.of([strategy])[strategy.pk]
        assert {horizon: figures(one.overall) for horizon, one in told.items()} == told_by_rest(strategy), known
    assert sum(told_by_rest(strategy)[1][:2]) > 0


def test_it_tells_horizons_apart_and_counts_other_strategies_of_the_model(records: TrackRecords) -> None:
    minutes_stored(0, 20)
    account = account_of()
    strategy, other = signals_given(account, "sell", "sell"), signals_given(account, "buy")
    more_signals_given(strategy, "sell", horizon=5)
    signals_given(account, "sell", interval="5m")
    signals_given(account, "sell", is_public=False)
    told = records.of([strategy])[strategy.pk]
    assert {horizon: (one.overall.right, one.overall.wrong) for horizon, one in told.items()} == {1: (2, 1), 5: (1, 0)}
    other.delete()
    assert records.of([strategy])[strategy.pk][1].overall.wrong == 0


def test_it_tells_versions_apart(records: TrackRecords) -> None:
    minutes_stored(0, 20)
    strategy = signals_given(account_of(), "sell", "buy")
    more_signals_given(strategy, "sell", "sell", "sell", version="boosting 3")
    record = records.of([strategy])[strategy.pk][1]
    assert (record.overall.right, record.overall.wrong) == (4, 1)
    assert [(one.right, one.wrong) for one in map(record.of, ("2", "boosting 3", "boosting 4"))] == [
        (1, 1), (3, 0), (0, 0),
    ]  # fmt: skip


def test_signals_that_are_not_kept_any_more_do_not_count(records: TrackRecords) -> None:
    minutes_stored(0, 10)
    strategy = signals_given(account_of(), *["sell"] * 9)
    assert records.of([strategy])[strategy.pk][1].overall.right == 9
    strategy.signals.filter(number__lte=4).delete()
    assert records.of([strategy])[strategy.pk][1].overall.right == 5
    assert public_signals(SignalQuery()).are_all
    strategy.signals.all().delete()
    assert records.of([strategy])[strategy.pk] == {}


def test_it_tells_nothing_of_one_that_is_not_public(records: TrackRecords) -> None:
    strategy = signals_given(account_of(), "sell", is_public=False)
    assert records.of([strategy]) == {}
    Strategy.objects.update(is_public=True)
    assert records.of([strategy]).keys() == {strategy.pk}
    Strategy.objects.update(is_public=False)
    assert records.of([strategy]) == {}


def test_one_behind_the_newest_strategies_has_the_record_of_its_model(records: TrackRecords) -> None:
    account = account_of()
    behind = signals_given(account, "sell")
    minutes_stored(0, 3)
    for days in range(1, MOST_PUBLIC_STRATEGIES + 1):
        signals_given(account, "buy", created_at=NOW + timedelta(days=days))
    [record] = records.of([behind])[behind.pk].values()
    assert (record.overall.right, record.overall.wrong) == (0, MOST_PUBLIC_STRATEGIES)


def _with_history(account: TradingAccount, *, strategies: int, signals: int) -> Strategy:
    made = [signals_given(account, *["buy"] * signals) for _ in range(strategies)]
    return made[0]


@pytest.mark.parametrize(("strategies", "signals"), [(1, 3), (1, 500), (MOST_PUBLIC_STRATEGIES, 3), (20, 250)])
def test_it_takes_the_same_few_statements_whatever_the_history(
    records: TrackRecords, strategies: int, signals: int
) -> None:
    strategy = _with_history(account_of(), strategies=strategies, signals=signals)
    minutes_stored(0, signals)
    first = statements(records, strategy)
    more_signals_given(strategy, "sell")
    assert (first, statements(records, strategy)) == (STATEMENTS, STATEMENTS)
