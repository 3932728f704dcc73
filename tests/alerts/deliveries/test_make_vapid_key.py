"""`manage.py make_vapid_key`."""

from io import StringIO

from django.core.management import call_command

from alerts.deliveries.channels.web_push.vapid import VapidKey


def _printed() -> dict[str, str]:
    out = StringIO()
    call_command("make_vapid_key", stdout=out)
    lines = [line.removeprefix("# ").replace(": ", "=") for line in out.getvalue().splitlines()]
    return dict(line.split("=", 1) for line in lines)


def test_it_prints_a_new_key_for_the_environment() -> None:
    first, second = _printed(), _printed()
    assert VapidKey(first["VAPID_PRIVATE_KEY"]).public_key == first["public key"]
    assert first["VAPID_PRIVATE_KEY"] != second["VAPID_PRIVATE_KEY"]
    assert first["VAPID_SUBJECT"].startswith("mailto:")
