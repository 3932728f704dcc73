"""The worker notes what versions have learnt while staff roll back to one, on PostgreSQL: none waits in a circle."""

from collections.abc import Callable, Sequence
from threading import Event

import pytest
from django.db import transaction

from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.price_models.versions import published
from tests.waiting import until_now
from trading.learning.labels import LearntLabels
from trading.models import ModelVersion
from trading.price_models.services import model_labels_note, model_live_states_note, model_version_locked
from trading.price_models.states import LiveState

Versions = Sequence[ModelVersion]


def _published() -> Versions:
    """Publish two versions of a model; the table has the first one behind the second."""
    versions = [published(), published()]
    second, first = (ModelVersion.objects.filter(pk=version.pk) for version in reversed(versions))
    for row in (second, first):
        row.update(reason="a test")
    return versions


def _note_labels(versions: Versions) -> None:
    model_labels_note({version.pk: LearntLabels(count=1, newest=None) for version in versions})


def _note_states(versions: Versions) -> None:
    model_live_states_note({version.pk: LiveState.SPEAKING for version in reversed(versions)})


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.parametrize("note", [_note_labels, _note_states])
def test_nobody_waits_in_a_circle(postgres: PostgresDatabase, note: Callable[[Versions], None]) -> None:
    [versions] = postgres.run(_published)
    is_first_locked = Event()

    @transaction.atomic
    def lock() -> None:
        ModelVersion.objects.select_for_update().get(pk=versions[0].pk)
        is_first_locked.set()
        until_now(somebody_waits)
        model_version_locked(versions[1])

    def note_both() -> None:
        assert is_first_locked.wait(30)
        note(versions)

    postgres.run(lock, note_both)
