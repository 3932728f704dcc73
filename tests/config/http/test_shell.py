"""The shell that an installed page keeps: what is in it, and that another one has another name."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from config.http import shell as shells
from config.http.bundles import bundled_files


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    shells.shell.cache_clear()


def _told() -> dict[str, object]:
    answer = Client().get("/shell_worker.js")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache")
    assert answer["Content-Type"].startswith("text/javascript")
    head, _, program = answer.content.decode().partition(";\n")
    assert "addEventListener" in program
    told: dict[str, object] = json.loads(head.removeprefix("self.SHELL = "))
    return told


def test_it_keeps_bundles_and_the_page_for_being_offline_and_no_answer_of_the_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGE_BUNDLES = True
    settings.BUNDLES_DIR = Path("/nowhere")
    monkeypatch.setattr(shells, "bundled_files", lambda _: {"account/account.js": "bundles/pages/a-AAAAAAAA.js"})
    told = _told()
    files = told["files"]
    assert isinstance(files, list)
    assert told["offline"] == "/offline/"
    assert all(file.startswith("/static/") for file in files)
    shells.shell.cache_clear()
    monkeypatch.setattr(shells, "bundled_files", lambda _: {"grids/grids.js": "bundles/pages/b-BBBBBBBB.js"})
    assert _told()["version"] != told["version"]


def test_without_bundles_it_keeps_the_page_for_being_offline_alone(settings: Settings) -> None:
    settings.PAGE_BUNDLES = False
    files = _told()["files"]
    assert isinstance(files, list)
    assert not [file for file in files if "bundles" in file]
    assert bundled_files(Path("/nowhere")) == {}


def test_the_page_for_being_offline_says_that_there_are_no_prices() -> None:
    answer = Client().get("/offline/")
    assert "You are offline; no prices" in answer.content.decode()
