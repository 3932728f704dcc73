"""What an API key may be used for: asked in this one place, for REST, commands and subscriptions alike. Pure."""

from enum import StrEnum


class Scope(StrEnum):
    """One kind of use; a key has one or several, and none comes with another.

    `READ`: safe methods, commands that only ask, subscriptions. `ALERTS`: changes of alerts, notifications and
    preferences, of watch lists, chart layouts and drawings. `TRADE`: the commands that trade. `WALLETS`: changes of
    which wallets and transactions are watched.
    """

    READ = "read"
    ALERTS = "alerts"
    TRADE = "trade"
    WALLETS = "wallets"


Scopes = frozenset[Scope] | None
"""Those of an API key; None where no key was used, but a token or a ticket of a login, which may all."""

CLOSED_TO_KEYS = "An API key can't do this; log in with a password"


def scope_refusal(scopes: Scopes, needed: Scope | None) -> str | None:
    """Return the sentence that refuses what needs a scope (None: what no key may do); None where it may be done."""
    if scopes is None or needed in scopes:
        return None
    return CLOSED_TO_KEYS if needed is None else f"This API key lacks the scope {needed.value}"
