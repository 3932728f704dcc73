"""The documents and their pages, as anybody gets them."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from tests.config.asyncapi.documents import DIALECTS, document_of
from tests.conformance.rows import row
from tests.wire.described_frames import read

of_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@row("GW-88")
@of_each_dialect
def test_it_is_served_as_json_to_anybody(dialect: str) -> None:
    answer = Client().get(f"/api/asyncapi/{dialect}/", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer["Content-Type"], answer["Content-Encoding"]) == (200, "application/json", "gzip")
    assert read(Client().get(f"/api/asyncapi/{dialect}/").content) == document_of(dialect)


@row("GW-88")
@pytest.mark.parametrize("path", ["/api/asyncapi/zigquant/", "/api/docs/websocket/zigquant/"])
def test_there_is_none_of_a_dialect_that_isnt_spoken(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/api/asyncapi/market/", "/api/docs/websocket/market/"])
def test_it_is_only_shown(path: str) -> None:
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_the_pages_address_without_a_dialect_leads_to_the_first() -> None:
    answer = Client().get("/api/docs/websocket/")
    assert (answer.status_code, answer["Location"]) == (302, "/api/docs/websocket/market/")


@row("GW-89")
@of_each_dialect
def test_its_page_has_all_that_is_in_the_document_and_nothing_inline(dialect: str) -> None:
    answer = Client().get(f"/api/docs/websocket/{dialect}/")
    page, document = answer.content.decode(), document_of(dialect)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    schemas, messages = document["components"]["schemas"], document["components"]["messages"]
    anchors = [f"schema-{name}" for name in schemas]
    anchors += [f"message-{name}" for name in messages if not name.startswith(("command.", "response."))]
    anchors += [f"command-{name.removeprefix('command.')}" for name in messages if name.startswith("command.")]
    anchors += [f"channel-{name}" for name in document["channels"] if name != "connection"]
    assert [anchor for anchor in anchors if anchor not in ids] == []
    [server] = document["servers"].values()
    assert all(f'<th scope="row">{one["code"]}</th>' in page for one in server["x-close-codes"])


def test_its_page_shows_the_examples_as_they_are_in_the_document() -> None:
    page = unescape(Client().get("/api/docs/websocket/trading/").content.decode())
    shown = [json.loads(text) for text in re.findall(r"<pre><code>(\{.*?)</code></pre>", page, re.DOTALL)]
    for message in document_of("trading")["components"]["messages"].values():
        assert json.loads(json.dumps(message["examples"][0]["payload"], default=float)) in shown


def test_the_pages_of_both_interfaces_lead_to_each_other() -> None:
    rest, websocket = (Client().get(path).content.decode() for path in ("/api/docs/", "/api/docs/websocket/market/"))
    assert 'href="/api/docs/websocket/"' in rest
    assert all(f'href="{path}"' in websocket for path in ("/api/docs/", "/", "/api/asyncapi/market/"))
