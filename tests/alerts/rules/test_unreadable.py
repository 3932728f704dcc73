"""Rules that can't be read, or can't fire: they are told of, switched off and deleted, and little else."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from alerts.models import AlertRule
from tests.accounts.rest import assert_refused, get, post
from tests.alerts.rules.conftest import NOW
from tests.alerts.rules.rest import RULES, body_of, create, send

pytestmark = pytest.mark.usefixtures("symbols")
UNREADABLE = [[{"source": "stars", "operator": "above"}], [], {"source": "price"}]


@pytest.mark.parametrize("conditions", UNREADABLE, ids=str)
def test_it_tells_of_a_rule_that_it_can_not_read_and_lists_the_others(conditions: Any, owner: User) -> None:
    create(owner, name="Good")
    broken = create(owner, name="Broken")["id"]
    AlertRule.objects.filter(pk=broken).update(conditions=conditions)
    first, second = body_of(get(RULES, user=owner))["items"]
    assert (first["conditions"], first["source"], second["name"]) == ([], "price", "Good")
    assert first["error"].startswith("its conditions can't be read: ")
    assert send("PATCH", f"{RULES}{broken}/", owner, {"name": "b"}).status_code == 409
    for path in ("clone", "test"):
        assert_refused(post(f"{RULES}{broken}/{path}/", {}, user=owner), 409, "CONFLICT")
    assert body_of(post(f"{RULES}{broken}/disable/", {}, user=owner))["enabled"] is False
    assert body_of(post(f"{RULES}{broken}/enable/", {}, user=owner))["enabled"] is True
    assert send("DELETE", f"{RULES}{broken}/", owner).status_code == 204


def test_it_refuses_to_silence_what_can_not_fire(owner: User) -> None:
    rule, until = create(owner)["id"], {"until": "2100-01-01T00:00:00Z"}
    AlertRule.objects.filter(pk=rule).update(state="expired")
    assert_refused(post(f"{RULES}{rule}/snooze/", until, user=owner), 409, "CONFLICT")
    AlertRule.objects.filter(pk=rule).update(state="armed", expires_at=NOW - timedelta(days=1))
    assert_refused(post(f"{RULES}{rule}/snooze/", until, user=owner), 409, "CONFLICT")
    AlertRule.objects.filter(pk=rule).update(state="pending", expires_at=None, enabled=False)
    assert_refused(post(f"{RULES}{rule}/snooze/", until, user=owner), 409, "CONFLICT")
    assert AlertRule.objects.get().snoozed_until is None
