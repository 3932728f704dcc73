"""The group `traders`: whoever registers may trade, and set up bots and backtests.

The models belong to the trading app, which accounts doesn't know. Their content types and permissions are made here the
way Django makes them, under the same keys: what the one has made, the other finds.
"""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

TRADERS = "traders"
_TRADING = "trading"
_MODELS = ("order", "grid", "strategy", "backtest")

TRADER_PERMISSIONS = frozenset(f"{_TRADING}.add_{model}" for model in _MODELS)


def traders_ensure() -> Group:
    """Return the group; one that is missing is made, with its permissions. What was changed in it since stays."""
    group, is_new = Group.objects.get_or_create(name=TRADERS)
    if is_new:
        group.permissions.set([_permission_to_add(model) for model in _MODELS])
    return group


def _permission_to_add(model: str) -> Permission:
    content_type, _ = ContentType.objects.get_or_create(app_label=_TRADING, model=model)
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type, codename=f"add_{model}", defaults={"name": f"Can add {model}"}
    )
    return permission
