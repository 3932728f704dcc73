"""The admin's pages of tokens, wallets, movements and transactions: what they show, and that all but tokens is read."""

from typing import Any

import pytest
from django.test import Client

from tests.accounts.admin.browsers import StaffWith, text_of
from tests.databases.before_statement import just_before
from tests.wallets.admin.conftest import ADDRESS, HASH, NOW, SPELT, TOKEN
from wallets.models import Chain, ChainTransaction, Movement, Token, TokenWatch, Wallet

pytestmark = pytest.mark.django_db

_ADMIN = "/admin/wallets/"


def test_a_wallet_is_shown_with_its_checksum_and_what_it_holds(administrator: Client, wallet: Wallet) -> None:
    assert SPELT in text_of(administrator.get(f"{_ADMIN}wallet/"))
    shown = text_of(administrator.get(f"{_ADMIN}wallet/{wallet.pk.replace('_', '_5F')}/change/"))
    for words in ("Savings", "Ada", SPELT, "1.5 ETH at block 118"):
        assert (words, words in shown) == (words, True)


def test_a_transaction_is_shown_with_how_far_it_is_and_who_watches_it(administrator: Client, wallet: Wallet) -> None:
    row = ChainTransaction.objects.get()
    assert "3 of 12" in text_of(administrator.get(f"{_ADMIN}chaintransaction/"))
    shown = text_of(administrator.get(f"{_ADMIN}chaintransaction/{row.pk}/change/"))
    for words in (HASH, "confirming", "0.5 ETH", "Ada"):
        assert (words, words in shown) == (words, True)


def test_a_movement_is_shown_in_units_of_its_asset(administrator: Client, wallet: Wallet) -> None:
    row = Movement.objects.get()
    assert ADDRESS in text_of(administrator.get(f"{_ADMIN}movement/"))
    assert "0.5 ETH" in text_of(administrator.get(f"{_ADMIN}movement/{row.pk}/change/"))


@pytest.mark.parametrize("model", ["wallet", "chaintransaction", "movement"])
def test_what_the_chain_and_users_say_is_neither_added_nor_deleted_here(administrator: Client, model: str) -> None:
    assert administrator.get(f"{_ADMIN}{model}/add/").status_code == 403


@pytest.mark.parametrize("model", ["chain", "token", "wallet", "chaintransaction", "movement"])
def test_only_staff_with_its_permission_see_a_page(staff_with: StaffWith, wallet: Wallet, model: str) -> None:
    staff = staff_with(f"view_{model}")
    assert staff.get(f"{_ADMIN}{model}/").status_code == 200
    others = {"chain", "token", "wallet", "chaintransaction", "movement"} - {model}
    assert {staff.get(f"{_ADMIN}{other}/").status_code for other in others} == {403}


def test_a_token_is_listed_by_any_spelling_of_its_address(administrator: Client, chain: Chain) -> None:
    given = {"chain": chain.pk, "address": f" {TOKEN.upper().replace('0X', '0x')} ", "symbol": "USDC", "decimals": "6"}
    administrator.post(f"{_ADMIN}token/add/", {**given, "is_listed": "on"})
    added = Token.objects.get()
    assert (added.address, added.symbol, added.is_listed) == (TOKEN, "USDC", True)


def test_a_token_with_a_wrong_checksum_is_refused_and_the_right_spelling_offered(
    administrator: Client, chain: Chain
) -> None:
    given = {"chain": chain.pk, "address": SPELT.swapcase().replace("0X", "0x"), "symbol": "USDC", "decimals": "6"}
    answer = administrator.post(f"{_ADMIN}token/add/", given)
    assert SPELT in str(answer.context["adminform"].form.errors["address"])
    assert not Token.objects.exists()


def test_what_stored_amounts_are_about_stays(administrator: Client, token: Token) -> None:
    administrator.post(f"{_ADMIN}token/{token.pk}/change/", {"symbol": "USD", "decimals": "2", "address": SPELT})
    token.refresh_from_db()
    assert (token.symbol, token.decimals, token.address) == ("USD", 6, TOKEN)


@pytest.mark.parametrize(
    ("given", "stored", "expected"),
    [
        ({"symbol": "USD"}, {"is_listed": True, "listed_at": NOW}, {"symbol": "USD", "is_listed": True}),
        ({"symbol": "USDC", "is_listed": "on"}, {"name": "USD Coin"}, {"name": "USD Coin", "is_listed": True}),
    ],
)
def test_a_token_is_saved_without_taking_back_what_other_staff_have_stored_since(
    administrator: Client, token: Token, given: dict[str, str], stored: dict[str, Any], expected: dict[str, Any]
) -> None:
    Token.objects.update(is_listed=False, symbol="USDC", name="")
    with just_before('UPDATE "wallets_token" SET', lambda: Token.objects.update(**stored)):
        administrator.post(f"{_ADMIN}token/{token.pk}/change/", given)
    assert Token.objects.values(*expected).get() == expected


def test_a_token_that_users_have_named_is_shown_with_how_many_and_can_be_listed(
    administrator: Client, wallet: Wallet, token: Token
) -> None:
    Token.objects.update(is_listed=False)
    TokenWatch.objects.create(wallet=wallet, contract=TOKEN, state="no_token", reason="why", created_at=NOW)
    assert "1 user" in text_of(administrator.get(f"{_ADMIN}token/"))
    assert "Ada" not in text_of(administrator.get(f"{_ADMIN}token/{token.pk}/change/"))
    administrator.post(f"{_ADMIN}token/{token.pk}/change/", {"symbol": "USD", "is_listed": "on"})
    token.refresh_from_db()
    assert (token.is_listed, token.listed_at is None, TokenWatch.objects.get().state) == (True, False, "followed")
    assert TOKEN in text_of(administrator.get(f"{_ADMIN}wallet/{wallet.pk.replace('_', '_5F')}/change/"))
