"""Who a token or a ticket logs in: over the WebSocket gateway's authenticator, and over REST's header."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_keys.services import api_key_create
from accounts.authentication import (
    BearerAuthentication,
    _identity_of_ticket,
    authenticate,
    identities_of_tokens,
    standing_of,
)
from accounts.groups import traders_ensure
from accounts.models import User
from accounts.services import user_log_out_everywhere
from accounts.tickets import ticket_issue
from accounts.tokens.json_web_tokens import TokenKind, pair_issue, token_read
from streaming.identity.identity import (
    AuthenticationError,
    AuthenticationFailure,
    Credential,
    CredentialKind,
    Identity,
)
from streaming.identity.scopes import Scope
from tests.accounts.conftest import PASSWORD
from tests.accounts.tokens_of_others import claims_of, signed

_FAILED, _INVALID = AuthenticationFailure.FAILED, AuthenticationFailure.INVALID


def _shown(token: str) -> Credential:
    return Credential(CredentialKind.TOKEN, token)


async def _create(**rights: bool) -> User:
    return await User.objects.acreate_user("Ada", "ada@example.com", PASSWORD, **rights)


async def _credential_of(user: User, kind: CredentialKind, *, access: str | None = None) -> Credential:
    access = access or pair_issue(user=user).access
    if kind is CredentialKind.TOKEN:
        return _shown(access)
    claims = token_read(access, TokenKind.ACCESS)
    return Credential(kind, (await sync_to_async(ticket_issue)(user=user, claims=claims)).ticket)


async def _refusal_of(token: str) -> AuthenticationFailure:
    with pytest.raises(AuthenticationError) as refusal:
        await authenticate(_shown(token))
    return refusal.value.code


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("is_staff", [True, False])
async def test_it_tells_who_a_good_token_belongs_to(is_staff: bool) -> None:
    user = await _create(is_staff=is_staff)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        access = pair_issue(user=user).access
        identity = await authenticate(_shown(access))
    login_id = token_read(access, TokenKind.ACCESS).login_id
    ends = round((now + dt.timedelta(minutes=60)).timestamp() * 1000)
    assert identity == Identity(
        user_id=str(user.pk), username="Ada", is_staff=is_staff, expires_at=ends, login_id=login_id
    )


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("kind", CredentialKind)
async def test_it_tells_what_the_user_may_do(kind: CredentialKind) -> None:
    user = await _create()
    await user.groups.aadd(await sync_to_async(traders_ensure)())
    await user.user_permissions.aadd(await Permission.objects.aget(codename="view_user"))
    await sync_to_async(user_log_out_everywhere)(user=user)
    identity = await authenticate(await _credential_of(user, kind))
    assert identity.permissions == {
        "trading.add_order",
        "trading.add_grid",
        "trading.add_strategy",
        "trading.add_backtest",
        "accounts.view_user",
    }
    assert (identity.is_superuser, identity.generation) == (False, 1)
    assert identity.may("trading.add_grid")
    assert not identity.may("accounts.change_user")


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("kind", CredentialKind)
async def test_it_tells_a_superuser(kind: CredentialKind) -> None:
    user = await _create(is_superuser=True)
    identity = await authenticate(await _credential_of(user, kind))
    assert identity.is_superuser
    assert identity.permissions == frozenset(await user.aget_all_permissions())
    assert identity.may("accounts.change_user")


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize(("kind", "queries"), [(CredentialKind.TOKEN, 2), (CredentialKind.TICKET, 3)])
async def test_it_asks_the_database_no_more_than_it_says(
    kind: CredentialKind, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = await _create()
    credential = await _credential_of(user, kind)

    def log_in() -> None:
        with django_assert_num_queries(queries):
            if kind is CredentialKind.TICKET:
                _identity_of_ticket(credential.secret)
            else:
                identities_of_tokens([credential.secret] * 3)

    await sync_to_async(log_in)()


@pytest.mark.usefixtures("shared_database")
async def test_it_takes_a_ticket_once_and_with_the_end_of_its_token() -> None:
    user = await _create()
    access = pair_issue(user=user).access
    credential = await _credential_of(user, CredentialKind.TICKET, access=access)
    ends = (await authenticate(_shown(access))).expires_at
    assert (await authenticate(credential)).expires_at == ends
    with pytest.raises(AuthenticationError) as refusal:
        await authenticate(credential)
    assert refusal.value.code is _FAILED


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("kind", CredentialKind)
async def test_it_tells_a_log_out_from_a_deactivation(kind: CredentialKind) -> None:
    user = await _create()
    before_log_out = await _credential_of(user, kind)
    await sync_to_async(user_log_out_everywhere)(user=user)
    before_end = await _credential_of(user, kind)
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)
    for credential, code in ((before_end, _INVALID), (before_log_out, _FAILED)):
        await User.objects.filter(pk=user.pk).aupdate(is_active=code is _FAILED)
        with pytest.raises(AuthenticationError) as refusal:
            await authenticate(credential)
        assert refusal.value.code is code


@pytest.mark.usefixtures("shared_database")
async def test_it_takes_neither_for_the_other() -> None:
    user = await _create()
    token, ticket = [(await _credential_of(user, kind)).secret for kind in CredentialKind]
    for credential in (Credential(CredentialKind.TICKET, token), Credential(CredentialKind.TOKEN, ticket)):
        with pytest.raises(AuthenticationError) as refusal:
            await authenticate(credential)
        assert refusal.value.code is _FAILED


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("user_id", [None, "", 1, "0", "999999", "nobody", "9" * 30])
async def test_it_tells_a_well_signed_token_of_nobody(user_id: Any) -> None:
    assert await _refusal_of(signed(claims_of(user_id))) is _INVALID


@pytest.mark.usefixtures("shared_database")
async def test_it_refuses_a_user_from_the_moment_of_deactivation() -> None:
    user = await _create()
    token = pair_issue(user=user).access
    assert (await authenticate(_shown(token))).username == "Ada"
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)
    assert await _refusal_of(token) is _INVALID
    await user.adelete()
    assert await _refusal_of(token) is _INVALID


class _WhoAmI(APIView):
    authentication_classes = (BearerAuthentication,)

    def get(self, request: Request) -> Response:
        return Response({"username": request.user.get_username()})


def _ask(authorization: str | None) -> Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = _WhoAmI.as_view()(RequestFactory().get("/", headers=headers))
    assert isinstance(response, Response)
    return response


@pytest.mark.usefixtures("shared_database")
async def test_it_tells_which_logins_of_keys_have_ended_of_users_who_are_still_there() -> None:
    ada, bob = await _create(), await User.objects.acreate_user("Bob", "bob@example.com", PASSWORD)
    keys = {}
    for name, owner in (("kept", ada), ("revoked", ada), ("of Bob", bob)):
        keys[name] = await sync_to_async(api_key_create)(user=owner, name=name, scopes=[Scope.READ])
    by_key = {name: await authenticate(_shown(text)) for name, (_, text) in keys.items()}
    by_token = await authenticate(_shown(pair_issue(user=ada).access))
    assert (await standing_of([by_token]))[by_token.user_id].ended_logins == frozenset()
    for name in ("revoked", "of Bob"):
        await keys[name][0].adelete()
    await User.objects.filter(pk=bob.pk).aupdate(is_active=False)
    standings = await standing_of([by_token, *by_key.values()])
    assert set(standings) == {by_token.user_id}
    assert standings[by_token.user_id].ended_logins == {by_key["revoked"].login_id}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_it_logs_in_by_the_header(user: User, scheme: str) -> None:
    response = _ask(f"{scheme} {pair_issue(user=user).access}")
    assert (response.status_code, response.data) == (200, {"username": "Ada"})


@pytest.mark.parametrize("authorization", [None, "Basic QWRhOng=", ""])
def test_it_asks_for_a_login_where_there_is_none(db: None, authorization: str | None) -> None:
    response = _ask(authorization)
    assert response.status_code == 401
    assert response.data["error"]["code"] == "PERMISSION_DENIED"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer a b", "Bearer x", "Bearer é", "Bearer \x00"])
def test_it_refuses_a_bad_header(user: User, authorization: str) -> None:
    response = _ask(authorization)
    assert response.status_code == 401
    assert response.data == {"error": {"code": "PERMISSION_DENIED", "message": "Authentication failed"}}
