"""A plugin of pytest: each process of a run has keys and groups of its own at Redis, where settings name one.

Loaded before Django's settings are read, by `addopts`: who runs the suite with the REDIS_URL of a deployment, or in
several processes, disturbs neither it nor one process by another.
"""

import os
import secrets

if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # it has inherited the prefix of the process that started it
    os.environ["REDIS_PREFIX"] += f"-{worker}"
else:
    os.environ.setdefault("REDIS_PREFIX", f"tidewire-test-{secrets.token_hex(4)}")
