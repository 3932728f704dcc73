"""The clients' event types, made from the server's declarations: `docs/generate.py` writes and compares them.

`events` reads what the server declares; `python` and `javascript` write it, each in its language. `channels` writes
which of them comes on which channel.
"""

from clients.generate.channels import channel_files
from clients.generate.events import event_groups
from clients.generate.javascript import javascript_files
from clients.generate.python import python_files
from streaming.installed import topic_registry


def client_files() -> dict[str, str]:
    """Return the text of each file that is made, by its path below `clients/`."""
    groups = event_groups()
    return {**python_files(groups), **javascript_files(groups), **channel_files(topic_registry().kinds)}
