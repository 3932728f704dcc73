"""The admin's page of accounts: what they hold, and the limits of their orders."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections import defaultdict
from decimal import Decimal

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from streaming.admin.filters import CreationFilter, OwnerFilter
from streaming.admin.read_only import RecordInline
from streaming.admin.shown_values import ABSENT, plain_number
from trading.admin.limits import LIMITS, LimitsAction
from trading.admin.live_pages import RowsOfTrading
from trading.admin.new_account import NewAccountAction
from trading.models import Balance, RiskLimits, SubAccount, TradingAccount


class SubAccountInline(RecordInline):
    """What an account trades with: its own hand in each quote asset, its grids and its strategies."""

    model = SubAccount
    ordering = ("-id",)
    fields = ("quote", "grid", "strategy", "deposited_in_words", "realised_in_words", "fees_in_words", "version")
    readonly_fields = fields
    verbose_name_plural = "sub-accounts"
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubAccount]:
        """Return them with the grids and strategies that are named beside them."""
        rows: QuerySet[SubAccount] = super().get_queryset(request)
        return rows.select_related("grid", "strategy")

    @display(description="Moved in")
    def deposited_in_words(self, row: SubAccount) -> str:
        """What came in less what was taken out."""
        return plain_number(row.deposited)

    @display(description="Realised")
    def realised_in_words(self, row: SubAccount) -> str:
        """What was earned, net of fees."""
        return plain_number(row.realised)

    @display(description="Fees")
    def fees_in_words(self, row: SubAccount) -> str:
        """What its fees were worth."""
        return plain_number(row.fees)


@admin.register(TradingAccount)
class TradingAccountAdmin(LimitsAction, NewAccountAction, RowsOfTrading):
    """Accounts of all users."""

    ordering = ("-created_at", "-id")
    list_display = ("name_and_id", "owner", "is_default", "is_demo", "resets", "created_at")
    list_filter = ("is_demo", "is_default", OwnerFilter, CreationFilter)
    list_select_related = ("owner",)
    search_fields = ("=id", "owner__username")
    search_help_text = "A whole id, or a part of the owner's name"
    fieldsets = (
        (None, {"fields": ("id", "name", "owner", "is_default", "is_demo", "balances_in_words")}),
        ("Orders", {"fields": ("fees_in_words", "limits_in_words", "cancel_all_at")}),
        ("Times", {"fields": ("created_at", "reset_at", "resets")}),
    )
    readonly_fields = ("balances_in_words", "fees_in_words", "limits_in_words")
    inlines = (SubAccountInline,)

    @display(description="Account", header=True)
    def name_and_id(self, account: TradingAccount) -> list[str]:
        """The name over the id."""
        return [account.name, account.pk]

    @display(description="Balances")
    def balances_in_words(self, account: TradingAccount) -> str:
        """What the account holds, one asset a line; what its grids and strategies hold counts as locked."""
        free: defaultdict[str, Decimal] = defaultdict(Decimal)
        locked: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in Balance.objects.filter(sub_account__account=account).select_related("sub_account"):
            of_instance = row.sub_account.instance_id is not None
            free[row.asset] += Decimal(0) if of_instance else row.free
            locked[row.asset] += row.locked + (row.free if of_instance else Decimal(0))
        lines = [
            f"{asset}: {plain_number(free[asset])} free, {plain_number(locked[asset])} locked" for asset in sorted(free)
        ]
        return "\n".join(lines) or ABSENT

    @display(description="Fees (maker, taker)")
    def fees_in_words(self, account: TradingAccount) -> str:
        """What executions cost, as fractions."""
        return f"{plain_number(account.maker_fee)}, {plain_number(account.taker_fee)}"

    @display(description="Limits")
    def limits_in_words(self, account: TradingAccount) -> str:
        """The limits of its orders, one a line."""
        row = RiskLimits.objects.filter(pk=account.pk).first()
        given = {name: getattr(row, name) for name in LIMITS} if row else {}
        return "\n".join(f"{LIMITS[name]}: {value}" for name, value in given.items() if value is not None) or "none"
