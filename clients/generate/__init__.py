"""What is made from the server's declarations: the clients' event types, the pages' types of answers and indicators.

`events` reads what the server declares; `python` and `javascript` write it, each in its language. `channels` writes
which of them comes on which channel, `rest_answers` what pages read of the OpenAPI document, `page_indicators` the
indicators that pages draw and offer. `docs/generate.py` writes and compares the files.
"""

from pathlib import Path

from clients.generate.channels import channel_files
from clients.generate.events import event_groups
from clients.generate.javascript import javascript_files
from clients.generate.page_indicators import INDICATORS_FILE, indicators_file
from clients.generate.python import python_files
from clients.generate.rest_answers import ANSWERS_FILE, answers_file
from config.openapi.generator import DocumentGenerator
from streaming.indicators.catalogue import CATALOGUE
from streaming.installed import topic_registry


def client_files() -> dict[str, str]:
    """Return the text of each file that is made, by its path below `clients/`."""
    groups = event_groups()
    return {**python_files(groups), **javascript_files(groups), **channel_files(topic_registry().kinds)}


def page_files(templates: Path) -> dict[Path, str]:
    """Return the text of each file that is made in the folder of the pages, by its path."""
    types, indicators = templates / "types", templates / "static" / "dashboard" / "indicators"
    document = DocumentGenerator().get_schema()  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed
    readers = [path.read_text(encoding="utf-8") for path in sorted(types.glob("*.d.ts")) if path.name != ANSWERS_FILE]
    return {
        types / ANSWERS_FILE: answers_file(document["components"]["schemas"], readers),
        indicators / INDICATORS_FILE: indicators_file(CATALOGUE.values()),
    }
