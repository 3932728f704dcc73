"""A user who is deleted is gone from every table of every app, but where it is declared why something stays."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Model

from accounts.models import AccountMail, User
from accounts.own_data.deleting import user_delete
from streaming.identity.user_deletion import DeletionSource
from streaming.installed import data_of_users
from tests.config.own_data.filled_rows import CHAINED, FilledRows
from trading.audit.services import Actor, audit_append
from trading.audit.verification import audit_verify
from trading.models import ActorSource, AuditEntry

_COLUMNS_OF_USERS = {"user_id", "owner_id", "actor_id"}


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("Ada", "ada@example.com", "correct horse battery staple")


def _keys(model: type[Model]) -> Iterator[str]:
    """Give the columns of a model that hold a user's id."""
    fields: list[Any] = list(model._meta.concrete_fields)
    for field in fields:
        if (field.is_relation and field.remote_field.model is User) or field.name in _COLUMNS_OF_USERS:
            yield field.attname


def _rows_of(user_id: int) -> dict[str, int]:
    """Return how many rows of each model hold the user's id in a column, and of the tables between models."""
    counts: dict[str, int] = {}
    for model in apps.get_models(include_auto_created=True):
        rows: Any = model._base_manager
        count = sum(rows.filter(**{key: user_id}).count() for key in _keys(model))
        if count:
            counts[model._meta.label] = count
    return counts


def test_a_row_of_every_declared_model_goes_with_the_user_or_loses_the_person(user: User) -> None:
    user.groups.add(Group.objects.create(name="readers"))
    filled, user_id = FilledRows(user), user.pk
    declared = [one for one in data_of_users() if one.model != CHAINED]
    for one in declared:
        rows: Any = apps.get_model(one.model)._base_manager
        assert (one.model, rows.filter(**{one.owner: user_id}).exists()) == (one.model, True)
    others = FilledRows(User.objects.create_user("Grace", "grace@example.com", "correct horse battery staple"))
    kept = {one.model: others.of(apps.get_model(one.model)).pk for one in declared if not one.stays}
    user_delete(user=user, source=DeletionSource.COMMAND_LINE)
    assert filled.of(User) is user
    assert set(_rows_of(user_id)) == {CHAINED}  # the one that says so
    for model, pk in kept.items():
        assert (model, apps.get_model(model)._base_manager.filter(pk=pk).exists()) == (model, True)


def test_what_stays_is_without_the_person_and_the_audit_is_whole(user: User) -> None:
    ada = Actor(user_id=user.pk, name="Ada", source=ActorSource.REST, address="203.0.113.7")
    for number in range(3):
        audit_append(actor=ada, action="order.place", now=user.date_joined, owner_id=user.pk, target=str(number))
    AccountMail.objects.create(
        kind="welcome", email=user.email, user=user, created_at=user.date_joined, not_before=user.date_joined
    )
    user_delete(user=user, source=DeletionSource.COMMAND_LINE)
    told = AuditEntry.objects.order_by("number").values_list("action", "actor", "address")
    assert list(told) == [("order.place", "", "")] * 3 + [("user.erase", "", "")]
    assert list(audit_verify()) == [(4, 4)]
    mail = AccountMail.objects.get()
    assert (mail.user, mail.email) == (None, "ada@example.com")
    assert mail.done_at is not None


def test_it_ends_the_sessions_of_the_admin(user: User) -> None:
    for owner in (str(user.pk), "0"):
        session = SessionStore()
        session["_auth_user_id"] = owner
        session.create()
    user_delete(user=user, source=DeletionSource.COMMAND_LINE)
    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == ["0"]


def test_whatever_stays_says_why() -> None:
    staying = {one.model: one.stays for one in data_of_users() if one.stays}
    assert set(staying) == {"trading.AuditEntry", "accounts.AccountMail"}
    assert all(len(why) > 20 for why in staying.values())
