"""What the settings are in a process that reads a further market, beside the deployment's own.

A variable that begins with the source's name counts for it alone (`KRAKEN_EXCHANGE_REST_URL`). Addresses, canary and
whatever else some source has defaults of its own for are never the deployment's, but the source's; all else is shared.
Nothing is combined there: the deployment's symbols name its own market, which this process knows nothing of.
"""

import os
import runpy
from collections.abc import Mapping
from typing import Any

from streaming.configuration.environment import env
from streaming.market import settings as market_settings
from streaming.market.sources.names import own_settings, source_names


def further_settings(name: str) -> Mapping[str, Any]:
    """Return the settings that differ from the deployment's where the source `name` is read.

    Raise `environs.EnvError` for a value in the environment that a setting may not have.
    """
    own, prefix = own_settings(name), f"{name.upper()}_"
    with env.prefixed(prefix):
        read = runpy.run_path(str(market_settings.__file__))
    given = {each for each in read if each.isupper() and f"{prefix}{each}" in os.environ}
    of_sources = {each for source in source_names() for each in own_settings(source)}
    found = {each: read[each] if each in given else own.get(each, read[each]) for each in given | of_sources}
    return {**found, "EXCHANGE_SOURCE": name, "COMBINED_SYMBOLS": []}
