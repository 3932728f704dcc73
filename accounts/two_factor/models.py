"""What is stored for two-factor: the encrypted secret, which codes were used, and the digests of recovery codes."""

from django.conf import settings
from django.db import models


class TwoFactorSecret(models.Model):
    """What a user shares with an authenticator app; it counts from `User.two_factor_since` on, and before is on trial.

    `last_step` is the time step of the last code used: an earlier one, and the same again, is refused. `failures`
    counts the codes tried since the last right one, from whatever address.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="two_factor_secret"
    )
    sealed = models.TextField()  # encrypted; called as the versions do that read it beside this one during an upgrade
    last_step = models.BigIntegerField(default=-1)
    failures = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Two-factor secret of user {self.user_id}"


class RecoveryCode(models.Model):
    """A recovery code that wasn't used yet. Only its digest is stored: who reads the table can't use what is there."""

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")

    def __str__(self) -> str:
        return f"Recovery code of user {self.user_id}"
