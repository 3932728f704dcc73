"""What a browser may load and run on our pages: only what comes from this server, and nothing inline.

The admin panel's scripts (Alpine, htmx) compile what stands in attributes, and its theme is an inline style; so it
alone has a looser policy, below `/admin/`.
"""

from collections.abc import Iterable, Mapping

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import DEFAULT_DIRECTIVES
from django.core.exceptions import ImproperlyConfigured

Directives = dict[str, tuple[str, ...]]

_STRICT: Directives = {
    "default-src": (SELF,),
    "script-src": (SELF,),
    "style-src": (SELF,),
    "connect-src": (SELF,),  # for sockets of the same host, too (CSP level 3, 6.7.2.8)
    "img-src": (SELF, "data:"),
    "object-src": (NONE,),
    "base-uri": (NONE,),
    "form-action": (SELF,),
    "frame-ancestors": (NONE,),
}
_ADMIN: Directives = {
    "script-src": (SELF, UNSAFE_INLINE, UNSAFE_EVAL),
    "style-src": (SELF, UNSAFE_INLINE),
}


def policies(additions: str) -> tuple[Directives, Directives]:
    """Return the policy of our pages and that of the admin, both with an operator's additions.

    `additions` is written as a policy is: `img-src https://cdn.example.com; connect-src wss://stream.example.com`.
    Raises ImproperlyConfigured for an unknown directive, one without sources, and `'unsafe-inline'` or `'unsafe-eval'`.
    """
    added = dict(_parse(additions))
    return _extended(_STRICT, added), _extended({**_STRICT, **_ADMIN}, added)


def _parse(additions: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    for words in (part.split() for part in additions.split(";")):
        if not words:
            continue
        directive, *sources = words
        if directive not in DEFAULT_DIRECTIVES or not sources:
            raise ImproperlyConfigured(
                f"CONTENT_SECURITY_POLICY_ADDITIONS: “{' '.join(words)}” adds no source to a directive"
            )
        if {UNSAFE_INLINE, UNSAFE_EVAL} & {source.lower() for source in sources}:
            raise ImproperlyConfigured(f"CONTENT_SECURITY_POLICY_ADDITIONS: {directive} may not be given {sources}")
        yield directive, tuple(sources)


def _extended(policy: Directives, added: Mapping[str, tuple[str, ...]]) -> Directives:
    """Return the policy with the added sources; a directive that it lacks begins with what its default allows."""
    extended = dict(policy)
    for directive, sources in added.items():
        kept = extended.get(directive, policy["default-src"])
        extended[directive] = tuple(source for source in kept if source != NONE) + sources
    return extended
