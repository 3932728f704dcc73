"""What a process of the platform loads when it starts: a bridge no server and no page, a gateway one server.

A gateway reads and explains the parameters of strategies, and so loads NumPy and TA-Lib; a bridge doesn't.
"""

import subprocess
import sys

from tests.processes import ROOT, process_environment

_SCRIPT = """
import gc, os, sys
import manage
sys.argv = ["manage.py", "version"]
manage.main()
from django.utils.module_loading import import_string
from streaming.installed import installed_workers, retention_rules, topic_registry
import streaming.management.commands.run_bridge
import_string(installed_workers()["bridge"].work), topic_registry(), retention_rules("bridge")
print(*sys.modules)
import config.asgi, config.urls
print(*sys.modules)
print(gc.isenabled(), gc.get_freeze_count() > 100_000)
"""
_NOT_IN_A_GATEWAY = {"rich", "daphne", "twisted", "autobahn", "river", "sklearn"}
_NOT_IN_A_BRIDGE = _NOT_IN_A_GATEWAY | {
    "numpy",
    "talib",
    "requests",
    "uvicorn",
    "unfold.admin",
    "rest_framework.views",
    "django.contrib.postgres",
}


def test_it_loads_what_it_needs_and_keeps_the_collector_from_it() -> None:
    """In one process, first as a bridge, then as a gateway; the collector works, and looks at none of it."""
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        cwd=ROOT,
        env=process_environment({"DJANGO_SETTINGS_MODULE": "config.settings"}),
        capture_output=True,
        text=True,
        check=True,
    )
    _, bridge, gateway, collector = ended.stdout.splitlines()
    assert set(bridge.split()) & _NOT_IN_A_BRIDGE == set()
    assert set(gateway.split()) & _NOT_IN_A_GATEWAY == set()
    assert collector == "True True"
