"""Who a session belongs to, and how that changes: by its handshake, by a first frame, by a renewal, by time."""

from collections.abc import Callable, Coroutine
from typing import Any

from streaming.clock import Clock
from streaming.gateway import errors
from streaming.gateway.close_reasons import AUTHENTICATION_TIMEOUT, TOKEN_EXPIRED
from streaming.gateway.errors import GatewayError
from streaming.gateway.gate import Gate
from streaming.gateway.login.admission import Seat, TooManyConnectionsError
from streaming.gateway.login.checking import CredentialCheck, LoginUnavailableError
from streaming.identity.identity import AuthenticationError, Credential, CredentialKind, Identity


class LoginPolicy:
    """When the login must have happened and when it ends. `seconds`: how long an anonymous client may take to log in,
    None where it never has to.
    """

    def __init__(self, clock: Clock, identity: Identity | None, *, seconds: float | None) -> None:
        self._clock = clock
        self.identity = identity
        self._is_demanded = seconds is not None
        self._until = clock.monotonic() + (seconds or 0.0)

    @property
    def is_awaited(self) -> bool:
        """True while the client must log in before anything else."""
        return self._is_demanded and self.identity is None

    @property
    def is_timed(self) -> bool:
        """Whether there is a time at which it ends: a login has one, and so has the waiting for one."""
        return self._is_demanded or self.identity is not None

    def reason_to_close(self) -> str | None:
        """Return why the connection has to end now, if it has to."""
        if self.is_awaited and self._clock.monotonic() >= self._until:
            return AUTHENTICATION_TIMEOUT.reason
        if self.identity is not None and self._clock.now_ms() >= self.identity.expires_at:
            return TOKEN_EXPIRED.reason
        return None


class SessionLogin:
    """Logs a session in while it is open, one attempt after the other; frames that come meanwhile are read afterwards.

    `accepted` and `refused` tell the client. A refused token leaves everything as it was.
    """

    def __init__(
        self,
        policy: LoginPolicy,
        *,
        check: CredentialCheck,
        seat: Seat,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        accepted: Callable[[Identity], None],
        refused: Callable[[GatewayError], None],
    ) -> None:
        self.policy = policy
        self._check = check
        self._seat = seat
        self._spawn = spawn
        self._accepted = accepted
        self._refused = refused
        self._settled = Gate()

    def begin(self, token: str) -> None:
        """Start to log in with `token`."""
        self._settled.close()
        self._spawn(self._attempt(Credential(CredentialKind.TOKEN, token)))

    @property
    def is_under_way(self) -> bool:
        """True while an attempt is."""
        return not self._settled.is_open

    async def settled(self) -> None:
        """Wait until no attempt is under way."""
        await self._settled.passed()

    async def _attempt(self, credential: Credential) -> None:
        try:
            self._enter(await self._check.identity_of(credential))
        except AuthenticationError:
            self._refused(errors.authentication_failed())
        except LoginUnavailableError:
            self._refused(errors.login_unavailable())
        except GatewayError as error:
            self._refused(error)
        finally:
            self._settled.open()

    def _enter(self, identity: Identity) -> None:
        present = self.policy.identity
        if present is not None and present.user_id != identity.user_id:
            raise errors.token_of_another_user()
        try:
            self._seat.log_in(identity.user_id)
        except TooManyConnectionsError:
            raise errors.too_many_connections() from None
        self.policy.identity = identity
        self._accepted(identity)
