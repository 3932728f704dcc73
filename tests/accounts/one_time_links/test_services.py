"""Links that are mailed: how long they are kept."""

import time_machine

from accounts.models import LinkPurpose, OneTimeLink, User
from accounts.one_time_links.services import link_issue, links_forget
from streaming.times import moment

_START_MS = 1_800_000_000_000
_HOUR_MS = 3_600_000


def test_it_forgets_links_that_are_too_old_though_nobody_is_mailed_another(user: User) -> None:
    with time_machine.travel(moment(_START_MS), tick=False):
        for purpose in (LinkPurpose.RESET_PASSWORD, LinkPurpose.CONFIRM_EMAIL):
            link_issue(purpose=purpose, user=user, email=user.email)
    assert [sum(links_forget(now_ms=_START_MS + _HOUR_MS + more)) for more in (-1, 0, 1)] == [0, 1, 0]
    assert OneTimeLink.objects.get().purpose == LinkPurpose.CONFIRM_EMAIL
