"""REST: `/api/v1/auth/…`, and `POST /api/v1/ws/ticket`."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from accounts import services
from accounts.http import throttles
from accounts.http.fields import Code, Email, Password, Token, Username
from accounts.http.views import AccountCase, AccountView, Asked
from accounts.log_in.admin_session import admin_access_check, admin_session_open
from accounts.selectors import UserProfile, user_profile
from accounts.tickets import ticket_issue
from accounts.tokens.json_web_tokens import TokenPair
from streaming.commands.access import Who
from streaming.commands.parameters import NoParameters, Parameters
from streaming.commands.use_cases import EmptyAnswer
from streaming.commands.values import JSON_ONLY
from streaming.identity.scopes import Scope


class Registration(Parameters, frozen=True):
    """A new user."""

    username: Username
    email: Email
    password: Password

    def wrong_together(self) -> Mapping[str, str]:
        """Return what the model and the rules for passwords have against each field, also where several are wrong."""
        return services.registration_faults(username=self.username, email=self.email, password=self.password)


class Credentials(Parameters, frozen=True):
    """A user name, or an email address, and the password; with two-factor a code, too."""

    username: Email
    password: Password
    code: Code = ""


class RefreshToken(Parameters, frozen=True):
    """A refresh token."""

    refresh: Token


class AccessToken(msgspec.Struct, frozen=True):
    """An access token."""

    access: str


class AnyToken(Parameters, frozen=True):
    """An access or a refresh token."""

    token: Token


class LogOut(Parameters, frozen=True):
    """The refresh token of the login that ends; it may be left out where all end."""

    refresh: Token | None = None
    everywhere: Annotated[bool, JSON_ONLY] = False

    def wrong_together(self) -> Mapping[str, str]:
        """Return that it is left out where one login ends."""
        return {} if self.refresh or (self.refresh is None and self.everywhere) else {"refresh": "refresh is required"}


class Ticket(msgspec.Struct, frozen=True):
    """A one-time ticket for a socket; `expires_in` is in seconds."""

    ticket: str
    expires_in: int


def _register(_: Asked, given: Registration) -> UserProfile:
    """Make a new user."""
    return user_profile(services.user_register(**msgspec.structs.asdict(given)))


def _log_in(asked: Asked, given: Credentials) -> TokenPair:
    """Log in."""
    return services.token_pair_issue(
        login=given.username, password=given.password, code=given.code, request=asked.request
    )


def _refresh(asked: Asked, given: RefreshToken) -> AccessToken:
    """Get the next access token."""
    return AccessToken(services.access_refresh(refresh=given.refresh, request=asked.request))


def _verify(_: Asked, given: AnyToken) -> EmptyAnswer:
    """Ask whether a token is good."""
    services.token_verify(token=given.token)
    return EmptyAnswer()


def _log_out(asked: Asked, given: LogOut) -> None:
    """End the login of a refresh token, or all of one's logins."""
    services.user_log_out(user=asked.user, refresh=given.refresh, everywhere=given.everywhere)


def _open_admin_session(asked: Asked, given: RefreshToken) -> None:
    """Be logged in in the admin, too."""
    admin_session_open(user=asked.user, refresh=given.refresh, request=asked.request)


def _profile(asked: Asked, _: NoParameters) -> UserProfile:
    """Who one is, and what one may do."""
    return user_profile(asked.user)


def _issue_ticket(asked: Asked, _: NoParameters) -> Ticket:
    """Get a one-time ticket for a socket."""
    issued = ticket_issue(user=asked.user, claims=asked.claims)
    return Ticket(issued.ticket, issued.expires_in)


REGISTER = AccountCase(
    parameters=Registration,
    act=_register,
    answer=UserProfile,
    status=201,
    access=Who.ANYONE,
    throttle=throttles.RegisterThrottle,
)
LOG_IN = AccountCase(
    parameters=Credentials,
    act=_log_in,
    answer=TokenPair,
    access=Who.ANYONE,
    throttle=throttles.TokenThrottle,
    refusals=(400, 401, 429),
)
REFRESH = AccountCase(
    parameters=RefreshToken,
    act=_refresh,
    answer=AccessToken,
    access=Who.ANYONE,
    throttle=throttles.RefreshThrottle,
    refusals=(400, 401, 429),
)
VERIFY = AccountCase(parameters=AnyToken, act=_verify, answer=EmptyAnswer, access=Who.ANYONE, refusals=(400, 401, 429))
LOG_OUT = AccountCase(parameters=LogOut, act=_log_out, answer=None, status=204)


class AdminSessionApi(AccountView):
    """`POST admin-session/`: for staff who are signed in on the page, a session of the admin in the same browser."""

    use_cases = {
        "POST": AccountCase(
            parameters=RefreshToken,
            act=_open_admin_session,
            answer=None,
            status=204,
            access=Who.STAFF,
            throttle=throttles.TicketThrottle,
        )
    }

    def check_throttles(self, request: Request) -> None:
        """Refuse who is no staff, too, before the body is looked at."""
        super().check_throttles(request)
        if request.method in self.use_cases:
            admin_access_check(Asked(request).user)


class MeApi(AccountView):
    """`GET me/`: who one is, and what one may do."""

    use_cases = {"GET": AccountCase(act=_profile, answer=UserProfile, refusals=(429,))}

    def scope_of(self, method: str) -> Scope | None:
        """Let an API key that may read ask."""
        return Scope.READ


class TicketApi(AccountView):
    """`POST /api/v1/ws/ticket`: a one-time ticket for a socket, which spares its address the token."""

    permission_classes = (IsAuthenticated,)  # a key of any scope: the ticket has the same
    use_cases = {
        "POST": AccountCase(
            act=_issue_ticket, answer=Ticket, throttle=throttles.TicketThrottle, reads_body=False, refusals=(429,)
        )
    }
