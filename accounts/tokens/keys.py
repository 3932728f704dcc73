"""The keys of tokens, apart from `SECRET_KEY`: secrets of ours sign and verify, public keys of others only verify.

A key's type fixes the algorithms that it verifies, and a token only chooses among them (RFC 8725, 3.1): a public key is
never taken for a secret, and for `none` there is no key.
"""

import functools
import hashlib
import hmac
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OUR_ALGORITHM = "HS256"
MINIMUM_RSA_BITS = 2048  # RFC 7518, 3.3
_PURPOSE = b"accounts.tokens"  # never another: all who are logged in would be logged out
_RSA_ALGORITHMS = frozenset({"RS256", "PS256"})

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


class OthersKey(msgspec.Struct, frozen=True):
    """A public key of another issuer, the algorithms that it may verify, and its `kid` where a JWKS names it."""

    key: PublicKey
    algorithms: frozenset[str]
    key_id: str | None = None


def signing_secret() -> bytes:
    """Return the secret that signs new tokens: JWT_SECRET, or where that is empty one derived from SECRET_KEY."""
    return settings.JWT_SECRET.encode() if settings.JWT_SECRET else secret_derived_from(settings.SECRET_KEY)


def verifying_secrets() -> list[bytes]:
    """Return the secrets whose tokens are good, that of today first."""
    return [signing_secret(), *(secret.encode() for secret in settings.JWT_SECRETS_EARLIER)]


def secret_derived_from(key: str) -> bytes:
    """Return a secret of its own for tokens (64 bytes): what the one signs is no signature of the other."""
    return hmac.digest(key.encode(), _PURPOSE, hashlib.sha512)


def others_keys() -> tuple[OthersKey, ...]:
    """Return the keys in the files of JWT_PUBLIC_KEYS, which are read once; raise `ImproperlyConfigured`."""
    return _keys_in_files(tuple(settings.JWT_PUBLIC_KEYS))


def others_keys_for(algorithm: object, key_id: object) -> list[PublicKey]:
    """Return the keys that may have signed a token with this header: of its name, or else those without a name."""
    fitting = [key for key in others_keys() if algorithm in key.algorithms]
    if key_id is not None:
        fitting = [key for key in fitting if key.key_id == key_id] or [key for key in fitting if key.key_id is None]
    return [key.key for key in fitting]


@functools.lru_cache(maxsize=8)
def _keys_in_files(paths: tuple[str, ...]) -> tuple[OthersKey, ...]:
    return tuple(key for path in paths for key in _keys_in_file(path.strip()))


def _keys_in_file(path: str) -> list[OthersKey]:
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _refusal(path, "can't be read") from error
    keys = _keys_of_set(path, content) if content.lstrip().startswith(b"{") else [_key_of_pem(path, content)]
    if not keys:
        raise _refusal(path, "holds no key that verifies signatures")
    return keys


def _key_of_pem(path: str, content: bytes) -> OthersKey:
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refusal(path, "is neither a public key in PEM nor a JWKS") from error
    return OthersKey(key=_known(path, key), algorithms=_algorithms_of(path, key))


def _keys_of_set(path: str, content: bytes) -> list[OthersKey]:
    """Return the keys of a JWKS (RFC 7517) but those that are said to encrypt."""
    try:
        members = msgspec.json.decode(content, type=dict[str, Any])["keys"]
        return [_key_of_member(path, member) for member in members if member.get("use", "sig") == "sig"]
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise _refusal(path, "is no JWKS") from error


def _key_of_member(path: str, member: dict[str, Any]) -> OthersKey:
    try:
        key = jwt.PyJWK(member).key
    except (jwt.PyJWTError, ValueError) as error:
        raise _refusal(path, "holds a key that can't be read") from error
    algorithms = _algorithms_of(path, key)
    if "alg" in member:
        algorithms &= {member["alg"]}
    if not algorithms:
        raise _refusal(path, "holds a key for another algorithm than RS256, PS256, ES256 and EdDSA")
    return OthersKey(key=_known(path, key), algorithms=algorithms, key_id=member.get("kid"))


def _known(path: str, key: object) -> PublicKey:
    if not isinstance(key, PublicKey):
        raise _refusal(path, "must hold public keys alone, of RSA, P-256 or Ed25519")
    return key


def _algorithms_of(path: str, key: object) -> frozenset[str]:
    match _known(path, key):
        case RSAPublicKey(key_size=bits) if bits < MINIMUM_RSA_BITS:
            raise _refusal(path, f"holds an RSA key of {bits} bits; it must have at least {MINIMUM_RSA_BITS}")
        case RSAPublicKey():
            return _RSA_ALGORITHMS
        case Ed25519PublicKey():
            return frozenset({"EdDSA"})
        case EllipticCurvePublicKey(curve=SECP256R1()):
            return frozenset({"ES256"})
    raise _refusal(path, "holds a key of another curve than P-256")


def _refusal(path: str, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"JWT_PUBLIC_KEYS: {path} {what}")
