"""What of REST an API key may use: what a view says, and nothing where it says nothing."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.tokens.json_web_tokens import TokenClaims
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.identity.scopes import Scope, scope_refusal


class WithinScopes(BasePermission):
    """Refuse what the key of whoever asks isn't for, in the words of the commands.

    A view has `scope_of(method)`, which returns the scope that it takes; None, or a view without it, is closed to keys:
    so are keys themselves, passwords, and whatever comes later and doesn't think of keys.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise the refusal."""
        claims: Any = request.auth
        if not isinstance(claims, TokenClaims) or claims.scopes is None:
            return True
        scope_of = getattr(view, "scope_of", _closed)
        if (refusal := scope_refusal(claims.scopes, scope_of(str(request.method)))) is not None:
            raise CommandRefusedError(CommandErrorCode.PERMISSION_DENIED, refusal)
        return True


def _closed(method: str) -> Scope | None:
    return None
