"""What an app has a user told, beside its topics: a notification, which is kept, and sent by the channels they chose.

The app that keeps notifications declares how they are stored; whoever has something to tell calls
`streaming.installed.notices_store` in the transaction in which it happens, and knows nothing of that app. Pure.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class NotificationKind(StrEnum):
    """What a notification is about."""

    ALERT = "alert"
    ORDER = "order"
    GRID = "grid"
    STRATEGY = "strategy"
    BACKTEST = "backtest"
    WALLET = "wallet"
    SYSTEM = "system"


class Severity(StrEnum):
    """How much a notification matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is to be told; `data` is an object for programs, as JSON text with exact numbers and times in ms."""

    user_id: int
    kind: NotificationKind
    severity: Severity = Severity.INFO
    title: str
    body: str = ""
    data: str = "{}"


class StoreNotices(Protocol):
    """How notifications are stored: within the caller's transaction; they go out once that is committed."""

    def __call__(self, notices: Sequence[Notice], *, now: datetime) -> None:
        """Store them, in their order."""
        ...
