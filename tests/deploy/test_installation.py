"""The installation by hand on a machine with systemd, as docs/operations.md has it, and the upgrade beside it."""

import re

import pytest
import yaml

from benchmarks.capacity import SOCKETS_OF_A_GATEWAY
from tests.processes import ROOT
from tests.wire.documents.fences import fences_of

_DEPLOY = ROOT / "platform" / "deploy"
_DOCUMENTS = ("operations.md", "how-to/upgrade-without-loss.md")
_NEEDS = {
    "git": "git",
    "python3 -m venv": "python3-venv",
    "psql": "postgresql",
    "nginx": "nginx-light",
    "certbot": "certbot",
    "curl": "curl",
    "sudo": "sudo",
}
"""Programs that it, or what is typed on the machine afterwards, runs, with Debian's package of each."""
_AFTERWARDS = ("how-to/upgrade-without-loss.md", "how-to/back-up-and-restore.md")


def _installation(document: str) -> str:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    (block,) = [fence.body for fence in fences_of(text) if "git clone" in fence.body]
    return block


def test_what_it_runs_is_installed_before() -> None:
    packages, _, steps = _installation("operations.md").partition("\n")
    named = packages.partition("#")[0].split()
    typed = [steps]
    for document in _AFTERWARDS:
        typed += [fence.body for fence in fences_of((ROOT / "docs" / document).read_text(encoding="utf-8"))]
    run = {program for program in _NEEDS if re.search(rf"\b{program}\b", "\n".join(typed))}
    assert run >= {"curl", "sudo"}
    assert [program for program in sorted(run) if _NEEDS[program] not in named] == []
    assert steps.index("node --version") < steps.index("npm ci")


def test_nginx_is_asked_about_its_configuration_once_it_has_a_certificate() -> None:
    steps = _installation("operations.md")
    assert steps.index("systemctl stop nginx") < steps.index("certbot certonly --standalone") < steps.index("nginx -t")
    assert steps.index("nginx -t") < steps.index("certbot certonly --webroot")


def test_it_is_renewed_where_nginx_looks_for_challenges() -> None:
    nginx = (_DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    (folder,) = re.findall(r"acme-challenge/ \{\s+root (\S+);", nginx)
    assert f"certbot certonly --webroot -w {folder} " in _installation("operations.md")


def test_a_proxy_has_a_port_of_its_own_for_each_client_of_a_gateway() -> None:
    """Linux has 28,232 by itself for all connections to one address and port."""
    (name,) = re.findall(r"platform/deploy/(sysctl/\S+) /etc/sysctl\.d/", _installation("operations.md"))
    text = (_DEPLOY / name).read_text(encoding="utf-8")
    ((first, last),) = re.findall(r"^net\.ipv4\.ip_local_port_range = (\d+) (\d+)$", text, re.MULTILINE)
    assert int(last) - int(first) + 1 > SOCKETS_OF_A_GATEWAY
    prometheus = (_DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    assert max(map(int, re.findall(r"127\.0\.0\.1:(\d+)", prometheus))) < int(first)  # or one is in use at a start
    composed = yaml.safe_load((_DEPLOY / "compose" / "compose.yml").read_text(encoding="utf-8"))
    assert composed["services"]["nginx"]["sysctls"] == {"net.ipv4.ip_local_port_range": f"{first} {last}"}


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_each_of_our_packages_is_compiled_for_a_user_who_may_not_write_there(document: str) -> None:
    (line,) = re.findall(r"^\.venv/bin/python -m compileall -q ([^#\n]+)", _installation(document), re.MULTILINE)
    dockerfile = (_DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from=)(\S+) \1$", dockerfile, re.MULTILINE)
    with_modules = {folder for folder in copied if any((ROOT / folder).rglob("*.py"))}
    assert set(line.split()) == {folder.replace("platform/config", "platform") for folder in with_modules}
