"""The kinds of models that tests train."""

import pytest

from trading.learning.kinds import ModelKind

_LONG = {ModelKind.BOOSTING: (pytest.mark.long,)}
"""To train trees takes long."""
KINDS = tuple(pytest.param(kind, marks=_LONG.get(kind, ())) for kind in ModelKind)
"""All that there are."""
