"""What a browser asks for where a page is to be installed: the manifest, and icons of the sizes that it names."""

import json
import re
import struct
from urllib.parse import urljoin

import pytest
from django.test import Client

_MANIFEST = re.compile(r'<link rel="manifest" href="([^"]+)">')
_PNG = b"\x89PNG\r\n\x1a\n"


def _size_of(png: bytes) -> str:
    assert png.startswith(_PNG)
    width, height = struct.unpack(">II", png[16:24])
    return f"{width}x{height}"


@pytest.mark.parametrize("page", ["/", "/account/", "/backtests/", "/operations/"])
def test_each_page_leads_to_the_manifest_whose_icons_are_what_it_says(client: Client, page: str) -> None:
    [address] = _MANIFEST.findall(client.get(page).content.decode())
    answer = client.get(address)
    manifest = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/manifest+json")
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    icons = {icon["sizes"]: client.get(urljoin(address, icon["src"])) for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= set(icons)
    for size, icon in icons.items():
        assert icon.status_code == 200
        assert size == "any" or size == _size_of(icon.content)
    assert all(client.get(shortcut["url"]).status_code == 200 for shortcut in manifest["shortcuts"])
