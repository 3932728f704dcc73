"""No model of users' rows is forgotten where they ask for their data: each app declares all of its own."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.db.models import Model

from accounts.models import User
from accounts.own_data.exporting import Export, export_portions
from streaming.installed import data_kept_back, own_data

_NAMES_OF_USERS = {"user_id", "owner_id"}
_NO_SECRET = defaultdict[str, set[str]](set, {"alerts.NotificationPreferences": {"digest"}})
_SECRETS = {"password", "digest", "secret", "sealed", "token", "auth", "p256dh", "hash", "previous_hash", "login_id"}


def _leads_to(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Return whether foreign keys of rows that go with what they refer to lead to a user."""
    if model is User:
        return True
    fields: list[Any] = [field for field in model._meta.concrete_fields if field.is_relation]
    of_rows = [field.remote_field.model for field in fields if field.remote_field.model not in seen]
    return any(_leads_to(each, seen | {model}) for each in of_rows)


def _of_users() -> Iterator[str]:
    for model in apps.get_models():
        names = {field.attname for field in model._meta.concrete_fields}
        if not model._meta.proxy and (_leads_to(model) or names & _NAMES_OF_USERS):
            yield model._meta.label


def test_every_model_of_users_rows_is_handed_out_or_kept_back_for_a_reason() -> None:
    handed_out, kept_back = [own.model for own in own_data()], [kept.model for kept in data_kept_back()]
    declared = [*handed_out, *kept_back]
    assert len(set(declared)) == len(declared)
    assert sorted(set(_of_users()) - set(declared)) == []
    assert sorted(set(declared) - set(_of_users())) == []
    assert all(len(kept.why) > 10 for kept in data_kept_back())


def test_what_is_declared_is_there_and_holds_no_secret() -> None:
    for own in own_data():
        names = {field.name for field in apps.get_model(own.model)._meta.concrete_fields}
        assert set(own.without) <= names, own.model
        assert (own.model, (names - set(own.without)) & _SECRETS - _NO_SECRET[own.model]) == (own.model, set())


@pytest.mark.django_db
def test_every_path_leads_to_rows() -> None:
    user = User.objects.create_user("Ada", "ada@example.com", "correct horse battery staple")
    written = b"".join(export_portions(user=user, exported_at="2026-03-01T12:00:00.000Z"))
    export = msgspec.json.decode(written, type=Export)
    assert set(export.data) == {own.model for own in own_data()}
    assert [row["username"] for row in export.data["accounts.User"]] == ["Ada"]
    assert export.left_off == {}
    assert msgspec.json.encode(export) == written
