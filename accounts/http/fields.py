"""What the bodies of several addresses hold."""

from typing import Annotated

from msgspec import Meta

from accounts.models import MAXIMUM_EMAIL_LENGTH, MAXIMUM_USERNAME_LENGTH
from accounts.one_time_links.services import MAXIMUM_SECRET_LENGTH
from accounts.tokens.json_web_tokens import MAXIMUM_TOKEN_LENGTH
from streaming.commands.values import ANY_CHARACTERS, TRIMMED, TRIMMED_NOT_NULL

MAXIMUM_PASSWORD_LENGTH = 1024
"""Hashing takes time and memory with the length."""

Username = Annotated[str, Meta(max_length=MAXIMUM_USERNAME_LENGTH), TRIMMED]
Email = Annotated[str, Meta(max_length=MAXIMUM_EMAIL_LENGTH), TRIMMED]
Password = Annotated[str, Meta(max_length=MAXIMUM_PASSWORD_LENGTH), ANY_CHARACTERS]
Code = Annotated[str, Meta(max_length=64), TRIMMED_NOT_NULL]
"""A code of an authenticator app, or a recovery code, with the spaces and hyphens that people type."""
Secret = Annotated[str, Meta(max_length=MAXIMUM_SECRET_LENGTH), TRIMMED]
"""The end of a mailed link."""
Token = Annotated[str, Meta(max_length=MAXIMUM_TOKEN_LENGTH), TRIMMED]
