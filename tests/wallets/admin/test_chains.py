"""The admin's page of chains: how far each was followed, starting over, and what it takes of staff."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from tests.accounts.admin.browsers import StaffWith, text_of
from tests.wallets.admin.conftest import NOW
from tests.wallets.simple_chain import SimpleChain
from wallets.follower.stored_chain import block_columns
from wallets.models import Chain, KnownBlock

pytestmark = pytest.mark.django_db

_LIST = "/admin/wallets/chain/"
_PAGE = f"{_LIST}ethereum/change/"
_MAY_CHANGE = ("view_chain", "change_chain")
_WITH_KEY = "wss://node.example.org/v3/secret"
_NEW = {
    "name": "polygon",
    "chain_id": "137",
    "symbol": "POL",
    "decimals": "18",
    "nodes": '["https://polygon.example.org"]',
    "block_time_seconds": "2",
    "confirmations": "32",
    "confirmations_by_amount": '[{"amount": "100", "confirmations": 64}]',
}


def _act(client: Client, action: str, **given: str) -> Any:
    return client.post(f"{_LIST}ethereum/{action}/", {"_form_submitted": "True", **given})


def test_it_shows_the_cursor_the_lag_the_state_and_why(administrator: Client, chain: Chain) -> None:
    for page in (_LIST, _PAGE):
        shown = text_of(administrator.get(page))
        for words in ("118", "2 blocks", "Disconnected", "no head for 36 s", "wss://node.example.org"):
            assert (page, words, words.lower() in shown.lower()) == (page, words, True)


def test_it_says_that_nobody_follows_a_chain_any_more(administrator: Client, chain: Chain) -> None:
    Chain.objects.update(state="connected", reason="", last_head_at=NOW)
    shown = text_of(administrator.get(_LIST)).lower()
    assert ("disconnected" in shown, "no block has come for 3 block times" in shown) == (True, True)


@pytest.mark.parametrize("permissions", [("view_chain",), _MAY_CHANGE])
def test_it_shows_of_nodes_the_host_and_nothing_that_may_be_a_key(
    staff_with: StaffWith, chain: Chain, permissions: tuple[str, ...]
) -> None:
    Chain.objects.update(nodes=[_WITH_KEY, "wss://user:secret@other.example.org:8546"], node=_WITH_KEY)
    staff = staff_with(*permissions)
    for page in (_LIST, _PAGE):
        shown = staff.get(page).content.decode()
        assert ("node.example.org" in shown, "secret" in shown) == (True, False), page


def test_an_address_that_is_shown_masked_stays_as_it_is_stored(administrator: Client, chain: Chain) -> None:
    stored = [_WITH_KEY, _WITH_KEY.replace("secret", "secret2"), "wss://other.example.org"]
    Chain.objects.update(nodes=stored)
    masked = "wss://node.example.org/***"
    for given, kept in (
        (f'["{masked}", "{masked}", "wss://other.example.org"]', stored),
        (f'["https://new.example.org/secret3", "{masked}"]', ["https://new.example.org/secret3", stored[0]]),
    ):
        assert administrator.post(_PAGE, {**_NEW, "nodes": given}).status_code == 302
        chain.refresh_from_db()
        assert chain.nodes == kept
    assert not [entry for entry in LogEntry.objects.all() if "secret" in f"{entry.change_message}{entry.object_repr}"]
    refused = administrator.post(_PAGE, {**_NEW, "nodes": '["wss://unknown.example.org/***"]'})
    assert list(refused.context["adminform"].form.errors) == ["nodes"]


def test_it_starts_over_from_a_block_after_a_question(staff_with: StaffWith, chain: Chain) -> None:
    staff = staff_with(*_MAY_CHANGE)
    assert "Start over from a block?" in text_of(staff.get(f"{_LIST}ethereum/start-over/"))
    assert _act(staff, "start-over", block="90").headers["HX-Redirect"] == _PAGE
    chain.refresh_from_db()
    assert (chain.followed_from, chain.cursor_number) == (90, 118)
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Starts over from block 90."]


def test_it_forgets_the_blocks_of_a_chain_that_staff_say_was_begun_anew(administrator: Client, chain: Chain) -> None:
    KnownBlock.objects.create(**block_columns(chain.pk, SimpleChain(first=118).blocks[0]))
    _act(administrator, "start-over", block="90")
    assert KnownBlock.objects.filter(chain=chain).exists()
    assert _act(administrator, "start-over", block="0", is_begun_anew="on").headers["HX-Redirect"] == _PAGE
    assert not KnownBlock.objects.filter(chain=chain).exists()
    chain.refresh_from_db()
    assert chain.followed_from == 0
    said = "Starts over from block 0 of the chain that was begun anew."
    assert said in [entry.get_change_message() for entry in LogEntry.objects.all()]


@pytest.mark.parametrize("block", ["", "-1", "121", "ninety"])
def test_it_starts_over_from_no_block_that_the_node_lacks(administrator: Client, chain: Chain, block: str) -> None:
    assert "HX-Redirect" not in _act(administrator, "start-over", block=block).headers
    chain.refresh_from_db()
    assert chain.followed_from is None


def test_it_is_disabled_and_enabled_and_says_where_that_was_done_before(administrator: Client, chain: Chain) -> None:
    for action, is_enabled in (("disable", False), ("enable", True)):
        assert _act(administrator, action).headers["HX-Redirect"] == _PAGE
        chain.refresh_from_db()
        assert chain.is_enabled is is_enabled
    _act(administrator, "enable")
    assert "The chain is enabled already" in text_of(administrator.get(_PAGE))


@pytest.mark.parametrize(("permissions", "status"), [((), 403), (("view_chain",), 403), (_MAY_CHANGE, 200)])
def test_only_staff_who_may_change_chains_start_one_over(
    staff_with: StaffWith, chain: Chain, permissions: tuple[str, ...], status: int
) -> None:
    assert _act(staff_with(*permissions), "start-over", block="90").status_code == status
    chain.refresh_from_db()
    assert (chain.followed_from == 90) is (status == 200)


def test_a_chain_is_added(administrator: Client) -> None:
    administrator.post(f"{_LIST}add/", _NEW)
    added = Chain.objects.get(pk="polygon")
    assert (added.nodes, added.confirmations_by_amount) == (
        ["https://polygon.example.org"],
        [{"amount": "100", "confirmations": 64}],
    )


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("nodes", "[]"),
        ("nodes", '"wss://node.example.org"'),
        ("nodes", '["ftp://node.example.org"]'),
        ("nodes", '["wss://"]'),
        ("nodes", '["wss://[::1"]'),
        ("nodes", "[5]"),
        ("confirmations_by_amount", '[{"amount": 100, "confirmations": 128}]'),
        ("confirmations_by_amount", '[{"amount": "many", "confirmations": 128}]'),
        ("confirmations_by_amount", '[{"amount": "1e-19", "confirmations": 128}]'),
        ("confirmations_by_amount", '[{"amount": "100", "confirmations": 0}]'),
        ("confirmations_by_amount", '[{"amount": "100"}]'),
        ("confirmations_by_amount", '[{"amount": "100", "confirmations": 65}]'),
        ("confirmations", "0"),
        ("confirmations", "65"),
        ("confirmations", str(10**30)),
        ("block_time_seconds", "1e30"),
        ("chain_id", str(10**30)),
        ("decimals", "256"),
        ("decimals", str(10**30)),
    ],
)
def test_what_the_follower_could_not_follow_is_refused_by_its_field(
    administrator: Client, field: str, given: str
) -> None:
    answer = administrator.post(f"{_LIST}add/", {**_NEW, field: given})
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Chain.objects.exists()


def test_what_it_is_stays_and_what_the_follower_wrote_is_not_overwritten(administrator: Client, chain: Chain) -> None:
    given = {**_NEW, "name": "other", "chain_id": "5", "cursor_number": "1", "confirmations": "20"}
    assert administrator.post(_PAGE, given).status_code == 302
    chain.refresh_from_db()
    assert (chain.name, chain.chain_id, chain.cursor_number, chain.confirmations) == ("ethereum", 1, 118, 20)
