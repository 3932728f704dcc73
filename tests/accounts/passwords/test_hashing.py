"""How passwords are hashed: with what, how many at once, and that nothing goes around it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import hashers
from django.utils.module_loading import import_string
from pytest_django import Settings

from accounts.errors import PasswordHashingBusyError
from accounts.models import User
from accounts.passwords.hashing import Bounded, HashingThreads
from accounts.services import token_verify
from accounts.tokens.json_web_tokens import pair_issue
from tests.accounts.conftest import PASSWORD
from tests.accounts.passwords.busy_hasher import BUSY_HASHER
from tests.accounts.passwords.holding_hasher import Gate
from tests.accounts.rest import assert_refused, post
from tests.waiting import until_now

_OURS = ["accounts.passwords.hashing.BoundedArgon2Hasher", "accounts.passwords.hashing.BoundedPBKDF2Hasher"]
_DJANGOS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def passwords_of_production(settings: Settings) -> None:
    """Hash as production does."""
    settings.PASSWORD_HASHERS = _OURS


@pytest.fixture
def together() -> Iterator[Callable[[Callable[[], object], int], list[object]]]:
    """Return a function that calls another in so many threads, and returns what each returned or raised."""
    with ThreadPoolExecutor(50) as threads:

        def call(work: Callable[[], object], times: int) -> list[object]:
            futures = [threads.submit(work) for _ in range(times)]
            return [future.exception() or future.result() for future in futures]

        yield call


def test_it_hashes_with_what_owasp_advises(passwords_of_production: None) -> None:
    encoded = hashers.make_password(PASSWORD)
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashers.check_password(PASSWORD, encoded)
    assert not hashers.check_password("another", encoded)


def test_it_bounds_every_hasher_of_the_settings() -> None:
    from accounts.settings import PASSWORD_HASHERS  # noqa: PLC0415 - those of the tests are others

    assert PASSWORD_HASHERS == _OURS
    for name in PASSWORD_HASHERS:
        assert import_string(name).__mro__[1] is Bounded


@pytest.mark.parametrize("before", _DJANGOS)
def test_it_makes_an_older_hash_anew_at_the_next_login_and_ends_no_token(
    user: User, settings: Settings, before: str
) -> None:
    settings.PASSWORD_HASHERS = [before]
    user.set_password(PASSWORD)
    user.save()
    refresh = pair_issue(user=user).refresh
    settings.PASSWORD_HASHERS = _OURS
    assert post("auth/token/", {"username": "Ada", "password": PASSWORD}).status_code == 200
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    token_verify(token=refresh)
    assert post("auth/token/", {"username": "Ada", "password": PASSWORD}).status_code == 200


def test_it_never_lets_more_than_its_number_work_at_once(together: Callable[..., list[object]]) -> None:
    threads, gate = HashingThreads(at_a_time=2, waiting=48), Gate()

    def open_once_two_are_in() -> None:
        until_now(lambda: gate.inside == 2)
        gate.open()

    opener = threading.Thread(target=open_once_two_are_in)
    opener.start()
    assert together(lambda: threads.run(lambda: gate.pass_through("")), 50) == [None] * 50
    opener.join()
    assert gate.most == 2


def test_it_refuses_whoever_comes_when_as_many_wait_as_may(together: Callable[..., list[object]]) -> None:
    threads, gate = HashingThreads(at_a_time=1, waiting=2), Gate()

    def work() -> None:
        try:
            threads.run(lambda: gate.pass_through(""))
        except PasswordHashingBusyError:
            refused.append(1)
            if len(refused) == 7:
                gate.open()
            raise

    refused: list[int] = []
    ended = together(work, 10)
    assert [type(error) for error in ended if error is not None] == [PasswordHashingBusyError] * 7
    assert threads.run(lambda: "there is room again") == "there is room again"


def test_it_gives_the_place_back_of_what_failed() -> None:
    threads = HashingThreads(at_a_time=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            threads.run(lambda: 1 // 0)


def test_a_hash_within_a_hash_does_not_wait_for_itself() -> None:
    threads = HashingThreads(at_a_time=1, waiting=0)
    assert threads.run(lambda: threads.run(lambda: "done")) == "done"


def test_a_refusal_is_told_in_the_one_shape(user: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [BUSY_HASHER]
    answer = post("auth/token/", {"username": "nobody", "password": PASSWORD})
    assert_refused(answer, 503, "UNAVAILABLE")
    assert answer.headers["Retry-After"] == "5"


def test_the_settings_have_a_bound() -> None:
    assert django_settings.PASSWORD_HASHES_AT_A_TIME == 2
    assert django_settings.PASSWORD_HASHES_WAITING == 200
