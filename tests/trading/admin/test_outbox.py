"""Events that could not be told: listed for staff, and told again by whoever may."""

import pytest
from django.test import Client

from streaming.stored_events.event_outbox import PendingEvent
from tests.accounts.admin.browsers import StaffWith
from tests.trading.live.rows import NOW, account_of
from trading.live.events.outbox import OUTBOX

pytestmark = pytest.mark.django_db

_LIST = "/admin/trading/outboxevent/"


@pytest.fixture
def refused() -> int:
    """Let an event of Ada's have been set aside, and another wait; return the first one's id."""
    owner_id = account_of().owner_id
    rows = OUTBOX.append([PendingEvent(owner_id=owner_id, subject_id=7)] * 2, now=NOW)
    OUTBOX.refuse({rows[0].id: "why not"}, fence=None, now=NOW)
    return rows[0].id


def _tell_again(client: Client, event: int) -> int:
    return client.post(_LIST, {"action": "tell_again", "_selected_action": [event]}, follow=True).status_code


def test_it_lists_what_was_set_aside_with_the_reason_and_whose_it_is(administrator: Client, refused: int) -> None:
    answer = administrator.get(_LIST)
    assert [row.pk for row in answer.context["cl"].result_list] == [refused]
    assert {word for word in ("why not", "Ada") if word in answer.content.decode()} == {"why not", "Ada"}
    detail = administrator.get(f"{_LIST}{refused}/change/")
    assert "why not" in detail.content.decode()
    assert administrator.post(f"{_LIST}{refused}/change/", {"refusal": ""}).status_code == 403


def test_it_is_told_again(administrator: Client, refused: int) -> None:
    assert len(OUTBOX.read(10)) == 1
    assert _tell_again(administrator, refused) == 200
    assert OUTBOX.read(10)[0].id == refused
    assert len(OUTBOX.read(10)) == 2


@pytest.mark.parametrize(
    ("permissions", "status", "waiting"),
    [((), 403, 1), (("view_outboxevent",), 200, 1), (("view_outboxevent", "change_outboxevent"), 200, 2)],
    ids=["stranger", "looks", "may"],
)
def test_it_is_told_again_by_whoever_may(
    staff_with: StaffWith, refused: int, permissions: tuple[str, ...], status: int, waiting: int
) -> None:
    browser = staff_with(*permissions)
    assert browser.get(_LIST).status_code == status
    _tell_again(browser, refused)
    assert len(OUTBOX.read(10)) == waiting
