"""The certificate is that of the name, though the connection goes to an address."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.deliveries.guarded_http.transport import GuardedTransport
from tests.alerts.deliveries.guarded_http.names import Names
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.look_ups import look_up

NAME = "hook.example"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a certificate of the name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + written)
    return path


@pytest.fixture
async def receiver(certificate: Path) -> AsyncIterator[HttpReceiver]:
    """Return a server that has the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with http_receiver(context) as receiver:
        yield receiver


async def _status(url: str, tls: ssl.SSLContext | None) -> int:
    transport = GuardedTransport(AllowedNetworks(["127.0.0.0/8"]), look_up(), tls=tls)
    async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
        return (await client.post(url, content=b"{}")).status_code


async def test_it_asks_for_the_certificate_of_the_name(receiver: HttpReceiver, certificate: Path, names: Names) -> None:
    names[NAME] = names["other.example"] = ["127.0.0.1"]
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert await _status(f"https://{NAME}:{receiver.port}/", trusting) == 204
    with pytest.raises(httpx2.ConnectError, match="certificate"):
        await _status(f"https://other.example:{receiver.port}/", trusting)
    assert len(receiver.received) == 1


async def test_it_trusts_no_certificate_that_nobody_has_vouched_for(receiver: HttpReceiver, names: Names) -> None:
    names[NAME] = ["127.0.0.1"]
    with pytest.raises(httpx2.ConnectError, match="certificate"):
        await _status(f"https://{NAME}:{receiver.port}/", None)
    assert receiver.received == []
