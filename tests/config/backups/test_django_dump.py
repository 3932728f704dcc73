"""Django's own dump reads every model: none may be without a table."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User


@pytest.mark.django_db
def test_it_holds_what_there_is_of_all_apps() -> None:
    user = User.objects.create_user("Ada", "ada@example.com")
    told = StringIO()
    call_command("dumpdata", stdout=told)
    rows = json.loads(told.getvalue())
    assert [row["pk"] for row in rows if row["model"] == "accounts.user"] == [user.pk]
