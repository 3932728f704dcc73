"""What is told of a proxy that nobody named: that all who come through it count as one client."""

import structlog

logger = structlog.get_logger(__name__)


class ProxyWarning:
    """Warns once in a process, as every request through the proxy would say the same."""

    def __init__(self) -> None:
        self.is_given = False

    def __call__(self, is_forwarded: bool, trusted_proxies: int) -> None:
        """Take whether a request has `X-Forwarded-For`, and how many proxies are trusted."""
        if is_forwarded and trusted_proxies <= 0 and not self.is_given:
            self.is_given = True
            logger.warning(
                "X-Forwarded-For is not believed, as TRUSTED_PROXY_COUNT is 0: behind a proxy, all clients share the "
                "limits of one address"
            )


warn_of_an_untrusted_proxy = ProxyWarning()
