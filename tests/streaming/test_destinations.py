from decimal import Decimal

from streaming.destinations import groups_of_event, topic_of_user_event
from streaming.events import (
    Account,
    AccountMode,
    TransactionState,
    TransactionStatus,
    WalletActivity,
    WalletChange,
)
from streaming.topic_kinds import default_registry
from streaming.topics import Kind, Topic
from tests.streaming.fan_out.dotted_events import grid_order, system_health


def test_it_sends_a_users_events_to_the_users_group() -> None:
    account = Account(time=1, mode=AccountMode.PAPER, demo=True, balances=())
    topic = topic_of_user_event(account, "7")
    assert topic == Topic(Kind.ACCOUNT, owner="7")
    assert (topic.key, topic.group) == ("u.7.account", "u.7")


def test_it_finds_the_topic_of_an_address_and_a_hash_however_they_are_spelled() -> None:
    activity = WalletActivity(
        time=1, chain="e", address="0xABC", label="", change_kind=WalletChange.BALANCE, asset="ETH", balance=Decimal(1)
    )
    state = TransactionState(time=1, chain="e", hash="0xDEF", status=TransactionStatus.SEEN, required=12)
    parsed = [default_registry().parse(channel) for channel in ("wallet:0xAbc", "tx:0xdeF")]
    topics = [topic_of_user_event(activity, "7"), topic_of_user_event(state, "7")]
    assert [topic.name for topic in topics] == [topic.name for topic in parsed] == ["0xabc", "0xdef"]
    assert [topic.key for topic in topics] == ["u.7.wallet.0xabc", "u.7.tx.0xdef"]


def test_it_sends_an_instances_events_to_its_owner_and_to_staff() -> None:
    assert groups_of_event(grid_order("a", owner="7")) == ("c.grid.7", "c.grid.all")
    assert groups_of_event(system_health()) == ("s.health",)
