"""nginx and Caddy with the configuration that is shipped, before a gateway of a test.

What a test must change (ports, paths, the certificate) is replaced in the shipped text, and must stand there.
"""

import os
import re
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_program
from tests.waiting import until_now

NAME = "prices.example.com"
_SHIPPED = ROOT / "platform" / "deploy"


class Proxy(msgspec.Struct, frozen=True):
    """A proxy that runs: its ports, what to trust, and where it logs requests."""

    port: int
    plain_port: int
    trusted: ssl.SSLContext
    log: Path

    @property
    def logs(self) -> Sequence[Path]:
        """All that it writes: of requests, of what fails, and its output."""
        return [path for name in ("access.log", "error.log", "output") if (path := self.log.with_name(name)).exists()]


class _Setting(msgspec.Struct, frozen=True):
    """What a configuration is adapted to."""

    folder: Path
    gateway_port: int
    silent_port: int
    port: int
    plain_port: int


def _nginx(setting: _Setting) -> Sequence[str]:
    folder = setting.folder
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = _replaced(
        re.sub(r".*listen \[::\]:.*\n", "", (_SHIPPED / "nginx" / "nginx.conf").read_text(encoding="utf-8")),
        {
            "user www-data;": "user root;",
            "/run/nginx.pid": f"{folder}/nginx.pid",
            "/var/log/nginx/error.log": f"{folder}/error.log",
            "/var/log/nginx/access.log": f"{folder}/access.log",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": f"{folder}/certificate.pem",
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": f"{folder}/key.pem",
            "listen 80 ": f"listen 127.0.0.1:{setting.plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{setting.port} ",
            "http {": f"http {{\n{temporary}",
        },
    )
    gateways = (_SHIPPED / "nginx" / "gateways.conf").read_text(encoding="utf-8")
    (folder / "gateways.conf").write_text(_replaced(gateways, _gateways(setting)), encoding="utf-8")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return [need_program("nginx"), "-c", f"{folder}/nginx.conf", "-p", str(folder), "-g", "daemon off;"]


def _caddy(setting: _Setting) -> Sequence[str]:
    folder = setting.folder
    ports = f"http_port {setting.plain_port}\nhttps_port {setting.port}"
    text = _replaced(
        (_SHIPPED / "caddy" / "Caddyfile").read_text(encoding="utf-8"),
        {
            "grace_period 10s": f"grace_period 1s\nadmin off\n{ports}",
            f"{NAME} {{": f"{NAME} {{\nbind 127.0.0.1\ntls {folder}/certificate.pem {folder}/key.pem",
            "/var/log/caddy/access.log": f"{folder}/access.log",
            **_gateways(setting),
        },
    )
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return [need_program("caddy"), "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


def _gateways(setting: _Setting) -> Mapping[str, str]:
    """Return the addresses of a gateway that isn't there and of the test's, in place of those that are shipped."""
    return {
        "127.0.0.1:8001": f"127.0.0.1:{setting.silent_port}",
        "127.0.0.1:8002": f"127.0.0.1:{setting.gateway_port}",
    }


PROXIES: Mapping[str, Callable[[_Setting], Sequence[str]]] = {"nginx": _nginx, "caddy": _caddy}


@contextmanager
def proxy(kind: str, folder: Path, gateway_port: int) -> Iterator[Proxy]:
    """Run a proxy before this gateway and before another one that isn't there."""
    setting = _Setting(folder, gateway_port, free_port(), free_port(), free_port())
    _make_certificate(folder)
    command = PROXIES[kind](setting)
    trusted = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        until_now(lambda: _listens(process, setting.port), explain=(folder / "output").read_text)
        yield Proxy(setting.port, setting.plain_port, trusted, folder / "access.log")
    finally:
        process.terminate()
        process.wait()


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    for shipped, ours in replacements.items():
        assert shipped in text, f"{shipped!r} is not in what is shipped"
        text = text.replace(shipped, ours)
    return text


def _make_certificate(folder: Path) -> None:
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    openssl = need_program("openssl")
    subprocess.run([openssl, *command.split(), *map(str, files), *names], check=True, capture_output=True)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, f"it ended with exit code {process.returncode}"
    with suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False
