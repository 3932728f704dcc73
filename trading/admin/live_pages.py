"""What the admin's pages of live trading share: they are looked at, and nothing is written by hand."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from streaming.admin.filters import CreationFilter, UserFilter
from streaming.admin.read_only import RecordAdmin


class RowsOfTrading(RecordAdmin):
    """A table that grows as users trade."""

    compressed_fields = False


class AccountOwnerFilter(UserFilter):
    """The user whose account it is."""

    lookup = "account__owner__username"


class SubAccountOwnerFilter(UserFilter):
    """The user of whose account it is a part."""

    lookup = "sub_account__account__owner__username"


class PlacingFilter(CreationFilter):
    """The days on which orders were placed."""

    title = "day of placing"
    column = "placed_at"
    name = "placed"


class ExecutionFilter(CreationFilter):
    """The days of executions."""

    title = "day of fill"
    column = "time"
    name = "executed"
