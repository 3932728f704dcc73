"""The group of whoever registers."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

from accounts.groups import TRADERS, traders_ensure
from accounts.models import User

_PERMISSIONS = {"trading.add_order", "trading.add_grid", "trading.add_strategy", "trading.add_backtest"}


def _in_group(user: User) -> set[str]:
    user.groups.add(traders_ensure())
    return User.objects.get(pk=user.pk).get_all_permissions()


def test_it_lets_traders_set_up_bots_and_backtests(user: User) -> None:
    assert user.get_all_permissions() == set()
    assert _in_group(user) == _PERMISSIONS


def test_it_makes_a_group_that_is_missing_again(user: User) -> None:
    Group.objects.all().delete()
    Permission.objects.filter(content_type__app_label="trading").delete()
    assert _in_group(user) == _PERMISSIONS


def test_it_leaves_what_an_administrator_took_away(user: User) -> None:
    traders_ensure().permissions.remove(Permission.objects.get(codename="add_grid"))
    assert _in_group(user) == _PERMISSIONS - {"trading.add_grid"}


@pytest.fixture
def trading_app() -> Any:
    """Return the trading app as it will be: its models, and its own making of content types and permissions."""
    state = MigrationLoader(None).project_state()
    state.add_model(ModelState("trading", "Strategy", [], {}))
    apps: Apps = state.apps
    config: Any = apps.get_app_config("trading")
    config.models_module = "there is one"  # of which Django asks no more
    return config, apps


def test_it_makes_what_the_trading_app_will_find(db: None, trading_app: Any) -> None:
    config, apps = trading_app
    group = traders_ensure()
    before = dict(group.permissions.values_list("codename", "pk"))
    types = list(ContentType.objects.filter(app_label="trading").values_list("model", "pk").order_by("pk"))
    create_contenttypes(config, verbosity=0, apps=apps)
    create_permissions(config, verbosity=0, apps=apps)
    named = Permission.objects.filter(codename__in=[name.partition(".")[2] for name in _PERMISSIONS])
    assert dict(named.values_list("codename", "pk")) == before
    assert {f"trading.{codename}" for codename in before} == _PERMISSIONS
    assert list(ContentType.objects.filter(app_label="trading").values_list("model", "pk").order_by("pk")) == types
    assert Permission.objects.filter(content_type__app_label="trading", codename="view_grid").count() == 1
    assert named.get(codename="add_grid").name == "Can add grid"
    assert Group.objects.filter(name=TRADERS).count() == 1
