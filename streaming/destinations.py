"""Where events go: from a typed event to the topic or the groups that carry it. Pure."""

from streaming import dotted_names
from streaming.events import (
    Account,
    Alert,
    NamedEvent,
    Notification,
    Order,
    Portfolio,
    TransactionState,
    UserUpdate,
    WalletActivity,
)
from streaming.topic_kinds import canonical_name
from streaming.topics import Kind, Topic

_KINDS: dict[type[UserUpdate], Kind] = {
    Portfolio: Kind.PORTFOLIO,
    Order: Kind.ORDERS,
    Account: Kind.ACCOUNT,
    Notification: Kind.NOTIFICATIONS,
    Alert: Kind.ALERTS,
    WalletActivity: Kind.WALLET,
    TransactionState: Kind.TRANSACTION,
}


def topic_of_user_event(event: UserUpdate, user_id: str) -> Topic:
    """Return the topic of one user's event."""
    match event:
        case WalletActivity():
            return Topic(Kind.WALLET, owner=user_id, name=canonical_name(event.address))
        case TransactionState():
            return Topic(Kind.TRANSACTION, owner=user_id, name=canonical_name(event.hash))
        case _:
            return Topic(_KINDS[type(event)], owner=user_id)


def groups_of_event(event: NamedEvent) -> tuple[str, ...]:
    """Return the groups to which the event of a dotted channel goes: its owner's, and that of all owners."""
    return dotted_names.groups_of_event(event.channel, event.owner)


def key_of_named(channel: str) -> str:
    """Return the key under which the newest value of a dotted channel is kept for all processes."""
    return f"n.{channel}"
