"""Which keys sign and verify tokens, of ours and of other issuers, and whom a token of another issuer logs in."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings as present
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import (
    TokenClaims,
    TokenKind,
    TokenRefusedError,
    UserClaimMissingError,
    pair_issue,
    token_read,
)
from accounts.tokens.keys import others_keys, secret_derived_from, signing_secret
from tests.accounts.tokens_of_others import OTHER_KEY, claims_of, claims_of_another_issuer, signed
from tests.processes import Process

_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_EC = ec.generate_private_key(ec.SECP256R1())
_ED = ed25519.Ed25519PrivateKey.generate()


def _pem(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _jwk(key: Any, algorithm: str, **members: Any) -> dict[str, Any]:
    return {**jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True), **members}


def _read(token: str, *kinds: TokenKind) -> TokenClaims:
    return token_read(token, *(kinds or (TokenKind.ACCESS,)))


def _refuses(token: str, *kinds: TokenKind) -> bool:
    try:
        _read(token, *kinds)
    except TokenRefusedError:
        return True
    return False


@pytest.fixture
def trust(settings: Settings, tmp_path: Path) -> Callable[..., None]:
    """Let tokens of other issuers in, by the keys in files with these contents."""

    def trust(*contents: bytes | list[dict[str, Any]]) -> None:
        paths = [tmp_path / f"{number}.key" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content if isinstance(content, bytes) else json.dumps({"keys": content}).encode())
        settings.JWT_EXTERNAL, settings.JWT_PUBLIC_KEYS = True, [str(path) for path in paths]

    return trust


def test_it_signs_by_a_key_that_is_not_the_secret_key(settings: Settings) -> None:
    assert signing_secret() == secret_derived_from(settings.SECRET_KEY) != settings.SECRET_KEY.encode()
    assert _refuses(signed(claims_of("42"), key=settings.SECRET_KEY))
    settings.JWT_SECRET = OTHER_KEY
    assert jwt.decode(pair_issue(user=User(pk=42)).access, OTHER_KEY, algorithms=["HS256"])["userId"] == "42"


def test_it_signs_by_the_first_secret_and_takes_tokens_of_all(settings: Settings) -> None:
    settings.JWT_SECRET = "the earlier secret, long enough for HS256"
    before = pair_issue(user=User(pk=42))
    settings.JWT_SECRET, settings.JWT_SECRETS_EARLIER = OTHER_KEY, [settings.JWT_SECRET]
    after = pair_issue(user=User(pk=42))
    assert {_read(token, *TokenKind).user_id for token in (*_texts(before), *_texts(after))} == {"42"}
    settings.JWT_SECRETS_EARLIER = []
    assert all(_refuses(token, *TokenKind) for token in _texts(before))
    assert not any(_refuses(token, *TokenKind) for token in _texts(after))


def _texts(pair: Any) -> tuple[str, str]:
    return pair.access, pair.refresh


@pytest.mark.parametrize("claim", ["token_type", "sid", "generation"])
def test_it_takes_what_lacks_a_claim_of_ours_for_another_issuers(settings: Settings, claim: str) -> None:
    claims = claims_of("42")
    del claims[claim]
    assert _refuses(signed(claims))
    settings.JWT_EXTERNAL = True
    assert _read(signed(claims)).user_id == "42"


def test_it_lets_another_service_in_where_the_settings_say_so(settings: Settings) -> None:
    claims = claims_of_another_issuer("42")
    assert _refuses(signed(claims))
    settings.JWT_EXTERNAL = True
    assert _read(signed(claims)) == TokenClaims("42", expires_at=claims["exp"] * 1000)
    settings.JWT_SECRET, settings.JWT_SECRETS_EARLIER = OTHER_KEY, ["the earlier secret, long enough for HS256"]
    assert _read(signed(claims, key=settings.JWT_SECRETS_EARLIER[0])).user_id == "42"
    assert _refuses(signed(claims, key=present.SECRET_KEY))


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(_RSA, "RS256"), (_RSA, "PS256"), (_EC, "ES256"), (_ED, "EdDSA")],
    ids=["RS256", "PS256", "ES256", "EdDSA"],
)
@pytest.mark.parametrize("form", ["PEM", "JWKS"])
def test_it_takes_tokens_of_an_identity_provider(
    settings: Settings, trust: Callable[..., None], key: Any, algorithm: str, form: str
) -> None:
    trust(_pem(key) if form == "PEM" else [_jwk(key, algorithm, kid="1")])
    token = signed(claims_of_another_issuer("42"), key=key, algorithm=algorithm)
    assert _read(token).user_id == "42"
    head, body, signature = token.split(".")
    assert _refuses(f"{head}.{body}.{'AAAA' + signature[4:]}")
    settings.JWT_EXTERNAL = False
    assert _refuses(token)


def test_a_public_key_is_no_secret(trust: Callable[..., None]) -> None:
    for key in (_RSA, _EC, _ED):
        trust(_pem(key))
        for content in (_pem(key), _pem(key).strip(), _pem(key).replace(b"\n", b"")):
            forged = _signed_by_hmac(claims_of_another_issuer("42"), content)
            assert _refuses(forged)


def _signed_by_hmac(claims: dict[str, Any], key: bytes) -> str:
    """Sign as PyJWT would not: HS256 with the text of a public key."""
    octets = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    secret = jwt.PyJWK({"kty": "oct", "k": octets, "alg": "HS256"}).key
    text = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{text}.{_base64(jwt.get_algorithm_by_name('HS256').sign(text.encode(), secret))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_its_forged_signatures_would_be_good_of_a_secret(settings: Settings) -> None:
    settings.JWT_EXTERNAL = True
    assert _read(_signed_by_hmac(claims_of_another_issuer("42"), signing_secret())).user_id == "42"


def test_a_token_chooses_no_algorithm_that_its_key_has_not(trust: Callable[..., None]) -> None:
    trust(_pem(_RSA), _pem(_EC), _pem(_ED))
    claims = claims_of_another_issuer("42")
    assert _refuses(signed(claims, key=_RSA, algorithm="RS384"))
    assert _refuses(signed(claims, key=_OTHER_RSA, algorithm="RS256"))
    assert _refuses(signed(claims, key="", algorithm="none"))
    trust([_jwk(_RSA, "RS256", alg="RS256")])
    assert not _refuses(signed(claims, key=_RSA, algorithm="RS256"))
    assert _refuses(signed(claims, key=_RSA, algorithm="PS256"))


def test_it_chooses_the_key_that_the_token_names(trust: Callable[..., None]) -> None:
    trust([_jwk(_RSA, "RS256", kid="a"), _jwk(_OTHER_RSA, "RS256", kid="b"), _jwk(_RSA, "RS256", use="enc", kid="c")])
    claims = claims_of_another_issuer("42")

    def is_good(kid: str | None) -> bool:
        headers = None if kid is None else {"kid": kid}
        return not _refuses(jwt.encode(claims, _OTHER_RSA, algorithm="RS256", headers=headers))

    assert [is_good(kid) for kid in ("b", None, "a", "c", "unknown", "")] == [True, True, False, False, False, False]


def test_it_takes_a_named_token_by_a_key_without_a_name(trust: Callable[..., None]) -> None:
    trust(_pem(_RSA))
    token = jwt.encode(claims_of_another_issuer("42"), _RSA, algorithm="RS256", headers={"kid": "of the provider"})
    assert _read(token).user_id == "42"


def test_a_public_key_makes_no_token_of_ours(trust: Callable[..., None]) -> None:
    """Neither one to refresh, nor a login of ours: the provider's `sid` and `generation` mean other things."""
    trust(_pem(_RSA))
    refresh = signed(claims_of("42", token_type="refresh"), key=_RSA, algorithm="RS256")
    assert _refuses(refresh, TokenKind.REFRESH)
    assert _refuses(refresh, *TokenKind)
    read = _read(signed(claims_of("42", sid="the provider's own: é", generation=7, iat=1), key=_RSA, algorithm="RS256"))
    assert (read.login_id, read.generation, read.issued_at) == ("", None, 1)


@pytest.mark.parametrize(
    "wrong", [{"exp": 1}, {"exp": None}, {"exp": "soon"}, {"exp": 10**12}, {"nbf": 99_999_999_999}, {"iat": []}]
)
@pytest.mark.parametrize("by", ["secret", "public key"])
def test_it_takes_none_that_is_over_or_never_ends(trust: Callable[..., None], wrong: dict[str, Any], by: str) -> None:
    trust(_pem(_ED))
    claims = {**claims_of_another_issuer("42"), **wrong}
    payload = json.dumps({claim: value for claim, value in claims.items() if value is not None}).encode()
    key, algorithm = (signing_secret(), "HS256") if by == "secret" else (_ED, "EdDSA")
    assert _refuses(jwt.api_jws.encode(payload, key, algorithm=algorithm))


@pytest.mark.parametrize("user_id", [None, "", 42, ["42"], True])
def test_it_says_that_one_names_no_user(trust: Callable[..., None], user_id: Any) -> None:
    trust(_pem(_ED))
    with pytest.raises(UserClaimMissingError):
        _read(signed(claims_of_another_issuer(user_id), key=_ED, algorithm="EdDSA"))


@pytest.mark.parametrize(
    ("claims", "is_good"),
    [
        ({"iss": "https://id.example", "aud": "tidewire"}, True),
        ({"iss": "https://id.example", "aud": ["other", "tidewire"]}, True),
        ({"iss": "https://id.example", "aud": "tidewire-other"}, False),
        ({"iss": "https://id.example", "aud": ["other"]}, False),
        ({"iss": "https://id.example"}, False),
        ({"iss": "https://id.example", "aud": {"tidewire": 1}}, False),
        ({"iss": "https://id.example.net", "aud": "tidewire"}, False),
        ({"aud": "tidewire"}, False),
    ],
)
def test_it_asks_who_issued_it_and_for_whom(settings: Settings, claims: dict[str, Any], *, is_good: bool) -> None:
    settings.JWT_EXTERNAL, settings.JWT_ISSUER, settings.JWT_AUDIENCE = True, "https://id.example", "tidewire"
    payload = json.dumps(claims_of_another_issuer("42", **claims)).encode()
    assert _refuses(jwt.api_jws.encode(payload, signing_secret(), algorithm="HS256")) is not is_good
    assert _read(pair_issue(user=User(pk=42)).access).user_id == "42"


def _weak() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused


def _private_pem(key: Any) -> bytes:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "is neither a public key in PEM nor a JWKS"),
        (b"\xff\x00", "is neither a public key in PEM nor a JWKS"),
        (_private_pem(_RSA), "is neither a public key in PEM nor a JWKS"),
        (_pem(_weak()), "holds an RSA key of 1024 bits"),
        (_pem(ec.generate_private_key(ec.SECP384R1())), "holds a key of another curve than P-256"),
        (b"{", "is no JWKS"),
        (b'{"keys": [1]}', "is no JWKS"),
        (b'{"keys": 1}', "is no JWKS"),
        (b"{}", "is no JWKS"),
        (b'{"keys": []}', "holds no key that verifies"),
        ([{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}], "must hold public keys alone"),
        ([{"kty": "RSA", "n": "AQ"}], "holds a key that can't be read"),
        ([{"kty": "new"}], "holds a key that can't be read"),
        ([_jwk(_RSA, "RS256", alg="RS512")], "holds a key for another algorithm"),
        ([_jwk(_RSA, "RS256", use="enc")], "holds no key that verifies"),
    ],
)
def test_it_says_what_is_wrong_with_a_file_of_keys(trust: Callable[..., None], content: Any, refusal: str) -> None:
    trust(content)
    with pytest.raises(ImproperlyConfigured, match=rf"^JWT_PUBLIC_KEYS: .+\.key {refusal}"):
        others_keys()


def test_it_does_not_start_without_a_key_that_it_is_told_of(tmp_path: Path) -> None:
    given = {"VAR_DIR": str(tmp_path), "JWT_PUBLIC_KEYS": str(tmp_path / "absent.pem")}
    with Process("-c", "import config.asgi", environment=given) as process:
        assert process.wait(60) != 0
        assert f"ImproperlyConfigured: JWT_PUBLIC_KEYS: {tmp_path / 'absent.pem'} can't be read" in process.output


def test_its_tokens_take_an_end_of_another_issuer_in_parts_of_a_second(settings: Settings) -> None:
    settings.JWT_EXTERNAL = True
    end = time.time() + 60
    assert _read(signed(claims_of_another_issuer("42", exp=end))).expires_at == int(end) * 1000
