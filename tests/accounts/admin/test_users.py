"""The admin's pages of users and groups: what they show, to whom, and what they refuse."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import PASSWORD

_LIST = "admin:accounts_user_changelist"
_ADD = "admin:accounts_user_add"


def _change(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def _logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _permit(user: User, *codenames: str) -> None:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def _form_of(response: Any) -> dict[str, Any]:
    """Return what the page's form would send, unchanged."""
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields if name != "password"}
    return {name: value for name, value in values.items() if value not in (None, False, [])}


def _text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def administrator(superuser: User) -> Client:
    """Return a browser in which the superuser is logged in."""
    return _logged_in(superuser)


def test_it_logs_in_by_email_address(superuser: User) -> None:
    client = Client()
    page = _text(client.get(reverse("admin:login")))
    assert "Tidewire" in page
    form = {"username": "root@example.com", "password": PASSWORD, "next": reverse("admin:index")}
    assert client.post(reverse("admin:login"), form).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_it_links_users_symbols_and_the_dashboard(administrator: Client) -> None:
    page = _text(administrator.get(reverse("admin:index")))
    for address in (_LIST, "admin:auth_group_changelist", "admin:market_symbol_changelist", "dashboard"):
        assert f'href="{reverse(address)}"' in page


def test_it_lists_users_with_what_they_may_do(administrator: Client, user: User, inactive_user: User) -> None:
    page = _text(administrator.get(reverse(_LIST)))
    for word in ("Ada", "ada@example.com", "Former", "Superuser", "Inactive"):
        assert word in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ada@EXAMPLE"}, {"Ada"}),
        ({"q": "form"}, {"Former"}),
        ({"email_confirmed_at__isempty": "0"}, {"Root"}),
        ({"is_active__exact": "0"}, {"Former"}),
        ({"is_superuser__exact": "1"}, {"Root"}),
        ({"is_staff__exact": "0", "is_active__exact": "1"}, {"Ada"}),
    ],
)
def test_it_finds_and_filters(
    administrator: Client, user: User, inactive_user: User, query: dict[str, str], found: set[str]
) -> None:
    User.objects.filter(username="Root").update(email_confirmed_at=timezone.now())
    response: Any = administrator.get(reverse(_LIST), query)
    assert {each.username for each in response.context["cl"].queryset} == found


def test_it_changes_a_user(administrator: Client, user: User) -> None:
    page = administrator.get(_change(user))
    assert "ada@example.com" in _text(page)
    form = {**_form_of(page), "first_name": "Augusta", "is_staff": "on"}
    response = administrator.post(_change(user), form)
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_staff, user.check_password(PASSWORD)) == ("Augusta", True, True)


def test_it_adds_a_user(administrator: Client) -> None:
    assert "email" in _text(administrator.get(reverse(_ADD)))
    form = {"username": "New", "email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert administrator.post(reverse(_ADD), {**form, "usable_password": "true"}).status_code == 302
    assert User.objects.get(username="New").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"username": "aDA"}, "This user name is taken"),
        ({"email": ""}, "This field is required."),
        ({"username": "new@example.com"}, "A user name starts with"),
        ({"password2": "another"}, "match."),
        ({"password1": "12345", "password2": "12345"}, "too short"),
    ],
)
def test_it_says_what_is_wrong_with_a_new_user(
    administrator: Client, user: User, given: dict[str, str], message: str
) -> None:
    form = {"username": "New", "email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    page = _text(administrator.post(reverse(_ADD), {**form, "usable_password": "true", **given}))
    assert message in page
    assert not User.objects.filter(username="New", email="new@example.com").exists()


def test_it_sets_a_password(administrator: Client, user: User) -> None:
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert "Ada" in _text(administrator.get(address))
    form = {"password1": "a new one, longer", "password2": "a new one, longer", "usable_password": "true"}
    assert administrator.post(address, form).status_code == 302
    user.refresh_from_db()
    assert user.check_password("a new one, longer")


def test_it_shows_groups(administrator: Client) -> None:
    group = Group.objects.create(name="night watch")
    assert "night watch" in _text(administrator.get(reverse("admin:auth_group_changelist")))
    assert "night watch" in _text(administrator.get(reverse("admin:auth_group_change", args=[group.pk])))


@pytest.mark.parametrize("name", [_LIST, _ADD, "admin:index", "admin:auth_group_changelist"])
def test_it_sends_whoever_is_no_staff_to_the_login(user: User, name: str) -> None:
    for client in (Client(), _logged_in(user)):
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("admin:login"))


def test_it_refuses_staff_without_the_permission(staff_user: User, user: User) -> None:
    client = _logged_in(staff_user)
    assert client.get(reverse(_LIST)).status_code == 403
    assert client.get(_change(user)).status_code == 403
    assert reverse(_LIST) not in _text(client.get(reverse("admin:index")))


def test_it_lets_staff_edit_users_but_give_no_rights(staff_user: User, user: User) -> None:
    _permit(staff_user, "view_user", "change_user")
    client = _logged_in(staff_user)
    form = {**_form_of(client.get(_change(user))), "first_name": "Augusta"}
    permissions = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
    rights = {"is_staff": "on", "is_superuser": "on", "user_permissions": permissions}
    assert client.post(_change(user), {**form, **rights}).status_code == 302
    user.refresh_from_db()
    assert user.first_name == "Augusta"
    assert (user.is_staff, user.is_superuser, user.user_permissions.exists()) == (False, False, False)


@pytest.mark.parametrize("rights", [{"is_superuser": True}, {"is_staff": True}])
def test_it_lets_no_staff_touch_other_staff(staff_user: User, user: User, rights: dict[str, bool]) -> None:
    User.objects.filter(pk=user.pk).update(**rights)
    _permit(staff_user, "view_user", "change_user", "delete_user")
    client = _logged_in(staff_user)
    password = reverse("admin:auth_user_password_change", args=[user.pk])
    new = {"password1": "a new one, longer", "password2": "a new one, longer", "usable_password": "true"}
    assert client.post(_change(user), {"username": "Mine", "email": "mine@example.com"}).status_code == 403
    assert client.post(password, new).status_code == 403
    delete = reverse("admin:accounts_user_delete", args=[user.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
    assert client.post(reverse(_LIST), several).status_code == 403
    user.refresh_from_db()
    assert (user.username, user.email, user.check_password(PASSWORD)) == ("Ada", "ada@example.com", True)


def test_it_lets_staff_change_of_themselves_what_takes_no_password(staff_user: User) -> None:
    _permit(staff_user, "view_user", "change_user")
    client = _logged_in(staff_user)
    form = {**_form_of(client.get(_change(staff_user))), "first_name": "Augusta", "email": "another@example.com"}
    assert client.post(_change(staff_user), form).status_code == 302
    new = {"password1": "a new one, longer", "password2": "a new one, longer", "usable_password": "true"}
    for spelled in (f"{staff_user.pk}", f"0{staff_user.pk}", f"+{staff_user.pk}"):
        password = client.post(f"/admin/accounts/user/{spelled}/password/", new)
        assert password.headers["Location"] == reverse("admin:password_change")
    staff_user.refresh_from_db()
    assert (staff_user.first_name, staff_user.email) == ("Augusta", "staff@example.com")
    assert staff_user.check_password(PASSWORD)


def test_it_lets_only_superusers_change_groups(staff_user: User, administrator: Client) -> None:
    group = Group.objects.create(name="night watch")
    staff_user.groups.add(group)
    _permit(staff_user, "view_group", "add_group", "change_group", "delete_group")
    client = _logged_in(staff_user)
    address, add, delete = (
        reverse("admin:auth_group_change", args=[group.pk]),
        reverse("admin:auth_group_add"),
        reverse("admin:auth_group_delete", args=[group.pk]),
    )
    form = {"name": "night watch", "permissions": [str(Permission.objects.get(codename="change_user").pk)]}
    assert "night watch" in _text(client.get(address))
    assert [client.post(each, form).status_code for each in (address, add, delete)] == [403, 403, 403]
    assert not group.permissions.exists()
    assert administrator.post(address, form).status_code == 302
    assert [each.codename for each in group.permissions.all()] == ["change_user"]


def test_it_lets_staff_delete_ordinary_users(staff_user: User, user: User) -> None:
    _permit(staff_user, "view_user", "change_user", "delete_user")
    several = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
    _logged_in(staff_user).post(reverse(_LIST), several)
    assert not User.objects.filter(pk=user.pk).exists()


def test_it_confirms_an_address_by_hand(administrator: Client, user: User) -> None:
    assert "Unconfirmed" in _text(administrator.get(reverse(_LIST)))
    administrator.post(reverse("admin:accounts_user_confirm_address", args=[user.pk]), {"_form_submitted": "True"})
    user.refresh_from_db()
    assert user.email_confirmed_at is not None
    assert "Address confirmed." in _text(administrator.get(reverse("admin:accounts_user_history", args=[user.pk])))


def test_it_confirms_several_addresses_but_none_that_another_has_confirmed(administrator: Client, user: User) -> None:
    rival = User.objects.create_user("Rival", "ADA@example.com", PASSWORD)
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    other = User.objects.create_user("Other", "other@example.com", PASSWORD)
    selected = {"action": "confirm_selected", "_selected_action": [rival.pk, other.pk]}
    page = _text(administrator.post(reverse(_LIST), selected, follow=True))
    assert "Rival: Another account has confirmed this address" in page
    confirmed = User.objects.filter(email_confirmed_at__isnull=False).values_list("username", flat=True)
    assert set(confirmed) == {"Ada", "Other"}


@pytest.mark.parametrize("permissions", [(), ("view_user",)])
def test_it_lets_nobody_confirm_an_address_who_may_not_change_the_user(
    staff_user: User, user: User, permissions: tuple[str, ...]
) -> None:
    _permit(staff_user, *permissions)
    client = _logged_in(staff_user)
    client.post(reverse("admin:accounts_user_confirm_address", args=[user.pk]), {"_form_submitted": "True"})
    client.post(reverse(_LIST), {"action": "confirm_selected", "_selected_action": [user.pk]})
    user.refresh_from_db()
    assert user.email_confirmed_at is None


def test_it_takes_an_address_that_is_changed_for_unconfirmed(administrator: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    form = {**_form_of(administrator.get(_change(user))), "email": "elsewhere@example.com"}
    assert administrator.post(_change(user), form).status_code == 302
    user.refresh_from_db()
    assert (user.email, user.email_confirmed_at) == ("elsewhere@example.com", None)
