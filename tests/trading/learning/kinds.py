"""The kinds of models that tests train."""

import pytest

from trading.learning.kinds import ModelKind

KINDS = (ModelKind.ONLINE, pytest.param(ModelKind.BOOSTING, marks=pytest.mark.long))
"""All that there are; to train trees takes long."""
