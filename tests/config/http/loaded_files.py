"""What a page loads, and what the modules and style sheets that it loads import, as far as it is named in them."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

_IN_PAGES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_IN_MODULES = re.compile(r'(?:^(?:import|export|\}).* from |URL\(|^@import )"(\.{1,2}/[^"]+)"', re.MULTILINE)

Get = Callable[[str], tuple[int, str]]
"""Returns status and text of what is at an address."""


def loaded_files(page: str, get: Get) -> tuple[set[str], list[str]]:
    """Return the addresses of all that a page loads, and those of them at which there is nothing."""
    wanted = set(_IN_PAGES.findall(get(page)[1]))
    missing, seen = [], set[str]()
    while wanted:
        seen.add(address := wanted.pop())
        status, text = get(address)
        if status != 200:
            missing.append(address)
        elif address.endswith((".js", ".css")):
            wanted |= {urljoin(address, name) for name in _IN_MODULES.findall(text)} - seen
    return seen, missing
