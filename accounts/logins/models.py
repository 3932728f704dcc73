"""What is stored of logins for their users to see."""

from django.conf import settings
from django.db import models

MAXIMUM_LOGIN_ID_LENGTH = 64
LONGEST_CLIENT_NAME = 60


class Login(models.Model):
    """A login that may go on: `client` names the program in short, `address` is where it was last used.

    It is over once its refresh token has expired, the user's generation is another, or there is an `EndedLogin`.
    """

    login_id = models.CharField(max_length=MAXIMUM_LOGIN_ID_LENGTH, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logins")
    generation = models.PositiveIntegerField()
    client = models.CharField(max_length=LONGEST_CLIENT_NAME, blank=True)
    address = models.GenericIPAddressField(null=True)
    begun_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-last_used_at"], name="accounts_login_of_user")]

    def __str__(self) -> str:
        return f"Login of {self.user_id}, begun {self.begun_at}"
