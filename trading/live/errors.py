"""Why nothing of a change was stored."""

from collections.abc import Collection


class StaleVersionError(Exception):
    """Sub-accounts were changed by another since they were loaded: `ids` name them. Nothing was stored."""

    def __init__(self, ids: Collection[int]) -> None:
        super().__init__(f"changed since they were loaded: {', '.join(map(str, sorted(ids)))}")
        self.ids = frozenset(ids)


class UnbalancedBooksError(Exception):
    """What a sub-account owns isn't what was moved in and earned. Nothing was stored."""

    def __init__(self, sub_account: object) -> None:
        super().__init__(f"the books of sub-account {sub_account} don't balance")
