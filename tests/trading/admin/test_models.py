"""What staff may do with models that learn: read their cards, go back to one, silence one, have one trained."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from django.utils import timezone

from streaming.times import iso_time, milliseconds
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.trading.price_models.versions import TRAINED_AT, published
from trading.learning.kinds import ModelKind
from trading.learning.labels import LearntLabels
from trading.models import AuditEntry, ModelTraining, ModelVersion
from trading.price_models.services import model_labels_note

pytestmark = pytest.mark.django_db
_LIST = "/admin/trading/modelversion/"


def _act(client: Client, version: ModelVersion, action: str) -> Any:
    return client.post(f"{_LIST}{quote(version.pk)}/{action}/", {"_form_submitted": "True"})


def test_staff_goes_back_to_an_earlier_version_silences_it_and_has_a_new_one_trained(administrator: Client) -> None:
    now = timezone.now().replace(microsecond=0)
    first, _ = published(at=now - timedelta(hours=2)), published(at=now - timedelta(hours=1))
    for action in ("roll-back-to-this", "silence", "train-now"):
        assert _act(administrator, first, action).headers["HX-Redirect"].startswith(_LIST)
    first.refresh_from_db()
    assert (first.state, first.silenced_for) == ("silenced", "staff")
    assert (ModelTraining.objects.get().symbol, ModelTraining.objects.get().state) == ("BTCUSDT", "waiting")
    audited = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(audited) == ["model.roll_back", "model.silence", "model.train"]


def test_the_card_is_read_in_words(administrator: Client) -> None:
    version = published()
    page = text_of(administrator.get(f"{_LIST}{quote(version.pk)}/change/"))
    shown = (
        "Candles of",
        "binance",
        "1 candles of 1m",
        "(skill)",
        "last sign",
        "return_1, return_5",
        "learning_rate: 0.05",
        version.data_hash,
        "expired",
    )
    assert [words for words in shown if words not in page] == []
    assert version.pk in text_of(administrator.get(_LIST))


def test_the_card_says_how_much_an_online_version_has_learnt_since_its_training(administrator: Client) -> None:
    version, boosted = published(ModelKind.ONLINE), published()
    model_labels_note({version.pk: LearntLabels(count=1234, newest=milliseconds(TRAINED_AT))})
    address = f"{_LIST}{quote(version.pk)}/change/"
    known = iso_time(milliseconds(TRAINED_AT))
    assert f"1234 labels, the newest known at {known}" in text_of(administrator.get(address))
    address = f"{_LIST}{quote(boosted.pk)}/change/"
    assert "nothing: it learns in trainings alone" in text_of(administrator.get(address))


@pytest.mark.parametrize(
    ("permissions", "action", "status"),
    [
        (("view_modelversion",), "silence", 403),
        (("view_modelversion", "change_modelversion"), "train-now", 403),
        (("view_modelversion", "add_modeltraining"), "silence", 403),
        (("view_modelversion", "change_modelversion", "change_strategy"), "make-public", 403),
        (("view_modelversion", "change_strategy", "add_strategy"), "end-being-public", 403),
        (("view_modelversion", "change_modelversion"), "silence", 200),
    ],
)
def test_only_staff_who_may_changes_a_version(
    staff_with: StaffWith, permissions: tuple[str, ...], action: str, status: int
) -> None:
    version = published()
    assert _act(staff_with(*permissions), version, action).status_code == status
    version.refresh_from_db()
    assert version.state == ("silenced" if status == 200 else "active")


def test_its_signals_are_made_public_and_that_is_ended_in_dialogs_which_tell_what_stands_against_it(
    administrator: Client,
) -> None:
    version = published()
    for action, said in (("make-public", "Make public?"), ("end-being-public", "End being public?")):
        assert said in text_of(administrator.get(f"{_LIST}{quote(version.pk)}/{action}/"))
    assert _act(administrator, version, "end-being-public").status_code == 200
    page = text_of(administrator.get(f"{_LIST}{quote(version.pk)}/change/"))
    assert f"No signals of {version} are public" in page
    assert "Public by" in page
