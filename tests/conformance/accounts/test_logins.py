"""docs/protocol/accounts.md: a user's logins, seen and ended, on every server."""

import asyncio
from contextlib import AsyncExitStack

from tests.conformance.accounts.account_requests import AUTH, assert_refused
from tests.conformance.asking import http
from tests.conformance.asking.endings import WITHIN_SECONDS, ending
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import DIALECTS, MARKET
from tests.conformance.places import Place
from tests.conformance.rows import on_each_layer, row

_SHOWN = {"id", "client", "address", "begun", "last_used", "expires_at", "current"}


@row("AC-09", "AC-60", "AC-61", "AC-31")
@on_each_layer
async def test_it_lists_logins_and_ends_one_and_all_others_with_their_connections(place: Place) -> None:
    user = place.people.guest()
    lost, other, own = (place.people.pair(user) for _ in range(3))
    logins = f"{place.http_url}{AUTH}logins/"
    listed = http.get(logins, token=own["access"]).json["items"]
    assert [(set(login), login["current"]) for login in listed] == [(_SHOWN, True), (_SHOWN, False), (_SHOWN, False)]
    gone = listed[-1]
    async with AsyncExitStack() as stack:
        token = {"token": lost["access"]}
        clients = [await stack.enter_async_context(speak(place, dialect, query=token)) for dialect in DIALECTS]
        bystander = await stack.enter_async_context(speak(place, MARKET, query={"token": other["access"]}))
        ended = await asyncio.to_thread(http.request, "DELETE", f"{logins}{gone['id']}/", token=own["access"])
        assert ended.status == 204
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in clients))
        assert ends == [ending(place, 4401, "Logged out")] * len(clients)
        await bystander.still_answers()
        renewed = await asyncio.to_thread(http.post, f"{logins}end-others/", {}, token=own["access"])
        async with asyncio.timeout(WITHIN_SECONDS):
            assert await bystander.end() == ending(place, 4401, "Logged out")
    assert http.request("DELETE", f"{logins}{gone['id']}/", token=renewed.json["access"]).status == 404
    assert [login["current"] for login in http.get(logins, token=renewed.json["access"]).json["items"]] == [True]
    assert_refused(http.get(logins, token=own["access"]), 401, "PERMISSION_DENIED")
    assert_refused(http.get(logins), 401, "PERMISSION_DENIED")
