"""Pure cores are read from the contracts of pyproject.toml, services are found by their files' name."""

from pathlib import Path

from tests.mutants.sample_checkout import sample_checkout, source_of
from tests.mutants.sources import Checkout
from tests.processes import ROOT


def test_it_finds_pure_cores_and_services_and_nothing_else(tmp_path: Path) -> None:
    assert [(source.module, source.path) for source in sample_checkout(tmp_path).mutated()] == [
        ("dice", "lib/dice/__init__.py"),
        ("dice.throwing", "lib/dice/throwing.py"),
        ("shop.core.prices", "shop/core/prices.py"),
        ("shop.core.rare.odd", "shop/core/rare/odd.py"),
        ("shop.orders.services", "shop/orders/services.py"),
    ]


def test_it_finds_those_of_some_packages_alone(tmp_path: Path) -> None:
    checkout = sample_checkout(tmp_path)
    assert [source.module for source in checkout.mutated(["shop.core.rare", "dice.throwing"])] == [
        "dice.throwing",
        "shop.core.rare.odd",
    ]
    assert checkout.mutated(["shop.cor"]) == []


def test_it_counts_services_of_an_app_as_one_package(tmp_path: Path) -> None:
    checkout = sample_checkout(tmp_path)
    assert source_of(checkout, "shop.core.rare.odd").package == "shop.core"
    assert source_of(checkout, "shop.orders.services").package == "shop: services"


def test_of_this_checkout_it_mutates_the_engine_the_client_library_and_services() -> None:
    modules = {source.module for source in Checkout(ROOT).mutated()}
    assert {"trading.engine.orders.filters", "tidewire_client.session", "alerts.rules.services"} <= modules
    assert modules.isdisjoint({"alerts.models", "streaming.gateway.session", "config.settings"})
