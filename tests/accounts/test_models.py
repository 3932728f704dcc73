"""What the database and the model refuse of a user."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Ticket, User
from accounts.services import user_log_out_everywhere
from tests.accounts.conftest import PASSWORD
from tests.databases.before_statement import just_before

_MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"
_COUNTING = "tests.accounts.passwords.counting_hasher.CountingHasher"


def _unsaved(username: str, email: str) -> User:
    return User(username=username, email=email, password="unusable")


def test_it_keeps_a_user_with_a_name_and_an_address(db: None) -> None:
    user = User.objects.create_user("Ada", "Ada@EXAMPLE.com", "password")
    user.full_clean()
    assert User.objects.get() == user
    assert (user.username, user.email) == ("Ada", "Ada@example.com")
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


@pytest.mark.parametrize(
    ("username", "email"),
    [
        ("Ada", "other@example.com"),
        ("aDA", "other@example.com"),
        ("Other", ""),
        ("other@example.com", "other@example.com"),
    ],
)
def test_it_is_the_database_that_refuses(user: User, username: str, email: str) -> None:
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([_unsaved(username, email)])


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM"])
def test_it_is_the_database_that_lets_one_user_alone_have_an_address_confirmed(user: User, email: str) -> None:
    rival = User.objects.create_user("Other", email, "password")
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=rival.pk).update(email_confirmed_at=timezone.now())


def test_it_names_an_address_that_another_has_confirmed_only_where_it_is_to_be_confirmed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    claim = _unsaved("Other", "ADA@example.com")
    claim.full_clean()
    claim.email_confirmed_at = timezone.now()
    with pytest.raises(ValidationError) as refusal:
        claim.full_clean()
    assert refusal.value.message_dict == {"email": ["This email address is taken"]}


@pytest.mark.parametrize(
    ("username", "email", "field", "message"),
    [
        ("aDA", "other@example.com", "username", "This user name is taken"),
        ("Ada", "other@example.com", "username", "This user name is taken"),
        ("Other", "no address", "email", "Enter a valid email address."),
        ("Other", "", "email", "This field cannot be blank."),
        ("", "other@example.com", "username", "This field cannot be blank."),
    ],
)
def test_it_names_the_field_and_says_what_is_wrong(
    user: User, username: str, email: str, field: str, message: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        _unsaved(username, email).full_clean()
    assert message in refusal.value.message_dict[field]
    assert set(refusal.value.message_dict) == {field}


@pytest.mark.parametrize(
    "username", ["a b", "a@b", "-a", ".a", "ädä", "\u0430da", "a\n", "a\x00b", "a/b", "a:b", "x" * 151]
)
def test_it_refuses_a_name_that_could_pose_as_another(db: None, username: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        _unsaved(username, "other@example.com").full_clean()
    assert "username" in refusal.value.message_dict


@pytest.mark.parametrize("username", ["a", "A.b_c+d-e", "42", "x" * 150])
def test_it_takes_ordinary_names(db: None, username: str) -> None:
    user = _unsaved(username, "other@example.com")
    user.full_clean()
    user.save()
    assert User.objects.filter(username=username).exists()


def test_it_lets_a_user_keep_the_own_name_and_address(user: User) -> None:
    user.first_name = "Ada"
    user.full_clean()
    user.username, user.email = "ADA", "ADA@example.com"
    user.full_clean()
    user.save()
    assert User.objects.get().username == "ADA"


def test_a_ticket_is_stored_by_the_version_before_too_which_names_no_login(user: User) -> None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_ticket (digest, user_id, generation, token_expires_at, expires_at)"
            " VALUES (%s, %s, 0, %s, %s)",
            ["0" * 64, user.pk, now, now],
        )
    assert Ticket.objects.get().login_id == ""


def test_a_session_of_the_admin_outlives_a_change_of_the_key_and_no_log_out(
    superuser: User, settings: Settings
) -> None:
    client = Client()
    client.force_login(superuser)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "a new key of some fifty characters, as long",
        [settings.SECRET_KEY],
    )
    assert client.get("/admin/accounts/user/").status_code == 200
    user_log_out_everywhere(user=superuser)
    assert client.get("/admin/accounts/user/").status_code == 302


@pytest.mark.usefixtures("shared_database")
async def test_a_hash_is_made_anew_for_asynchronous_callers_too(settings: Settings) -> None:
    user = await User.objects.acreate_user("Ada", "ada@example.com", PASSWORD)
    settings.PASSWORD_HASHERS = [_COUNTING, _MD5]
    assert await user.acheck_password(PASSWORD)
    stored = await User.objects.aget()
    assert user.password == stored.password
    assert stored.password.startswith("counted$")


def test_a_hash_that_is_made_anew_overwrites_no_password_that_was_set_meanwhile(user: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [_COUNTING, _MD5]
    new = make_password("entirely different words 77")
    with just_before('UPDATE "accounts_user" SET', lambda: User.objects.filter(pk=user.pk).update(password=new)):
        assert user.check_password(PASSWORD)
    assert User.objects.get().password == new
    assert user.password != new  # so that a session of the admin that is begun with it is good for nothing
