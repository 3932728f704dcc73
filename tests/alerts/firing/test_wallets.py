"""Rules on wallets and transactions: each transfer once, whatever a reorganisation takes back and brings again."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from alerts.conditions.rule import AlertSource, Condition, Point, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.missed_moments import missed_moments, watched_series_of
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.processed_moments import MOST_REMEMBERED
from alerts.firing.restored_series import Heard
from alerts.firing.series_values import point_of
from alerts.firing.types import LoadedRule, SeriesMemory
from streaming.events import WalletField
from streaming.times import milliseconds
from streaming.topics.topic import Topic
from tests.manual_clock import ManualClock
from tests.wallets import rows
from tests.wallets.simple_chain import address, hash_of
from wallets.events import TransactionState, WalletActivity, WalletChange
from wallets.lifecycle import TransactionStatus

D = Decimal
_LIMITS = NoiseLimits(per_minute=100, per_hour=100, per_user=100)
NOW = 1_795_000_000_000
ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TOKEN = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
_WALLET = Topic("wallet", owner="5", name=ADDRESS.lower())
_TRANSACTION = Topic("tx", owner="5", name=hash_of(1))


def moved(change: object, number: int = 1, **changes: Any) -> WalletActivity:
    given: dict[str, Any] = {"time": NOW, "chain": "ethereum", "tx": hash_of(number), "block": 100, **changes}
    return WalletActivity(
        address=ADDRESS,
        label="Savings",
        change_kind=WalletChange.TRANSACTION,
        asset="USDC" if changes.get("token") else "ETH",
        change=D(str(change)),
        **given,
    )


def held(balance: object, time: int = NOW, **changes: Any) -> WalletActivity:
    return WalletActivity(
        time=time,
        chain="ethereum",
        address=ADDRESS,
        label="",
        change_kind=WalletChange.BALANCE,
        asset="ETH",
        balance=D(str(balance)),
        **changes,
    )


def state(status: str, confirmations: int = 0, *, number: int = 1, **changes: Any) -> TransactionState:
    given: dict[str, Any] = {"chain": "ethereum", "hash": hash_of(number), "required": 3, **changes}
    return TransactionState(time=NOW, status=TransactionStatus(status), confirmations=confirmations, **given)


def series_of(field: str, *, owner: int = 5, **changes: Any) -> Series:
    is_of_wallet = field in {"incoming", "outgoing", "balance"}
    given = {"chain": "ethereum", "watched": ADDRESS.lower() if is_of_wallet else hash_of(1), **changes}
    return Series(source=AlertSource.WALLET, symbol="", field=field, owner=str(owner), **given)


def loaded(
    rule_id: int, series: Series, threshold: object, operator: AlertOperator = AlertOperator.AT_LEAST
) -> LoadedRule:
    condition = Condition(series=series, operator=operator, threshold=D(str(threshold)))
    rule = Rule(id=rule_id, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME)
    known = RuleMemory(state=AlertState.ARMED, holds=(False,))
    return LoadedRule(id=rule_id, owner_id=int(series.owner), rule=rule, memory=known)


def evaluation_of(*rules: LoadedRule, clock: ManualClock | None = None) -> Evaluation:
    made = Evaluation(clock=clock or ManualClock(NOW), noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)
    for rule in rules:
        made.put(rule)
    made.plan()
    return made


def fired(evaluation: Evaluation) -> list[tuple[int, Decimal]]:
    return [(one.firing.rule_id, one.firing.value) for one in evaluation.take_batch().firings]


def restarted(series: Mapping[str, SeriesMemory], *rules: LoadedRule) -> Evaluation:
    """Return an evaluation that begins with what another has stored: of a value, not its details."""
    made = evaluation_of(*rules)
    for one in made.series:
        point = series[one.key].point
        bare = Point(value=point.value, time=point.time)
        made.restore(one, SeriesMemory(point=bare, heard=series[one.key].heard))
    return made


@pytest.mark.parametrize(
    ("event", "values"),
    [
        (moved("2.5"), {"incoming": D("2.5")}),
        (moved("-123456789012345678901234567890.5"), {"outgoing": D("123456789012345678901234567890.5")}),
        (moved("2.5", retracted=True), {}),
        (moved("2.5", chain="sepolia"), {}),
        (moved("2.5", token=TOKEN), {}),
        (moved(0), {}),
        (held("0.5", change=D(-1)), {"balance": D("0.5")}),
        (held("0.5", outdated=True), {}),
        (state("confirming", 2), {"confirmations": D(2)}),
        (state("finalized", 3), {"confirmations": D(3)}),
        (state("retracted"), {}),
        (state("failed", 3), {"failed": D(1)}),
        (state("dropped"), {"dropped": D(1)}),
    ],
)
def test_it_reads_of_an_event_what_a_rule_looks_at(
    event: WalletActivity | TransactionState, values: dict[str, Decimal]
) -> None:
    points = {field.value: point_of(series_of(field.value), event) for field in WalletField}
    assert {field: point.value for field, point in points.items() if point is not None} == values


def test_it_takes_a_tokens_transfers_by_its_contract() -> None:
    point = point_of(series_of("incoming", token=TOKEN.lower()), moved(7, token=TOKEN))
    assert point is not None
    assert point.wallet is not None
    assert (point.wallet.asset, point.wallet.token, point.wallet.wallet) == ("USDC", TOKEN, "Savings")


def test_it_reads_what_the_rules_owner_watches_and_fires_each_transfer_that_is_large_enough() -> None:
    evaluation = evaluation_of(
        loaded(1, series_of("incoming"), 2),
        loaded(2, series_of("incoming"), 2, AlertOperator.ABOVE),
        loaded(3, series_of("outgoing"), 0),
        loaded(4, series_of("incoming", owner=8), 0),
    )
    assert evaluation.topics == {_WALLET, Topic("wallet", owner="8", name=_WALLET.name)}
    for number, change in enumerate((2, 3, "1.999", "-0.1", 3)):
        evaluation.take(_WALLET, moved(change, number))
    assert fired(evaluation) == [(1, D(2)), (1, D(3)), (2, D(3)), (3, D("0.1")), (1, D(3)), (2, D(3))]


def test_a_transfer_that_a_reorganisation_takes_back_and_brings_again_fires_once_after_a_restart_too() -> None:
    rule = loaded(1, series_of("incoming"), 2)
    before = evaluation_of(rule)
    before.take(_WALLET, moved(3))
    before.take(_WALLET, moved(3, retracted=True))
    before.take(_WALLET, moved(3, block=101))
    batch = before.take_batch()
    assert len(batch.firings) == 1
    after = restarted(batch.series, rule)
    for event in (moved(3), moved(3, retracted=True), moved(3), moved(4, 2)):
        after.take(_WALLET, event)
    assert fired(after) == [(1, D(4))]


def test_a_second_transfer_of_one_transaction_fires_only_rules_that_it_has_not_fired() -> None:
    evaluation = evaluation_of(loaded(1, series_of("incoming"), 2), loaded(2, series_of("incoming"), 6))
    for change in (5, 7, 6, 7):
        evaluation.take(_WALLET, moved(change))
    assert fired(evaluation) == [(1, D(5)), (2, D(7))]


def test_confirmations_are_reached_once_though_blocks_are_taken_back() -> None:
    evaluation = evaluation_of(
        loaded(1, series_of("confirmations"), 2),
        loaded(2, series_of("failed"), 1),
        loaded(3, series_of("dropped"), 1),
    )
    assert evaluation.topics == {_TRANSACTION}
    for event in (state("pending"), state("confirming", 1), state("confirming", 2), state("retracted")):
        evaluation.take(_TRANSACTION, event)
    assert fired(evaluation) == [(1, D(2))]
    for event in (state("dropped"), state("confirming", 2), state("retracted"), state("failed", 1), state("failed", 2)):
        evaluation.take(_TRANSACTION, event)
    evaluation.take(_TRANSACTION, state("dropped"))
    assert fired(evaluation) == [(3, D(1)), (2, D(1))]


def test_each_transaction_of_a_wallet_counts_once_by_itself() -> None:
    topic = Topic("tx", owner="5", name=ADDRESS.lower())
    evaluation = evaluation_of(
        *(
            loaded(rule_id, series_of(field, watched=ADDRESS.lower()), threshold)
            for rule_id, field, threshold in ((1, "confirmations", 2), (2, "failed", 1), (3, "dropped", 1))
        )
    )
    assert evaluation.topics == {topic}
    for number, status, confirmations in (
        (1, "pending", 0), (1, "confirming", 1), (2, "confirming", 2), (1, "confirming", 2), (2, "retracted", 0),
        (2, "confirming", 2), (3, "dropped", 0), (4, "failed", 1), (1, "finalized", 3), (4, "failed", 2),
    ):  # fmt: skip
        evaluation.take(topic, state(status, confirmations, number=number, wallets=(ADDRESS,)))
    firings = [one.firing for one in evaluation.take_batch().firings]
    assert [(one.rule_id, one.wallet.tx, one.wallet.wallet) for one in firings if one.wallet] == [
        (1, hash_of(2), ADDRESS), (1, hash_of(1), ADDRESS), (3, hash_of(3), ADDRESS), (2, hash_of(4), ADDRESS),
    ]  # fmt: skip


@pytest.mark.django_db
def test_transactions_of_a_wallet_fire_once_though_more_than_are_remembered_changed_before_a_restart() -> None:
    user, chain = rows.user_named("ada"), rows.chain_named()
    rows.wallet_of(user, chain)
    own = Topic("tx", owner=str(user.pk), name=address(1))
    rule = loaded(1, series_of("confirmations", owner=user.pk, watched=address(1)), 2)
    before = evaluation_of(rule)
    numbers = range(1, MOST_REMEMBERED + 2)
    for number in numbers:
        final_last = {"changed_at": rows.NOW + timedelta(minutes=number == 1)}
        rows.transaction_of(chain, number, user, by_hand=False, status="confirming", confirmations=2, **final_last)
        before.take(own, state("confirming", 2, number=number, wallets=(address(1),)))
    batch = before.take_batch()
    assert len(batch.firings) == len(numbers)
    after = restarted(batch.series, rule)
    missed = missed_moments(watched_series_of([rule]), now_ms=milliseconds(rows.NOW))
    after.replay(missed, [])
    assert missed
    assert fired(after) == []


def test_what_is_read_of_a_while_ago_says_nothing_to_series_of_younger_rules() -> None:
    older, younger = series_of("incoming"), series_of("outgoing")
    evaluation = evaluation_of(loaded(1, older, 0), loaded(2, younger, 0))
    heard = [Heard(_WALLET, moved(change, number), NOW, frozenset({younger})) for number, change in enumerate((2, -3))]
    evaluation.replay([*heard, Heard(_WALLET, moved(-4, 9), NOW + 1)], [])
    assert fired(evaluation) == [(1, D(2)), (2, D(4))]


def test_a_balance_is_a_level_and_fires_at_what_a_restart_has_missed() -> None:
    rule = loaded(1, series_of("balance"), 1, AlertOperator.BELOW)
    before = evaluation_of(rule)
    for time, balance in enumerate((5, "0.9", "0.8", 2)):
        before.take(_WALLET, held(balance, NOW + time))
    batch = before.take_batch()
    assert [one.firing.value for one in batch.firings] == [D("0.9")]
    after = restarted(batch.series, rule)
    after.take(_WALLET, held("0.5", NOW + 9))
    assert [(one.firing.value, one.firing.late) for one in after.take_batch().firings] == [(D("0.5"), True)]


def test_a_value_that_was_stored_is_found_again_among_what_was_heard_since() -> None:
    rule = loaded(1, series_of("balance"), 1, AlertOperator.BELOW)
    before = evaluation_of(rule)
    before.take(_WALLET, held(2))
    after = restarted(before.take_batch().series, rule)
    told = (held(9, NOW - 1), held(2), held("0.5", NOW + 1))
    after.replay([Heard(_WALLET, event, event.time) for event in told], [])
    assert [(one.firing.value, one.firing.late) for one in after.take_batch().firings] == [(D("0.5"), False)]


def test_a_wallet_of_which_nothing_is_told_is_not_silent() -> None:
    clock = ManualClock(NOW)
    evaluation = evaluation_of(
        loaded(1, series_of("balance"), 1), loaded(2, series_of("incoming"), 1), loaded(3, series_of("failed"), 1),
        clock=clock,
    )  # fmt: skip
    evaluation.take_batch()
    clock.advance(3600)
    evaluation.tick()
    assert evaluation.take_batch().is_empty
