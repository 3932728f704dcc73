"""Accounts, the parts that trade by themselves (sub-accounts), their balances and their lots."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from streaming.database.constraints import not_negative
from streaming.database.exact_decimals import ExactDecimalField
from trading.ids import new_account_id
from trading.models.grids import ENDED_GRIDS, Grid
from trading.models.strategies import ENDED_STRATEGIES, Strategy

_ONE_DAY = timedelta(days=1)


class TradingAccount(models.Model):
    """A paper account of a user; one of them is what the user means who names none.

    Simulated and stale market data drive it only where it `is_demo`. Fees are rates, such as 0.001 for 0.1 %.
    `cancel_all_at` is when all its orders are cancelled unless the user asks for a later time before (the dead man's
    switch), which was asked for at `cancel_all_asked_at`. `resets` counts how often it began anew.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_account_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trading_accounts")
    name = models.CharField(max_length=50)
    is_default = models.BooleanField("default", default=False)
    is_demo = models.BooleanField("demo", default=False)
    maker_fee = ExactDecimalField()
    taker_fee = ExactDecimalField()
    created_at = models.DateTimeField()
    reset_at = models.DateTimeField(null=True, blank=True)
    resets = models.PositiveIntegerField(default=0)
    cancel_all_at = models.DateTimeField(null=True, blank=True)
    cancel_all_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["created_at", "id"]
        verbose_name = "account"
        indexes = [
            models.Index(fields=["created_at"], name="account_by_time"),
            models.Index(
                fields=["cancel_all_at"], condition=Q(cancel_all_at__isnull=False), name="account_to_be_cancelled"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="account_is_named"),
            models.UniqueConstraint(fields=["owner", "name"], name="account_name_is_unique"),
            models.UniqueConstraint(fields=["owner"], condition=Q(is_default=True), name="account_default_is_one"),
        ]

    def __str__(self) -> str:
        """Return the id and the name."""
        return f"{self.id}: {self.name}"


class EquityPeak(models.Model):
    """The most that all of a user's accounts were ever worth together; drawdown is measured from it."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="equity_peak"
    )
    equity = ExactDecimalField()

    class Meta:
        """How the model is named."""

        verbose_name = "highest equity"
        verbose_name_plural = "highest equities"

    def __str__(self) -> str:
        """Return how much it was."""
        return f"{self.equity} of {self.owner_id}"


OF_HAND = Q(grid__isnull=True, strategy__isnull=True)
"""Sub-accounts of accounts' own hands."""


class SubAccount(models.Model):
    """What trades by itself in one quote asset: an account's own hand, a grid or a strategy. Its row is what is locked.

    Whoever changes anything that belongs to it locks the row first, and adds one to `version` when storing: a copy in
    memory of another version is stale. Amounts are of `quote`: `deposited` is what came in less what was taken out,
    `realised` what was earned net of fees, of which `realised_before_day` was before `day` (UTC), the last on which
    something changed; `fees` is what all fees were worth. `fills` and `placed` count executions and orders.
    """

    account = models.ForeignKey(TradingAccount, on_delete=models.CASCADE, related_name="sub_accounts")
    grid = models.OneToOneField(Grid, on_delete=models.CASCADE, null=True, blank=True, related_name="sub_account")
    strategy = models.OneToOneField(
        Strategy, on_delete=models.CASCADE, null=True, blank=True, related_name="sub_account"
    )
    quote = models.CharField(max_length=20)
    version = models.BigIntegerField(default=0)
    deposited = ExactDecimalField(default=0)
    realised = ExactDecimalField(default=0)
    fees = ExactDecimalField(default=0)
    fills = models.BigIntegerField(default=0)
    placed = models.BigIntegerField(default=0)
    day = models.DateField(null=True, blank=True)
    realised_before_day = ExactDecimalField(default=0)

    class Meta:
        """What always holds: one hand for each quote asset, and counts that don't run backwards below none."""

        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "quote"],
                condition=OF_HAND,
                name="sub_account_of_hand_is_one",
            ),
            models.CheckConstraint(
                condition=Q(grid__isnull=True) | Q(strategy__isnull=True), name="sub_account_is_of_one"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=0, fills__gte=0, placed__gte=0) & ~Q(quote=""), name="sub_account_counts"
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return f"{self.quote} of {self.instance_id or self.account_id}"

    @property
    def instance_id(self) -> str | None:
        """The id of the grid or the strategy whose it is; None for an account's own hand."""
        return self.grid_id or self.strategy_id

    def begins_day(self, today: date) -> bool:
        """Return whether `today` (UTC) is a new day for it: what was realised until now was before it.

        None is where the clock has gone back over midnight: what was lost in the day that it came from counts on. But a
        day that is farther ahead was no day at all, and would count for as long.
        """
        return self.day is None or not today <= self.day <= today + _ONE_DAY


SUB_ACCOUNTS_IN_A_QUERY = 1000
"""So many sub-accounts one query names."""
OF_ACTIVE_INSTANCES = (Q(grid__isnull=False) & ~Q(grid__state__in=ENDED_GRIDS)) | (
    Q(strategy__isnull=False) & ~Q(strategy__state__in=ENDED_STRATEGIES)
)
"""Sub-accounts of grids and strategies that are not over: paused and failed ones too, of which grids may begin anew."""
BY_HAND = Q(sub_account__grid__isnull=True, sub_account__strategy__isnull=True)
"""What belongs to a sub-account of an account's own hand: orders placed by hand, lots, recordings."""
SINCE_RESET = (
    OF_HAND
    | Q(account__reset_at__isnull=True)
    | Q(grid__isnull=False, grid__ended_at__isnull=True)
    | Q(grid__ended_at__gt=F("account__reset_at"))
    | Q(strategy__isnull=False, strategy__ended_at__isnull=True)
    | Q(strategy__ended_at__gt=F("account__reset_at"))
)
"""Sub-accounts whose gains count: those of what ended before the account began anew are forgotten."""


class Balance(models.Model):
    """How much of an asset a sub-account has: free, and set aside for open orders."""

    sub_account = models.ForeignKey(SubAccount, on_delete=models.CASCADE, related_name="balances")
    asset = models.CharField(max_length=20)
    free = ExactDecimalField(default=0)
    locked = ExactDecimalField(default=0)

    class Meta:
        """One row for each asset, none of which is owed."""

        ordering = ["asset"]
        constraints = [
            models.UniqueConstraint(fields=["sub_account", "asset"], name="balance_is_one"),
            not_negative("free", name="balance_free_is_not_negative"),
            not_negative("locked", name="balance_locked_is_not_negative"),
        ]

    def __str__(self) -> str:
        """Return how much there is."""
        return f"{self.free} free and {self.locked} locked {self.asset}"


class Lot(models.Model):
    """What came in by one execution and is still held: the oldest, of the lowest `number`, goes first.

    `opened_by` is the number of the sub-account's execution, 0 for what was moved in; `cost` is of quote, with fees.
    """

    sub_account = models.ForeignKey(SubAccount, on_delete=models.CASCADE, related_name="lots")
    asset = models.CharField(max_length=20)
    number = models.BigIntegerField()
    opened_by = models.BigIntegerField()
    amount = ExactDecimalField()
    cost = ExactDecimalField()

    class Meta:
        """In which order they go, and what always holds."""

        ordering = ["asset", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sub_account", "asset", "number"], name="lot_is_one"),
            not_negative("amount", name="lot_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        """Return what it is, and what it cost."""
        return f"{self.amount} {self.asset} for {self.cost}"
