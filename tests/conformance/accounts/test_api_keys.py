"""docs/protocol/accounts.md: API keys, on every server."""

import asyncio
from contextlib import AsyncExitStack

from tests.conformance.accounts.account_requests import AUTH, assert_refused
from tests.conformance.asking import http
from tests.conformance.asking.endings import WITHIN_SECONDS, ending
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import DIALECTS, MARKET
from tests.conformance.places import Place
from tests.conformance.rows import on_each_layer, row

_SHOWN = {"id", "name", "prefix", "scopes", "created", "expires_at", "last_used_at"}


@row("AC-90", "AC-91", "AC-92")
@on_each_layer
async def test_it_logs_in_by_a_key_until_it_is_revoked(place: Place) -> None:
    token, keys = place.people.pair(place.people.guest())["access"], f"{place.http_url}{AUTH}keys/"
    created = http.post(keys, {"name": "bot", "scopes": ["read"], "password": "guest"}, token=token)
    assert (created.status, set(created.json)) == (201, {*_SHOWN, "key"})
    [listed] = http.get(keys, token=token).json["items"]
    assert set(listed) == _SHOWN
    async with AsyncExitStack() as stack:
        query = {"token": created.json["key"]}
        clients = [await stack.enter_async_context(speak(place, dialect, query=query)) for dialect in DIALECTS]
        bystander = await stack.enter_async_context(speak(place, MARKET, query={"token": token}))
        revoked = await asyncio.to_thread(http.request, "DELETE", f"{keys}{listed['id']}/", token=token)
        assert revoked.status == 204
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in clients))
        await bystander.still_answers()
    assert ends == [ending(place, 4401, "API key revoked")] * len(clients)
    assert http.request("DELETE", f"{keys}{listed['id']}/", token=token).status == 404
    assert_refused(http.get(f"{place.http_url}{AUTH}me/", token=created.json["key"]), 401, "PERMISSION_DENIED")


@row("AC-93", "AC-94")
def test_it_refuses_a_key_what_it_is_not_for(place: Place) -> None:
    token, keys = place.people.pair(place.people.guest())["access"], f"{place.http_url}{AUTH}keys/"
    key = http.post(keys, {"name": "bot", "scopes": ["read"], "password": "guest"}, token=token).json["key"]
    read_all = f"{place.http_url}/api/v1/notifications/read-all/"
    refused = http.post(read_all, {}, token=key)
    assert_refused(refused, 403, "PERMISSION_DENIED")
    assert refused.json["error"]["message"] == "This API key lacks the scope alerts"
    assert_refused(http.get(keys, token=key), 403, "PERMISSION_DENIED")
    assert_refused(
        http.post(f"{place.http_url}{AUTH}logout/", {"everywhere": True}, token=key), 403, "PERMISSION_DENIED"
    )
