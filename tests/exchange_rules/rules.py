"""The marker that names the rules of docs/exchange-rules.md which a test proves."""

import pytest

rule = pytest.mark.rule
