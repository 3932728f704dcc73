"""What several rows are called, wherever the admin lists, counts or deletes them."""

import re

from django.apps import apps

_NO_PLURAL = re.compile(r"([sxz]|[cs]h)s$")
"""What Django makes of words such as switch and address, to which it adds one letter."""


def test_all_are_called_by_a_plural() -> None:
    names = {model._meta.label: str(model._meta.verbose_name_plural) for model in apps.get_models()}
    assert {label: name for label, name in names.items() if _NO_PLURAL.search(name)} == {}
