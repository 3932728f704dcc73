"""The nearest tests of a module come first, and none that run whole deployments."""

from pathlib import Path

import pytest

from tests.mutants.nearby_tests import NearbyTests
from tests.mutants.sample_checkout import sample_checkout, source_of
from tests.mutants.sources import Checkout
from tests.processes import ROOT


def test_a_modules_own_tests_come_first_then_those_that_import_it_then_those_beside_and_of_its_users(
    tmp_path: Path,
) -> None:
    checkout = sample_checkout(tmp_path)
    nearest, further = NearbyTests(checkout).of(source_of(checkout, "shop.core.prices"))
    assert nearest == [
        "tests/shop/core/test_prices.py",
        "tests/shop/core/test_sales.py",
        "tests/shop/admin/test_pages.py",
        "tests/shop/test_broken.py",
        "tests/shop/test_buying.py",
    ]
    assert further == ["tests/shop/core/test_discounts.py", "tests/shop/orders/test_services.py"]


def test_a_module_that_no_test_names_has_those_of_the_folder_above(tmp_path: Path) -> None:
    checkout = sample_checkout(tmp_path)
    nearest, further = NearbyTests(checkout).of(source_of(checkout, "shop.core.rare.odd"))
    assert nearest == [f"tests/shop/core/test_{name}.py" for name in ("discounts", "prices", "sales")]
    assert further == []


def test_a_module_without_tests_has_none(tmp_path: Path) -> None:
    checkout = sample_checkout(tmp_path)
    assert NearbyTests(checkout).of(source_of(checkout, "dice.throwing")) == ([], [])


@pytest.mark.long
def test_it_finds_the_tests_of_this_checkout_where_their_folders_are_called_otherwise() -> None:
    checkout = Checkout(ROOT)
    nearby = NearbyTests(checkout)
    for module, file in (
        ("streaming.market.services", "tests/market/test_services.py"),
        ("tidewire_client.reading.frames", "tests/python_client/reading/test_frames.py"),
        ("streaming.fan_out.hub", "tests/streaming/fan_out/test_hub.py"),
        ("streaming.watch.formatting", "tests/watch/test_formatting.py"),
    ):
        assert nearby.of(source_of(checkout, module))[0][0] == file
