"""That every page leads to every other, at any width: all of them stand in the one list of pages of the top bar."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import User
from streaming.installed import installed_page_links

_TOP_BAR = re.compile(r'<header class="top-bar">.*?</header>', re.DOTALL)
_ADDRESS = re.compile(r'href="(/[^"]*)"')
_OPENS = 'popovertarget="pages"'
_LIST = '<nav class="pages" id="pages" popover'


def _addresses(patterns: list[Any], before: str = "/") -> Iterator[str]:
    """Yield all addresses that need nothing filled in, of pages or not."""
    for each in patterns:
        address = before + str(each.pattern)
        if not address.startswith(("/api/", "/admin/")):
            yield from [address] if isinstance(each, URLPattern) else _addresses(each.url_patterns, address)


def _top_bars(client: Client) -> dict[str, str]:
    """Return that of each page for whoever trades, and of the operators' page, by address."""
    plain = (address for address in _addresses(get_resolver().url_patterns) if re.fullmatch(r"[\w/-]+", address))
    answers = {address: client.get(address) for address in plain}
    texts = {address: answer.content.decode() for address, answer in answers.items() if not answer.streaming}
    return {address: found[0] for address, text in texts.items() if (found := _TOP_BAR.search(text))}


@pytest.mark.django_db
def test_each_page_leads_to_all_others_by_its_list_of_pages_or_its_menu_of_the_account(client: Client) -> None:
    client.force_login(User.objects.create_user("trader", "trader@example.com", "a long enough one"))
    pages = _top_bars(client)
    assert len(pages) > 8
    left_out = {address: set(pages) - set(_ADDRESS.findall(bar)) for address, bar in pages.items()}
    assert not any(left_out.values()), left_out


@pytest.mark.django_db
@pytest.mark.parametrize("url_name", ["dashboard", *(link.url_name for link in installed_page_links())])
def test_a_page_to_which_the_list_leads_is_the_current_one_there(client: Client, url_name: str) -> None:
    address = reverse(url_name)
    (bar,) = _TOP_BAR.findall(client.get(address).content.decode())
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', bar) == [address]


@pytest.mark.django_db
def test_on_a_phone_a_button_opens_the_list(client: Client) -> None:
    for address, bar in _top_bars(client).items():
        assert (address, bar.count(_OPENS), bar.count(_LIST)) == (address, 1, 1)
