"""The admin's page of the kill switch: what may be ordered now. It is thrown on the operators' page."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import UserFilter
from trading.admin.live_pages import RowsOfTrading
from trading.engine.risk.levels import TradingLevel
from trading.models import KillSwitch

_LEVELS = {TradingLevel.ACTIVE: "success", TradingLevel.REDUCE_ONLY: "warning", TradingLevel.HALTED: "danger"}
LEVEL_LABELS = {level.value.replace("_", " "): label for level, label in _LEVELS.items()}


@admin.register(KillSwitch)
class KillSwitchAdmin(RowsOfTrading):
    """The rows of the kill switch, the last changed first."""

    list_display = ("of_whom", "level_label", "reason", "changed_by", "changed_at")
    list_filter = ("level", "scope", UserFilter)
    list_select_related = ("user", "changed_by")
    search_fields = ("=instance",)
    search_help_text = "The whole id of a grid"
    fields = ("of_whom", "level_label", "reason", "changed_by", "changed_at")
    readonly_fields = fields

    @display(description="Of")
    def of_whom(self, switch: KillSwitch) -> str:
        """For whom the level holds."""
        return str(switch.instance or switch.user or "everybody")

    @display(description="Level", label=LEVEL_LABELS)
    def level_label(self, switch: KillSwitch) -> str:
        """What may be ordered."""
        return str(switch.get_level_display())
