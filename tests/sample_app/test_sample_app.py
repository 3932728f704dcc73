"""An app that is installed by one line is everywhere where an app may be."""

import asyncio
import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from tests.deployments import Deployment, demo, several_processes
from tests.processes import ROOT, Process
from tests.services import need_node, need_node_module
from tests.waiting import until, until_now
from tidewire_client import Dialect, TidewireClient
from tidewire_client.errors import CommandRefusedError
from tidewire_client.events import SystemHealth

_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.sample_app.platform_settings",
    "SAMPLE_FORGET_SECONDS": "0.2",
    "THROTTLE_TOKEN": "",
}
_NOTES = "/api/v1/sample/notes/"
_ADMIN_PAGE = """
from django.contrib.auth import get_user_model
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(get_user_model().objects.get(username="admin"))
print(client.get("/admin/").content.decode())
print(client.get("/admin/sample/note/").content.decode())
"""
_BY_JAVASCRIPT = """
import { TidewireClient } from "@tidewire/client";
import { WebSocket } from "ws";
const [url, token, text] = process.argv.slice(1);
const client = new TidewireClient(url, { WebSocket, token });
await client.connect();
const channels = ["stamped:all", "notes:me", "note.*"];
const told = Promise.all(channels.map((channel) => new Promise((resolve) => client.on(channel, (event) => {
  if (channel !== "notes:me" || event.data.text === text) resolve(event);
}))));
const subscribed = new Promise((resolve) => {
  let left = channels.length;
  client.onMessage("subscribed", () => --left || resolve());
});
channels.forEach((channel) => client.subscribe(channel));
await subscribed;
const note = await client.command("sample.add", { text });
console.log(JSON.stringify({ note, told: (await told).map(({ type, data }) => ({ type, data })) }));
client.disconnect();
"""


@pytest.fixture(scope="module", params=["one process", "several processes"])
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Return a deployment with the app; where it has several processes, two of the app's worker are among them."""
    var_dir = tmp_path_factory.mktemp("var")
    with ExitStack() as stack:
        if request.param == "one process":
            yield stack.enter_context(demo(var_dir, _SETTINGS))
            return
        spread = stack.enter_context(several_processes(var_dir, _SETTINGS))
        for number in (1, 2):
            worker = Process.command("run_worker", "sample", environment=spread.environment)
            spread.processes[f"sample {number}"] = stack.enter_context(worker)
        yield spread


def _asked(deployment: Deployment, path: str, body: object = None, *, gateway: int = 0, username: str = "demo") -> Any:
    """Return what REST answers a user, the demo's where no other is named."""
    headers = {"Authorization": f"Bearer {deployment.token(username)}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(deployment.gateways[gateway] + path, data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def _note(deployment: Deployment, text: str) -> dict[str, Any] | None:
    """Return a note as the last gateway has it."""
    notes = _asked(deployment, f"{_NOTES}?limit=500", gateway=-1)["items"]
    return next((note for note in notes if note["text"] == text), None)


@pytest.mark.parametrize("dialect", Dialect)
async def test_its_command_acts_in_every_dialect_of_the_python_client(deployment: Deployment, dialect: Dialect) -> None:
    token = await asyncio.to_thread(deployment.token)
    async with TidewireClient(deployment.socket_url, dialect=dialect, token=token) as client:
        note = await client.command("sample.add", {"text": dialect})
        assert note["text"] == dialect
        notes = await client.command("sample.list", {"limit": 500})
        assert note["id"] in {one["id"] for one in notes["items"]}
        with pytest.raises(CommandRefusedError) as refused:
            await client.command("sample.add", {"text": ""})
        assert refused.value.code == "VALIDATION_ERROR"
        assert set(refused.value.fields) == {"text"}


@pytest.mark.parametrize("dialect", Dialect)
async def test_its_topics_come_to_whom_they_are_for(deployment: Deployment, dialect: Dialect) -> None:
    token = await asyncio.to_thread(deployment.token)
    heard: list[Any] = []
    acknowledged: list[Any] = []
    async with TidewireClient(deployment.socket_url_of(-1), dialect=dialect, token=token) as client:
        client.on_message("subscribed", acknowledged.append)
        for channel in ("stamped:all", "notes:me", "note.*"):
            client.on(channel, heard.append)
            client.subscribe(channel)
        await until(lambda: len(acknowledged) == 3)
        text = f"told in {dialect}"
        note = (await client.command("sample.add", {"text": text}))["id"]
        told = {"stamped:all": {"note": note}, "notes:me": {"text": text}, f"note.{note}.stamp": {"id": note}}
        await until(lambda: all(_tells(heard, *one) for one in told.items()), seconds=30)
        stamps = [event.event for event in heard if event.channel == f"note.{note}.stamp"]
        assert stamps == ["stamped"]


def _tells(heard: Sequence[Any], channel: str, data: Mapping[str, object]) -> bool:
    """Return whether an event of a channel says so; others, of notes that were written before, may come between."""
    return any(event.channel == channel and data.items() <= event.data.items() for event in heard)


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_new_subscriber_is_told_what_counts_now_and_then_what_is_new_once(
    deployment: Deployment, dialect: Dialect
) -> None:
    await asyncio.to_thread(_stamp_of_new_note, deployment, f"before {dialect}")
    token = await asyncio.to_thread(deployment.token)
    heard: list[Any] = []
    async with TidewireClient(deployment.socket_url_of(-1), dialect=dialect, token=token) as client:
        client.on("notes:me", heard.append)
        client.subscribe("notes:me")
        await until(lambda: heard)
        new = await client.command("sample.add", {"text": f"after {dialect}"})
        await until(lambda: heard[-1].data["id"] == new["id"], seconds=30)
    numbers = [note.data["id"] for note in heard]
    assert numbers == sorted(set(numbers))
    assert f"before {dialect}" in {note.data["text"] for note in heard[:-1]}


@pytest.mark.parametrize("dialect", Dialect)
async def test_what_is_another_users_is_refused_and_staff_are_told_what_does_not_exist(
    deployment: Deployment, dialect: Dialect
) -> None:
    theirs = f"note.{_asked(deployment, _NOTES, {'text': 'of staff'}, username='admin')['id']}.stamp"
    own = f"note.{_asked(deployment, _NOTES, {'text': 'own'})['id']}.stamp"
    channels = (own, theirs, "note.0.stamp", "note.nonsense.stamp")
    assert await _refusals(deployment, dialect, "demo", channels) == dict.fromkeys(channels[1:], "forbidden")
    assert await _refusals(deployment, dialect, "admin", channels) == dict.fromkeys(channels[2:], "not_found")


async def _refusals(deployment: Deployment, dialect: Dialect, who: str, channels: Sequence[str]) -> dict[str, str]:
    """Return the codes with which channels are refused to a user; one that nobody knows is answered last."""
    token = await asyncio.to_thread(deployment.token, who)
    refused: dict[str, str] = {}
    async with TidewireClient(deployment.socket_url, dialect=dialect, token=token) as client:
        client.on("error", lambda error: refused.setdefault(error.channel, error.code))
        for asked in (channels, "last"):
            client.subscribe(asked)
        await until(lambda: refused.pop("last", None))
    return refused


def test_watch_shows_them(deployment: Deployment) -> None:
    environment = {**deployment.environment, "TIDEWIRE_TOKEN": deployment.token(), "NO_COLOR": "1", "COLUMNS": "200"}
    arguments = ("stamped:all", "notes:me", "note.*", "--seconds", "60", "--url", deployment.socket_url)
    with Process.command("watch", *arguments, environment=environment) as watch:
        watch.wait_for(r"subscribed +note\.\*")
        note = _asked(deployment, _NOTES, {"text": "watched"})
        watch.wait_for(rf"stamped:all +stamped .*{note['id']}")
        watch.wait_for(r"notes:me +note .*watched")
        watch.wait_for(rf"note\.{note['id']}\.stamp +stamped ")


def test_its_command_acts_and_its_topics_come_by_the_javascript_client(deployment: Deployment) -> None:
    need_node_module("ws")
    arguments = [deployment.socket_url, deployment.token(), "by JavaScript"]
    command = [need_node(), "--input-type=module", "--eval", _BY_JAVASCRIPT, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["note"]["text"] == "by JavaScript"
    assert [told["type"] for told in said["told"]] == ["stamped", "note", "event"]
    assert said["told"][1]["data"]["text"] == "by JavaScript"


def test_rest_does_the_same_and_documents_it(deployment: Deployment) -> None:
    made = _asked(deployment, _NOTES, {"text": "by REST"})
    assert _note(deployment, "by REST") is not None
    assert made["text"] == "by REST"
    described = deployment.get("/api/schema/?format=json")["paths"][_NOTES]
    assert (described["post"]["summary"], described["get"]["summary"]) == ("Write a note", "List one's notes")


def test_its_page_is_there_and_others_lead_to_it(deployment: Deployment) -> None:
    _asked(deployment, _NOTES, {"text": "for the page"})
    with urllib.request.urlopen(f"{deployment.http_url}/sample/", timeout=10) as page:
        assert b" notes</h1>" in page.read()
    with urllib.request.urlopen(f"{deployment.http_url}/wallets/", timeout=10) as other:
        assert b'<a href="/sample/">Notes</a>' in other.read()


def test_its_worker_stamps_what_is_new_and_another_takes_over_from_one_that_was_killed(deployment: Deployment) -> None:
    first = _stamp_of_new_note(deployment, "before")
    workers = {name: process for name, process in deployment.processes.items() if name.startswith("sample")}
    holder = next((process for process in workers.values() if "notes are stamped" in process.output), None)
    assert (holder is None) == (not workers)
    if holder is not None:
        holder.signal(signal.SIGKILL)
        assert _stamp_of_new_note(deployment, "after") > first


def _stamp_of_new_note(deployment: Deployment, text: str) -> int:
    _asked(deployment, _NOTES, {"text": text})
    until_now(lambda: _stamp(deployment, text) > 0, seconds=30)
    return _stamp(deployment, text)


def _stamp(deployment: Deployment, text: str) -> int:
    note = _note(deployment, text)
    assert note is not None
    return int(note["stamp"])


async def test_the_deployments_health_tells_of_its_worker(deployment: Deployment) -> None:
    token = await asyncio.to_thread(deployment.token)
    async with TidewireClient(deployment.socket_url, dialect=Dialect.ZIGQUANT, token=token) as client:
        client.subscribe("system.health")
        async with asyncio.timeout(30):
            async for health in client.events("system.health"):
                assert isinstance(health, SystemHealth)
                workers = {worker.name: worker.alive for worker in health.workers}
                if workers.get("sample"):
                    break


def test_its_retention_deletes_what_is_old_as_often_as_its_setting_says(deployment: Deployment) -> None:
    _asked(deployment, _NOTES, {"text": "stays"})
    _asked(deployment, _NOTES, {"text": "goes", "old": True})
    until_now(lambda: _note(deployment, "goes") is None, seconds=20)
    assert _note(deployment, "stays") is not None


def test_staff_find_it_in_the_admin(deployment: Deployment) -> None:
    with Process.command("shell", "--verbosity", "0", "-c", _ADMIN_PAGE, environment=deployment.environment) as shell:
        assert shell.wait(60) == 0, shell.output
        for word in ("Sample", "/admin/sample/note/", 'data-card="Notes"', "Who stamps notes", "Select note to change"):
            assert word in shell.output
