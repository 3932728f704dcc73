"""The settings that each kind of deployment is given to fill in."""

import re
from email.utils import parseaddr
from pathlib import Path

import pytest

from tests.processes import ROOT

_DEPLOY = ROOT / "platform" / "deploy"
_KUBERNETES = _DEPLOY / "kubernetes"
_EXAMPLES = {
    "systemd": [_DEPLOY / "systemd" / "environment.example"],
    "compose": [_DEPLOY / "compose" / "environment.example"],
    "kubernetes": [_KUBERNETES / "secrets.env.example", _KUBERNETES / "settings" / "settings.env"],
}


def _given(files: list[Path]) -> dict[str, str]:
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("files", _EXAMPLES.values(), ids=_EXAMPLES)
def test_each_is_a_setting(files: list[Path]) -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"^\| `(\w+)` \|", documented, re.MULTILINE))
    named = set(_given(files))
    assert "DATABASE_URL" in named
    assert named - settings == set()


@pytest.mark.parametrize("files", _EXAMPLES.values(), ids=_EXAMPLES)
def test_where_mail_goes_to_a_server_its_sender_is_of_the_deployment_s_domain(files: list[Path]) -> None:
    given = _given(files)
    assert "EMAIL_URL" in given
    assert parseaddr(given["DEFAULT_FROM_EMAIL"])[1].partition("@")[2] == given["ALLOWED_HOSTS"]
