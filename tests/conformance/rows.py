"""The marker that names the rows of docs/protocol which a test proves."""

import pytest

row = pytest.mark.row
