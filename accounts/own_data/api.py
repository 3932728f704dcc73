"""REST: `/api/v1/auth/own-data/…`, all that one owns. No key reaches it, whatever its scopes."""

from django.utils import timezone

from accounts.http.fields import Code, Password
from accounts.http.throttles import OwnDataThrottle
from accounts.http.views import AccountCase, Asked
from accounts.own_data.exporting import Export, data_export
from accounts.passwords.checking import code_check, password_check
from streaming.commands.parameters import Parameters
from streaming.times import iso_time, milliseconds


class PasswordAndPerhapsCode(Parameters, frozen=True):
    """The password of who asks; with two-factor a code, too."""

    password: Password
    code: Code = ""


def _export(asked: Asked, given: PasswordAndPerhapsCode) -> Export:
    """Get all that one owns, in one file."""
    password_check(user=asked.user, password=given.password, field="password", request=asked.request)
    code_check(user=asked.user, code=given.code, request=asked.request)
    return data_export(user=asked.user, exported_at=iso_time(milliseconds(timezone.now())))


EXPORT = AccountCase(parameters=PasswordAndPerhapsCode, act=_export, answer=Export, throttle=OwnDataThrottle)
