"""The image's steps, carried out in folders; what they leave runs as the image would, as a user who owns none of it."""

import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.deploy.dockerfile import Stage, build
from tests.metric_values import free_port
from tests.processes import ROOT, Program
from tests.services import need, need_node, need_program, need_redis
from tests.waiting import until_now

pytestmark = pytest.mark.node

USER = 10001
_DOCKERFILE = ROOT / "platform" / "deploy" / "Dockerfile"


def need_package_indexes() -> None:
    """Skip where packages of Python or npm can't be got."""
    need_node()
    for name, ask in {
        "an index of Python's packages": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "six"],
        "a registry of npm's packages": ["npm", "ping", "--silent"],
    }.items():
        with tempfile.TemporaryDirectory() as folder:
            said = subprocess.run(ask, cwd=folder, capture_output=True, check=False, timeout=60)
        need(name, is_there=said.returncode == 0)


def python_for_everybody() -> Path:
    """Return a Python that the image's user may run, as well as we."""
    ours, systems = Path(sys.executable).resolve(), Path("/usr/bin/python3").resolve()
    is_shut = os.geteuid() == 0 and not all(folder.stat().st_mode & stat.S_IXOTH for folder in ours.parents)
    return systems if is_shut and systems.exists() else ours


@pytest.fixture(scope="module")
def image() -> Iterator[Stage]:
    """The last stage, in a folder that everybody may look into."""
    need_package_indexes()
    with tempfile.TemporaryDirectory(prefix="tidewire-image-") as folder:
        Path(folder).chmod(0o755)
        yield build(_DOCKERFILE, Path(folder), python=python_for_everybody())


@pytest.fixture
def settings_of_image(image: Stage) -> Mapping[str, str]:
    """What a container is given, with a folder for its data that the image's user owns."""
    var = image.path("/var/lib/tidewire")
    var.mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(var, USER, USER)
    return {
        "PATH": os.environ["PATH"],
        **image.environment,
        **{name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET")},
        "ALLOWED_HOSTS": "prices.example.com",
        "PUBLIC_URL": "https://prices.example.com",
        "EMAIL_URL": "smtp://mail.example.com",
        "DATABASE_URL": f"sqlite:///{var}/database",
        "REDIS_URL": need_redis(),
        "REDIS_PREFIX": f"tidewire-test-{secrets.token_hex(4)}",
    }


def as_its_user(*command: str) -> list[str]:
    """Return a command as the image's user runs it, where we may become that user."""
    if os.geteuid() != 0:
        return list(command)
    who = (f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")
    return [need_program("setpriv"), *who, *command]


@pytest.mark.redis
@pytest.mark.timeout(600)  # packages are got from their indexes
def test_what_they_leave_serves(image: Stage, settings_of_image: Mapping[str, str]) -> None:
    assert [step.split()[0] for step in image.left_out] == ["apt-get", "useradd"]
    python = shutil.which("python", path=image.environment["PATH"].partition(":")[0]) or ""

    def run(*command: str, expected: int = 0) -> str:
        done = subprocess.run(
            as_its_user(python, *command),
            cwd=image.folder,
            env=settings_of_image,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout

    run("manage.py", "migrate", "--verbosity", "0")
    run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    static = {path.name for path in image.path("/var/lib/tidewire/static").rglob("*.*")}
    assert "lightweight-charts.standalone.production.mjs" in static
    assert any(name.startswith("dashboard.") and name.endswith(".br") for name in static)  # what pages load, bundled

    port = str(free_port())
    serve = [port if part == "8000" else part for part in image.command[1:]]
    with Program(*as_its_user(python, *serve), folder=image.folder, environment=settings_of_image) as gateway:
        gateway.wait_for(r"Serving on ")
        until_now(lambda: run("health_check.py", port, "/health") == "200\n")
        run("health_check.py", port, "/ready", expected=1)  # as no bridge reads the exchange
