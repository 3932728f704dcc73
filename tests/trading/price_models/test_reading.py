"""REST tells of versions of models what docs/learning.md says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.events import Source
from streaming.times import milliseconds
from streaming.workers.leases.lease_rows import lease_release, lease_take
from tests.trading.price_models.versions import TRAINED_AT, published
from trading.declared_workers import TRADING_WORKER
from trading.learning.kinds import ModelKind
from trading.learning.labels import LearntLabels
from trading.price_models.services import model_labels_note, model_live_states_note
from trading.price_models.states import LiveState

pytestmark = pytest.mark.django_db
_PAGE = (Path(__file__).resolve().parents[3] / "docs" / "learning.md").read_text(encoding="utf-8")
_URL = "/api/v1/trading/models/"


@pytest.fixture
def reader() -> Client:
    """Return a browser of somebody who may do nothing but log in."""
    user = User.objects.create_user("reader", "reader@example.org", "Secret-7x")
    return Client(headers={"Authorization": f"Bearer {access_issue(user=user)}"})


def _documented() -> dict[str, Any]:
    example = _PAGE.partition("## Versions, by REST")[2].partition("```json\n")[2].partition("```")[0]
    found: dict[str, Any] = json.loads(example)
    return found


def test_a_card_has_what_the_page_documents(reader: Client) -> None:
    version = published(at=timezone.now().replace(microsecond=0))
    card, documented = reader.get(f"{_URL}{version.pk}/").json(), _documented()
    assert list(card) == list(documented)
    for part in ("calibration", "baselines", "earnings"):
        assert list(card[part]) == list(documented[part])
    for part in ("windows", "reliability"):
        assert list(card[part][0]) == list(documented[part][0])
    assert (card["id"], card["version"], card["state"], card["silence"]) == (version.pk, 1, "active", None)
    assert card["source"] == "binance"
    assert card["trainedTo"] == TRAINED_AT.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert re.fullmatch("[0-9a-f]{64}", card["featuresHash"])
    assert card["calibration"]["hasSkill"] is True
    assert card["baselines"]["flat"] == {"netReturn": 0.0, "trades": 0}
    assert card["earnings"]["trades"] == sum(window["earnings"]["trades"] for window in card["windows"])


def test_an_active_version_that_is_too_old_is_told_as_expired_though_nobody_asks_it(reader: Client) -> None:
    card = reader.get(f"{_URL}{published().pk}/").json()
    assert (card["state"], card["inUse"], card["silence"]) == ("active", True, "expired")


def test_what_a_version_does_live_is_told_while_a_trading_worker_runs(reader: Client, settings: Settings) -> None:
    settings.REDIS_URLS = []
    version = published()
    model_live_states_note({version.pk: LiveState.SPEAKING})

    def live_state() -> object:
        return reader.get(f"{_URL}{version.pk}/").json()["liveState"]

    assert live_state() == "speaking"
    settings.REDIS_URLS = ["redis://127.0.0.1:6379/0"]
    assert live_state() is None
    now = timezone.now()
    token = lease_take(name=TRADING_WORKER.name, holder="worker", now=now, seconds=600)
    assert token is not None
    assert live_state() == "speaking"
    lease_release(name=TRADING_WORKER.name, holder="worker", token=token, now=now)
    assert live_state() is None


def test_how_much_an_online_version_has_learnt_since_its_training_is_told(reader: Client) -> None:
    version = published(ModelKind.ONLINE)

    def learnt() -> object:
        return reader.get(f"{_URL}{version.pk}/").json()["learntSinceTraining"]

    assert learnt() == {"labels": 0, "newest": None}
    labels = LearntLabels(count=7, newest=milliseconds(TRAINED_AT))
    model_labels_note({version.pk: labels, "model_gone": labels})
    assert learnt() == {"labels": 7, "newest": TRAINED_AT.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    assert reader.get(f"{_URL}{published().pk}/").json()["learntSinceTraining"] is None


def test_lists_tell_the_newest_first_without_windows_and_by_what_is_asked_for(reader: Client) -> None:
    published()
    published()
    published(ModelKind.ONLINE)
    listed = reader.get(_URL, {"algorithm": "boosting"}).json()
    assert [(one["version"], one["state"]) for one in listed["items"]] in (
        [(2, "active"), (1, "retired")],
        [(1, "retired"), (2, "active")],
    )
    assert listed["total"] == 2
    assert listed["items"][0]["windows"] is None
    assert reader.get(_URL, {"symbol": "btc-usdt", "state": "active"}).json()["total"] == 2
    assert reader.get(_URL, {"source": "simulator"}).json()["total"] == 0
    assert reader.get(_URL, {"symbol": "ETHUSDT"}).json() == {"items": [], "total": 0}
    assert "state" in reader.get(_URL, {"state": "odd"}).json()["error"]["fields"]


def test_whoever_is_not_logged_in_reads_nothing_and_what_is_not_there_is_not_found(reader: Client) -> None:
    assert Client().get(_URL).status_code == 401
    assert reader.get(f"{_URL}model_nothing/").status_code == 404


def test_in_use_is_what_is_asked_of_the_market_that_there_is(reader: Client) -> None:
    published()
    here, elsewhere = published(), published(source=Source.SIMULATOR)
    listed = reader.get(_URL).json()["items"]
    assert [one["id"] for one in listed if one["inUse"]] == [here.pk]
    assert [one["state"] for one in listed if one["id"] == elsewhere.pk] == ["active"]
    assert [one["id"] for one in reader.get(_URL, {"inUse": "true"}).json()["items"]] == [here.pk]
    others = reader.get(_URL, {"inUse": "false"}).json()
    assert (others["total"], here.pk in [one["id"] for one in others["items"]]) == (2, False)
    assert "inUse" in reader.get(_URL, {"inUse": "perhaps"}).json()["error"]["fields"]
